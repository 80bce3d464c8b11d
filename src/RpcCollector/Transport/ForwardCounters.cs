namespace RpcCollector.Transport;

/// <summary>
/// What became of the datagrams for one collector; written by the forwarding thread, read by any. Received = kept + replaced + not
/// forwarded + waiting.
/// </summary>
internal sealed class ForwardCounters
{
    private readonly long[] _not = new long[Enum.GetValues<NotForwarded>().Length];
    private long _kept;
    private long _replaced;
    private long _refusals;

    /// <summary>Sent from the exporter's own address and port.</summary>
    public long Kept => Volatile.Read(ref _kept);

    /// <summary>Sent from an address of this machine.</summary>
    public long Replaced => Volatile.Read(ref _replaced);

    /// <summary>How often the collector's machine said that nobody listens there (ICMP port unreachable).</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    public long Not(NotForwarded reason) => Volatile.Read(ref _not[(int)reason]);

    public void CountSent(int datagrams, bool isAddressKept)
    {
        if (isAddressKept) Volatile.Write(ref _kept, _kept + datagrams);
        else Volatile.Write(ref _replaced, _replaced + datagrams);
    }

    public void CountNot(NotForwarded reason, int datagrams) => Volatile.Write(ref _not[(int)reason], _not[(int)reason] + datagrams);

    public void CountRefusal() => Volatile.Write(ref _refusals, _refusals + 1);
}
