using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;

namespace RpcCollector.Store;

/// <summary>
/// Sends committed changes to listeners, and remembers the latest ones, so that a listener that was away for a moment can catch up. Any
/// thread may call it.
/// </summary>
/// <typeparam name="TStep">What has changed.</typeparam>
internal abstract class StepEvents<TStep>
{
    private const int Remembered = 1_024;

    private readonly Lock _lock = new();
    private readonly Queue<StepEvent<TStep>> _latest = new(Remembered);

    // The longest listening first.
    private readonly List<StepListener<TStep>> _listeners = [];
    private readonly string _process;
    private long _last;
    private long _dropped;

    /// <param name="mark">Tells these events' ids from those of other streams.</param>
    protected StepEvents(ArrivalClock clock, string mark) =>
        _process = clock.UnixMilliseconds.ToString("x", CultureInfo.InvariantCulture) + mark;

    public int Listeners
    {
        get
        {
            lock (_lock) return _listeners.Count;
        }
    }

    /// <summary>Listeners that were dropped because they were too slow, or because another client needed the place.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Publish(IReadOnlyList<TStep> steps)
    {
        lock (_lock)
        {
            foreach (var step in steps)
            {
                var happened = new StepEvent<TStep>(_process, ++_last, step);
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
        HostAddress client, int mostOfClient, string? lastId, [NotNullWhen(true)] out StreamPlace<TStep>? place,
        [NotNullWhen(true)] out StepListener<TStep>? listener)
    {
        lock (_lock)
        {
            (place, listener) = (null, null);
            if (!HasRoom(client, mostOfClient)) return false;
            var missed = Since(lastId);
            place = new StreamPlace<TStep>(missed is { Count: > 0 } ? lastId! : StepEvent<TStep>.IdOf(_process, _last), missed);
            listener = new StepListener<TStep>(client);
            _listeners.Add(listener);
            return true;
        }
    }

    /// <summary>It has left.</summary>
    public void Leave(StepListener<TStep> listener)
    {
        lock (_lock) _listeners.Remove(listener);
    }

    /// <summary>It does not take what it is sent.</summary>
    public void GiveUp(StepListener<TStep> listener)
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
        if (_listeners.Count < StreamBounds.MaxListeners) return true;
        var most = _listeners.GroupBy(listener => listener.Client).MaxBy(group => group.Count())!;
        if (most.Count() <= own + 1) return false;
        var oldest = most.First();
        Drop(oldest);
        return _listeners.Remove(oldest);
    }

    private void Drop(StepListener<TStep> listener)
    {
        if (listener.Drop()) Interlocked.Increment(ref _dropped);
    }

    private List<StepEvent<TStep>>? Since(string? lastId)
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
internal sealed record StreamPlace<TStep>(string Id, IReadOnlyList<StepEvent<TStep>>? Missed);

/// <summary>A committed step, numbered in the process that tells it.</summary>
internal sealed record StepEvent<TStep>(string Process, long Number, TStep Step)
{
    public string Id => IdOf(Process, Number);

    public static string IdOf(string process, long number) => string.Create(CultureInfo.InvariantCulture, $"{process}-{number}");
}

/// <summary>What all streams have in common.</summary>
internal static class StreamBounds
{
    /// <summary>How many may listen to one stream at once; further ones are refused.</summary>
    public const int MaxListeners = 64;
}
