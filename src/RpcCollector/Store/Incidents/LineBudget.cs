namespace RpcCollector.Store.Incidents;

/// <summary>
/// How many lines of one sort are written within a minute. Those beyond are counted, and told in one when the minute is over.
/// </summary>
/// <param name="tell">Told how many were not written.</param>
internal sealed class LineBudget(int perMinute, TimeProvider time, Action<long> tell) : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private ITimer? _end;
    private long? _began;
    private int _written;
    private long _beyond;

    /// <returns>False when the line is not to be written.</returns>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_began is not { } began || time.GetElapsedTime(began) >= Minute) Begin();
            if (_written < perMinute)
            {
                _written++;
                return true;
            }

            // Nothing may follow for hours: the minute has to end by itself.
            if (_beyond++ == 0) _end = time.CreateTimer(_ => End(), state: null, Minute, Timeout.InfiniteTimeSpan);
            return false;
        }
    }

    /// <summary>What was not written is told.</summary>
    public void Dispose() => End();

    private void Begin()
    {
        TellBeyond();
        (_began, _written) = (time.GetTimestamp(), 0);
    }

    private void End()
    {
        lock (_lock) TellBeyond();
    }

    private void TellBeyond()
    {
        _end?.Dispose();
        (_end, var beyond, _beyond) = (null, _beyond, 0);
        if (beyond > 0) tell(beyond);
    }
}
