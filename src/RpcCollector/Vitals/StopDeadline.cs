namespace RpcCollector.Vitals;

/// <summary>The one deadline of a planned end: ten seconds, of which each part has its share, whatever waits.</summary>
/// <remarks>
/// Parts stop one after another, in the order of the flow. A share says by when, counted from the beginning of the end, the process
/// goes on without the part; who is early leaves the time to those after.
/// </remarks>
internal sealed class StopDeadline(ILogger logger)
{
    /// <summary>A part died, or did not stop.</summary>
    public const int PartFailedExitCode = 3;

    /// <summary>Connections of clients over HTTP.</summary>
    public static readonly TimeSpan Http = TimeSpan.FromSeconds(1);

    /// <summary>What had arrived is read.</summary>
    public static readonly TimeSpan Receivers = TimeSpan.FromSeconds(4);

    /// <summary>What was read is joined.</summary>
    public static readonly TimeSpan Shards = TimeSpan.FromSeconds(4.5);

    /// <summary>What waits in the shards is kept.</summary>
    public static readonly TimeSpan HeldFlows = TimeSpan.FromSeconds(6);

    /// <summary>What could not be kept is reported as it is.</summary>
    public static readonly TimeSpan Completing = TimeSpan.FromSeconds(6.5);

    /// <summary>Nothing more of what was found is judged.</summary>
    public static readonly TimeSpan Judging = TimeSpan.FromSeconds(7);

    /// <summary>What was learned is kept.</summary>
    public static readonly TimeSpan Keeping = TimeSpan.FromSeconds(7.8);

    /// <summary>The judge has ended.</summary>
    public static readonly TimeSpan Judge = TimeSpan.FromSeconds(8);

    /// <summary>No further batch of what was found is begun.</summary>
    public static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(8.7);

    /// <summary>What was found is written.</summary>
    public static readonly TimeSpan Writers = TimeSpan.FromSeconds(9);

    /// <summary>What has not ended by then is left where it is.</summary>
    public static readonly TimeSpan Last = TimeSpan.FromSeconds(9.5);

    // Who is late all the same gets a moment to do what needs no waiting.
    private const int LeastMilliseconds = 50;

    private long _began;
    private volatile bool _hasFailed;

    /// <summary>True once a part has died, or has not stopped.</summary>
    public bool HasFailed
    {
        get => _hasFailed;
        set => _hasFailed = value;
    }

    /// <summary>The process begins to end; later calls change nothing.</summary>
    public void Begin() => Interlocked.CompareExchange(ref _began, Math.Max(1, Environment.TickCount64), 0);

    /// <summary>How long a part may still take.</summary>
    public TimeSpan Left(TimeSpan share)
    {
        Begin();
        var left = (long)share.TotalMilliseconds - (Environment.TickCount64 - Volatile.Read(ref _began));
        return TimeSpan.FromMilliseconds(Math.Max(LeastMilliseconds, left));
    }

    /// <summary>Waits for the end of a part; says so when it does not come.</summary>
    /// <param name="wait">Waits for so long; false when that was not enough.</param>
    public bool Await(string part, TimeSpan share, Func<TimeSpan, bool> wait)
    {
        if (wait(Left(share))) return true;
        HasFailed = true;
        VitalsLog.NotStopped(logger, part);
        return false;
    }

    /// <summary>True once a share is over.</summary>
    public bool IsOver(TimeSpan share) => Left(share).TotalMilliseconds <= LeastMilliseconds;

    /// <summary>Waits for the end of a service; says so when it does not come.</summary>
    /// <param name="end">Asks it to end, and waits for that until it is cancelled.</param>
    /// <param name="running">What it runs; null when it never ran.</param>
    public async Task<bool> EndAsync(string part, TimeSpan share, Func<CancellationToken, Task> end, Func<Task?> running)
    {
        using var patience = new CancellationTokenSource(Left(share));
        await end(patience.Token);
        return Await(part, share, _ => running() is null or { IsCompleted: true });
    }

    /// <summary>Does what the disk may hold up for good; says so when it does.</summary>
    /// <exception cref="AggregateException">Whatever it throws, when in time.</exception>
    public bool Do(string part, TimeSpan share, Action work)
    {
        var done = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Await(part, share, left => done.Wait(left));
    }
}
