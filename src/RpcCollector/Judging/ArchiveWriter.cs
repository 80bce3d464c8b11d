using RpcCollector.Vitals;

namespace RpcCollector.Judging;

/// <summary>
/// The thread that writes what the judge takes and learns, one task at a time: a disk that hangs holds up this thread, and not the
/// judge.
/// </summary>
/// <remarks>One thread, the judge's, gives it tasks and asks what came of them.</remarks>
internal sealed class ArchiveWriter
{
    private static readonly TimeSpan BetweenBeats = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private Thread? _thread;
    private (string What, Action Work)? _task;
    private Exception? _failure;
    private bool _ending;

    public Heartbeat Heartbeat { get; } = new(Part.JudgeMemory, "judge memory", Heartbeat.OfWriter);

    /// <summary>True when the last task is done, or there was none.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock) return _task is null;
        }
    }

    /// <summary>Only while it is idle.</summary>
    /// <param name="what">What it does, for people.</param>
    public void Begin(string what, Action work)
    {
        lock (_lock)
        {
            (_task, _failure) = ((what, work), null);
            Monitor.PulseAll(_lock);
        }

        if (_thread is not null) return;
        _thread = new Thread(() => Heartbeat.Run(Run)) { Name = "judge memory", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits until the task is done.</summary>
    /// <param name="patience">Null for as long as it takes.</param>
    /// <param name="failure">Why it failed; null when it is written.</param>
    /// <returns>False when it is not done yet.</returns>
    public bool TryEnd(TimeSpan? patience, out Exception? failure)
    {
        lock (_lock)
        {
            var until = Environment.TickCount64 + (long)(patience ?? TimeSpan.Zero).TotalMilliseconds;
            while (_task is not null && (patience is null || Environment.TickCount64 < until))
                Monitor.Wait(_lock, patience is null ? BetweenBeats : TimeSpan.FromMilliseconds(until - Environment.TickCount64 + 1));
            failure = _failure;
            return _task is null;
        }
    }

    /// <summary>No task will follow.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ending = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Run()
    {
        while (TryTake(out var task))
        {
            Heartbeat.Doing = task.What;
            Exception? failure = null;
            try
            {
                task.Work();
            }
            catch (Exception thrown)
            {
                // Whose task it is decides what that means.
                failure = thrown;
            }

            Heartbeat.Doing = null;
            lock (_lock)
            {
                (_task, _failure) = (null, failure);
                Monitor.PulseAll(_lock);
            }
        }
    }

    private bool TryTake(out (string What, Action Work) task)
    {
        lock (_lock)
        {
            while (_task is null && !_ending)
            {
                Heartbeat.Beat();
                Monitor.Wait(_lock, BetweenBeats);
            }

            task = _task.GetValueOrDefault();
            return _task is not null;
        }
    }
}
