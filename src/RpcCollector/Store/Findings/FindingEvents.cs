using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using RpcCollector.Flows;
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

    // The longest listening first.
    private readonly List<FindingListener> _listeners = [];
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

    /// <summary>Listeners that were dropped because they were too slow, or because another client needed the place.</summary>
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
                    if (!listener.Tell(happened)) Drop(listener);
                }
            }

            _listeners.RemoveAll(listener => listener.IsDropped);
        }
    }

    /// <param name="client">Whose it is.</param>
    /// <param name="mostOfClient">How many may be the same client's.</param>
    /// <param name="lastId">The id of the last event that the listener has; null when it wants only what happens from now on.</param>
    /// <param name="place">Where it begins.</param>
    /// <returns>False when there are too many listeners.</returns>
    public bool TryListen(
        HostAddress client, int mostOfClient, string? lastId, [NotNullWhen(true)] out StreamPlace? place,
        [NotNullWhen(true)] out FindingListener? listener)
    {
        lock (_lock)
        {
            (place, listener) = (null, null);
            if (!HasRoom(client, mostOfClient)) return false;
            var missed = Since(lastId);
            place = new StreamPlace(missed is { Count: > 0 } ? lastId! : FindingEvent.IdOf(_process, _last), missed);
            listener = new FindingListener(client);
            _listeners.Add(listener);
            return true;
        }
    }

    /// <summary>It has left.</summary>
    public void Leave(FindingListener listener)
    {
        lock (_lock) _listeners.Remove(listener);
    }

    /// <summary>It does not take what it is sent.</summary>
    public void GiveUp(FindingListener listener)
    {
        lock (_lock)
        {
            Drop(listener);
            _listeners.Remove(listener);
        }
    }

    /// <summary>Where all places are taken, the client that has most of them gives one to a client that has fewer.</summary>
    private bool HasRoom(HostAddress client, int mostOfClient)
    {
        var own = _listeners.Count(listener => listener.Client == client);
        if (own >= mostOfClient) return false;
        if (_listeners.Count < MaxListeners) return true;
        var most = _listeners.GroupBy(listener => listener.Client).MaxBy(group => group.Count())!;
        if (most.Count() <= own + 1) return false;
        var oldest = most.First();
        Drop(oldest);
        return _listeners.Remove(oldest);
    }

    private void Drop(FindingListener listener)
    {
        if (listener.Drop()) Interlocked.Increment(ref _dropped);
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

/// <summary>Where the events of a listener begin.</summary>
/// <param name="Id">The last event before them.</param>
/// <param name="Missed">
/// What has happened since the listener's last event; null when that is unknown, because too much has, or it is from another process.
/// </param>
internal sealed record StreamPlace(string Id, IReadOnlyList<FindingEvent>? Missed);

/// <summary>A committed step in the life of a finding, numbered in the process that tells it.</summary>
internal sealed record FindingEvent(string Process, long Number, FindingStep Step)
{
    public string Id => IdOf(Process, Number);

    public static string IdOf(string process, long number) => string.Create(CultureInfo.InvariantCulture, $"{process}-{number}");
}
