namespace RpcCollector.Flows.Templates;

/// <summary>
/// A Template was redefined by a record that cannot be used: its records are laid out in another way from then on, and nobody here knows in
/// which. What stood does not read them; Data Sets wait for the next definition that can be used, which may be the former.
/// </summary>
/// <remarks>
/// Over UDP anybody may have sent that record. So there Sets that the former layout reads soundly speak against it: once a few datagrams
/// have brought such Sets, it reads again what does not speak against it. Never those of the very datagram that brought the record: whoever
/// sent it meant them by it.
/// </remarks>
/// <param name="isProven">True over TCP, where nobody else can have sent the record.</param>
/// <param name="wasRefutedLately">True when a doubt of the same Template came to nothing only lately: somebody forges them.</param>
internal sealed class TemplateDoubt(bool isProven, bool wasRefutedLately)
{
    /// <summary>So many datagrams with Sets that the former layout reads soundly show that it is still in use.</summary>
    public const int RefutingDatagrams = 4;

    /// <summary>For so long, in milliseconds, the next doubt is refuted from the start.</summary>
    public const long RefutedMilliseconds = 1_800_000;

    private int _datagrams;
    private long _lastDatagram;
    private bool _isRefuted = wasRefutedLately && !isProven;

    /// <summary>True when no data can speak against it.</summary>
    public bool IsProven { get; } = isProven;

    /// <summary>True once the data have shown that the former layout is still in use: it reads what fits it.</summary>
    public bool IsRefuted => Volatile.Read(ref _isRefuted);

    /// <summary>A Data Set fits the former layout soundly.</summary>
    /// <param name="datagram">A number of the datagram that brought it.</param>
    /// <returns>True when that refutes the doubt.</returns>
    /// <remarks>The caller holds the exporter's lock.</remarks>
    public bool Weaken(long datagram)
    {
        if (_isRefuted || IsProven || datagram == _lastDatagram) return false;
        _lastDatagram = datagram;
        if (++_datagrams < RefutingDatagrams) return false;
        Volatile.Write(ref _isRefuted, true);
        return true;
    }
}
