namespace RpcCollector.Transport;

/// <summary>How many TCP connections are open, and what became of the others; for any thread.</summary>
internal sealed class ConnectionCounters
{
    private readonly long[] _ended = new long[Enum.GetValues<ConnectionEnd>().Length];
    private long _open;

    public long Open => Interlocked.Read(ref _open);

    public long Ended(ConnectionEnd end) => Interlocked.Read(ref _ended[(int)end]);

    /// <summary>Takes one of <paramref name="most"/> places, if one is free; <see cref="Close"/> must give it back.</summary>
    public bool TryOpen(int most)
    {
        if (Interlocked.Increment(ref _open) <= most) return true;
        Interlocked.Decrement(ref _open);
        return false;
    }

    public void Close(ConnectionEnd end)
    {
        Interlocked.Decrement(ref _open);
        Refuse(end);
    }

    /// <summary>Counts a connection that was refused.</summary>
    public void Refuse(ConnectionEnd end) => Interlocked.Increment(ref _ended[(int)end]);
}
