namespace RpcCollector.Judging;

/// <summary>
/// Facts on their way to the judge: bounded, never waits, and counts what it had to drop. Any thread may put in; one takes out, all at
/// once.
/// </summary>
internal sealed class FactQueue<T>(int capacity)
    where T : struct
{
    private readonly Lock _lock = new();
    private FactRoom<T> _waiting = FactRoom<T>.For(capacity);
    private FactRoom<T> _taken = FactRoom<T>.For(capacity);
    private int _count;
    private long _dropped;

    public int Count => Volatile.Read(ref _count);

    public long Dropped => Volatile.Read(ref _dropped);

    /// <returns>How many wait now; 0 when it was dropped.</returns>
    public int TryPut(in T fact)
    {
        lock (_lock)
        {
            if (_count == capacity)
            {
                _dropped++;
                return 0;
            }

            _waiting.Fill(_count, fact);
            return ++_count;
        }
    }

    /// <summary>What waits, in the order in which it came; it stays until the next call.</summary>
    public ReadOnlySpan<T> Take()
    {
        lock (_lock)
        {
            (_waiting, _taken) = (_taken, _waiting);
            var count = _count;
            _count = 0;
            return _taken.First(count);
        }
    }

    /// <summary>What was put in vain: nobody takes out any more.</summary>
    public void DropAll()
    {
        lock (_lock)
        {
            _dropped += _count;
            _count = 0;
        }
    }
}
