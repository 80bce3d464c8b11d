namespace RpcCollector.Vitals;

/// <summary>The sign of life of one part: it beats in each turn, also when there is nothing to do.</summary>
/// <remarks>
/// A part that waits in a system call, for a lock or in a loop without end does not beat, whatever the reason. What takes long and is
/// bounded beats at each of its steps, and says what it is. Times are the system's milliseconds since its start, which nobody sets.
/// </remarks>
/// <param name="part">Which kind of part.</param>
/// <param name="name">Which one of its kind, for people.</param>
/// <param name="patience">How long it may be silent before it counts as stuck.</param>
internal sealed class Heartbeat(Part part, string name, TimeSpan patience)
{
    /// <summary>For what computes and receives: a turn takes milliseconds.</summary>
    public static readonly TimeSpan OfThread = TimeSpan.FromSeconds(5);

    /// <summary>For what waits for the disk in each turn, or looks at everything it knows: either may take some seconds.</summary>
    public static readonly TimeSpan OfWriter = TimeSpan.FromSeconds(8);

    private long _lastBeat = Environment.TickCount64;
    private volatile bool _isRunning;
    private volatile string? _doing;
    private volatile string? _fault;
    private volatile Exception? _death;

    public Part Part { get; } = part;

    public string Name { get; } = name;

    /// <summary>What it is at, where that may take longer than a turn; null otherwise.</summary>
    public string? Doing
    {
        get => _doing;
        set
        {
            _doing = value;
            Beat();
        }
    }

    /// <summary>What keeps it from its work although it goes on trying; null while all is well.</summary>
    public string? Fault
    {
        get => _fault;
        set => _fault = value;
    }

    /// <summary>The exception that ended it; null while it lives, and after an end as planned.</summary>
    public Exception? Death => _death;

    /// <summary>When it last beat, in the system's milliseconds.</summary>
    public long LastBeat => Volatile.Read(ref _lastBeat);

    /// <summary>One more turn: a read of the system's coarse clock and a write.</summary>
    public void Beat() => Volatile.Write(ref _lastBeat, Environment.TickCount64);

    /// <summary>Lives as long as this runs, on the calling thread. An exception, which can only be a bug, ends the part alone.</summary>
    public void Run(Action work)
    {
        Begin();
        try
        {
            work();
        }
        catch (Exception bug)
        {
            _death = bug;
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <summary>The same for what has no thread of its own; being told to stop is no bug.</summary>
    public async Task RunAsync(Func<Task> work, CancellationToken stopping)
    {
        Begin();
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // As planned.
        }
        catch (Exception bug)
        {
            _death = bug;
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <summary>Waits without being silent.</summary>
    /// <returns>False when it was told to stop.</returns>
    public async Task<bool> DelayAsync(TimeSpan delay, TimeProvider time, CancellationToken stopping)
    {
        var step = TimeSpan.FromSeconds(1);
        for (var left = delay; left > TimeSpan.Zero && !stopping.IsCancellationRequested; left -= step)
        {
            Beat();
            await Task.Delay(left < step ? left : step, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Beat();
        return !stopping.IsCancellationRequested;
    }

    /// <summary>How it is now.</summary>
    /// <param name="now">In the system's milliseconds.</param>
    public PartState At(long now)
    {
        if (_death is not null) return PartState.Dead;
        if (!_isRunning) return PartState.NotRunning;
        if (now - LastBeat > patience.TotalMilliseconds) return PartState.Stuck;
        return _fault is null ? PartState.Alive : PartState.Failing;
    }

    private void Begin()
    {
        Beat();
        _isRunning = true;
    }
}

/// <summary>How a part is.</summary>
internal enum PartState
{
    /// <summary>Not started yet, or ended as planned.</summary>
    NotRunning,

    Alive,

    /// <summary>It beats, and cannot do what it is there for.</summary>
    Failing,

    /// <summary>It has not beaten for longer than it may be silent.</summary>
    Stuck,

    /// <summary>An exception ended it.</summary>
    Dead,
}
