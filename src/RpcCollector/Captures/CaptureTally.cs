namespace RpcCollector.Captures;

/// <summary>Counts what captures held: datagrams that were taken, and everything else by reason.</summary>
/// <param name="whole">What this one is a part of, and what counts the same.</param>
internal sealed class CaptureTally(CaptureTally? whole = null)
{
    private static readonly int NumLosses = Enum.GetValues<CaptureLoss>().Length;

    private readonly long[] _losses = new long[NumLosses];

    public long Datagrams { get; private set; }

    /// <summary>Of the datagrams those that are exports beyond doubt, and not only begin like one.</summary>
    public long SureExports { get; private set; }

    public long this[CaptureLoss loss] => _losses[(int)loss];

    public void Take(bool isSure)
    {
        Datagrams++;
        if (isSure) SureExports++;
        whole?.Take(isSure);
    }

    public void Lose(CaptureLoss loss, long count = 1)
    {
        _losses[(int)loss] += count;
        whole?.Lose(loss, count);
    }

    /// <summary>Counts what another counted, which was no part of this one.</summary>
    public void Add(CaptureTally other)
    {
        Datagrams += other.Datagrams;
        SureExports += other.SureExports;
        for (var i = 0; i < NumLosses; i++) _losses[i] += other._losses[i];
        whole?.Add(other);
    }

    /// <summary>The reasons that occurred, in the order of their declaration.</summary>
    public IEnumerable<(CaptureLoss Loss, long Count)> Losses() =>
        Enum.GetValues<CaptureLoss>().Select(loss => (loss, this[loss])).Where(entry => entry.Item2 > 0);
}
