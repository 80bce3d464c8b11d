namespace RpcCollector.Flows.Wire;

/// <summary>What became of the messages of one reader: <c>received = used + rejected</c>. One thread counts, any may read.</summary>
public sealed class WireCounts
{
    private readonly long[] _rejected = new long[Enum.GetValues<WireRejection>().Length];
    private long _used;
    private long _unnamed;

    public long Received => Used + _rejected.Index().Sum(entry => Rejected((WireRejection)entry.Index));

    public long Used => Volatile.Read(ref _used);

    /// <summary>Exporters, once for each message, for which this process had no number left.</summary>
    public long UnnamedExporters => Volatile.Read(ref _unnamed);

    public long Rejected(WireRejection reason) => Volatile.Read(ref _rejected[(int)reason]);

    /// <summary>Counts a message; returns whether it is of use.</summary>
    public bool Count(WireRejection reason)
    {
        ref var count = ref reason == WireRejection.None ? ref _used : ref _rejected[(int)reason];
        Volatile.Write(ref count, count + 1);
        return reason == WireRejection.None;
    }

    internal void CountUnnamed() => Volatile.Write(ref _unnamed, _unnamed + 1);
}
