using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Templates;

/// <summary>A Data Set that came before its Template, with what of its Message its records need.</summary>
internal sealed record WaitingSet(Exporter Exporter, SessionDomain Session, TemplateKey Key, MessageHeader Header, byte[] Content, long ArrivalUnixMilliseconds);

/// <summary>Keeps the Data Sets that came before their Templates, in the order of arrival, bounded in octets (for each exporter and in all) and in time. Owned by one decoding thread.</summary>
/// <remarks>Sets that find no room are refused; sets whose time is over are given up: both are rejected as missing_template. An older Set is never let go for a newer one.</remarks>
internal sealed class WaitingSets(FlowOptions options)
{
    // What a waiting Set takes beside its content, so that empty ones have a price too.
    private const int Overhead = 128;

    private readonly Dictionary<Exporter, Queue> _byExporter = [];
    private readonly LinkedList<Queue> _inOrderOfOldest = [];
    private long _octets;
    private int _count;

    /// <summary>Sets waiting now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Octets they take.</summary>
    public long Octets => Volatile.Read(ref _octets);

    public bool IsEmpty => _count == 0;

    /// <summary>False when there is no room.</summary>
    public bool TryAdd(WaitingSet set)
    {
        var room = options.MaxWaitingBytes - _octets;
        if (!_byExporter.TryGetValue(set.Exporter, out var queue)) queue = new Queue(set.Exporter);
        if (Cost(set) > room || queue.Octets + Cost(set) > options.MaxWaitingBytesPerExporter) return false;
        if (queue.Sets.Count == 0)
        {
            _byExporter[set.Exporter] = queue;
            queue.Place = _inOrderOfOldest.AddLast(queue);
        }

        queue.Sets.Add(set);
        Grow(queue, Cost(set), 1);
        return true;
    }

    public bool HasSetsOf(Exporter exporter) => _count != 0 && _byExporter.ContainsKey(exporter);

    /// <summary>Takes out, in the order of arrival, the Sets of an exporter that are ready by now.</summary>
    public List<WaitingSet> TakeReady(Exporter exporter, Func<WaitingSet, bool> isReady)
    {
        var ready = new List<WaitingSet>();
        if (!_byExporter.TryGetValue(exporter, out var queue)) return ready;
        ready.AddRange(queue.Sets.Where(isReady));
        if (ready.Count == 0) return ready;
        queue.Sets.RemoveAll(ready.ToHashSet().Contains);
        Release(queue, ready);
        return ready;
    }

    /// <summary>Gives up the Sets that arrived before a moment.</summary>
    /// <returns>How many.</returns>
    public int GiveUpBefore(long arrivalUnixMilliseconds)
    {
        var givenUp = 0;
        // Queues stand in the order in which they began, so the first that is young enough ends the walk.
        for (var place = _inOrderOfOldest.First; place is not null && place.Value.Sets[0].ArrivalUnixMilliseconds < arrivalUnixMilliseconds;)
        {
            var queue = place.Value;
            place = place.Next;
            var old = queue.Sets.TakeWhile(set => set.ArrivalUnixMilliseconds < arrivalUnixMilliseconds).ToList();
            queue.Sets.RemoveRange(0, old.Count);
            givenUp += old.Count;
            Release(queue, old);
        }

        return givenUp;
    }

    private static long Cost(WaitingSet set) => set.Content.Length + Overhead;

    private void Release(Queue queue, List<WaitingSet> sets)
    {
        Grow(queue, -sets.Sum(Cost), -sets.Count);
        _inOrderOfOldest.Remove(queue.Place!);
        if (queue.Sets.Count == 0)
        {
            _byExporter.Remove(queue.Exporter);
            return;
        }

        // Its oldest Set is younger now: back to where that puts it.
        var place = _inOrderOfOldest.Last;
        while (place is not null && place.Value.Sets[0].ArrivalUnixMilliseconds > queue.Sets[0].ArrivalUnixMilliseconds) place = place.Previous;
        queue.Place = place is null ? _inOrderOfOldest.AddFirst(queue) : _inOrderOfOldest.AddAfter(place, queue);
    }

    private void Grow(Queue queue, long octets, int sets)
    {
        queue.Octets += octets;
        queue.Exporter.CountWaiting(sets);
        Volatile.Write(ref _octets, _octets + octets);
        Volatile.Write(ref _count, _count + sets);
    }

    private sealed class Queue(Exporter exporter)
    {
        public Exporter Exporter { get; } = exporter;

        public List<WaitingSet> Sets { get; } = [];

        public long Octets { get; set; }

        public LinkedListNode<Queue>? Place { get; set; }
    }
}
