using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using RpcCollector.Flows.Time;

namespace RpcCollector.Store.Findings;

/// <summary>
/// Sends committed changes to listeners, and remembers the latest ones, so that a listener that was away for a moment can catch up. Any
/// thread may call it.
/// </summary>
internal sealed class FindingEvents
{
    /// <summary>How many may listen at once; further ones are refused.</summary>
    public const int MaxListeners = 64;

    private const int Remembered = 1_024;

    private readonly Lock _lock = new();
    private readonly Queue<FindingEvent> _latest = new(Remembered);
    private readonly HashSet<FindingListener> _listeners = [];
    private readonly string _process;
    private long _last;
    private long _dropped;

    public FindingEvents(ArrivalClock clock) => _process = clock.UnixMilliseconds.ToString("x", CultureInfo.InvariantCulture);

    public int Listeners
    {
        get
        {
            lock (_lock) return _listeners.Count;
        }
    }

    /// <summary>Listeners that were dropped because they were too slow.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Publish(IReadOnlyList<FindingStep> steps)
    {
        lock (_lock)
        {
            foreach (var step in steps)
            {
                var happened = new FindingEvent(_process, ++_last, step);
                if (_latest.Count == Remembered) _latest.Dequeue();
                _latest.Enqueue(happened);
                foreach (var listener in _listeners)
                {
                    if (!listener.Tell(happened)) Interlocked.Increment(ref _dropped);
                }
            }

            _listeners.RemoveWhere(listener => listener.IsTooSlow);
        }
    }

    /// <param name="lastId">The id of the last event that the listener has; null when it wants only what happens from now on.</param>
    /// <param name="missed">
    /// What happened since; null when that is unknown, because too much has happened, or the id is from another process.
    /// </param>
    /// <returns>False when there are too many listeners.</returns>
    public bool TryListen(string? lastId, out IReadOnlyList<FindingEvent>? missed, [NotNullWhen(true)] out FindingListener? listener)
    {
        lock (_lock)
        {
            missed = Since(lastId);
            listener = _listeners.Count < MaxListeners ? new FindingListener() : null;
            return listener is not null && _listeners.Add(listener);
        }
    }

    public void Leave(FindingListener listener)
    {
        lock (_lock) _listeners.Remove(listener);
    }

    private List<FindingEvent>? Since(string? lastId)
    {
        if (lastId is null) return [];
        var parts = lastId.Split('-');
        if (parts.Length != 2 || !string.Equals(parts[0], _process, StringComparison.Ordinal)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)) return null;
        var oldest = _latest.TryPeek(out var first) ? first.Number : _last + 1;
        return last + 1 < oldest || last > _last ? null : [.. _latest.Where(happened => happened.Number > last)];
    }
}

/// <summary>A committed step in the life of a finding, numbered in the process that tells it.</summary>
internal sealed record FindingEvent(string Process, long Number, FindingStep Step)
{
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Process}-{Number}");
}
