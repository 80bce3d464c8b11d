using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Decoding;

/// <summary>
/// Keeps the Data Sets that came before their Templates, bounded in octets (for each exporter and in all) and in time. Owned by one
/// decoding thread.
/// </summary>
/// <remarks>
/// Sets that find no room are rejected as no_room_to_wait; Sets that waited too long are rejected as missing_template. An older Set is
/// never dropped for a newer one.
/// </remarks>
internal sealed class WaitingSets(FlowOptions options)
{
    // What a waiting Set costs besides its content, so that empty Sets count too.
    private const int Overhead = 256;

    private readonly LinkedList<WaitingSet> _inOrderOfArrival = [];
    private readonly Dictionary<WaitingFor, List<WaitingSet>> _byTemplate = [];
    private readonly Dictionary<Exporter, long> _octetsByExporter = [];
    private long _octets;
    private int _count;

    /// <summary>Sets waiting now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Octets they take.</summary>
    public long Octets => Volatile.Read(ref _octets);

    public bool IsEmpty => _inOrderOfArrival.Count == 0;

    /// <summary>The exporters whose Sets wait.</summary>
    public IEnumerable<Exporter> Exporters => _octetsByExporter.Keys;

    public bool HasSetsOf(Exporter exporter) => _octetsByExporter.Count != 0 && _octetsByExporter.ContainsKey(exporter);

    /// <summary>False when there is no room.</summary>
    public bool TryAdd(WaitingSet set)
    {
        var octetsOfExporter = _octetsByExporter.GetValueOrDefault(set.Exporter);
        if (_octets + Cost(set) > options.MaxWaitingBytes || octetsOfExporter + Cost(set) > options.MaxWaitingBytesPerExporter)
            return false;
        set.Place = _inOrderOfArrival.AddLast(set);
        if (!_byTemplate.TryGetValue(set.WaitsFor, out var sets)) _byTemplate[set.WaitsFor] = sets = [];
        sets.Add(set);
        _octetsByExporter[set.Exporter] = octetsOfExporter + Cost(set);
        set.Exporter.CountWaiting(1);
        Grow(Cost(set), 1);
        return true;
    }

    /// <summary>Removes and returns, in order of arrival, the Sets that waited for a Template just learned and can be read now.</summary>
    public List<WaitingSet> TakeReady(WaitingFor learned, Func<WaitingSet, bool> isReady)
    {
        if (!_byTemplate.TryGetValue(learned, out var sets)) return [];
        var (ready, notReady) = (new List<WaitingSet>(), new List<WaitingSet>());
        foreach (var set in sets) (isReady(set) ? ready : notReady).Add(set);
        if (ready.Count == 0) return ready;
        if (notReady.Count == 0) _byTemplate.Remove(learned);
        else _byTemplate[learned] = notReady;
        foreach (var set in ready) Release(set);
        return ready;
    }

    /// <summary>The Templates that Sets of an exporter wait for.</summary>
    public List<WaitingFor> TemplatesAwaitedFrom(Exporter exporter) => [.. _byTemplate.Keys.Where(key => key.Exporter == exporter)];

    /// <summary>Gives up the Sets that arrived before a moment.</summary>
    /// <returns>How many.</returns>
    public int GiveUpBefore(long arrivalUnixMilliseconds)
    {
        var givenUp = 0;
        for (; _inOrderOfArrival.First is { } first && first.Value.ArrivalUnixMilliseconds < arrivalUnixMilliseconds; givenUp++)
        {
            var set = first.Value;
            var sets = _byTemplate[set.WaitsFor];
            sets.Remove(set);
            if (sets.Count == 0) _byTemplate.Remove(set.WaitsFor);
            Release(set);
        }

        return givenUp;
    }

    /// <summary>The clock was set: what waits goes on waiting.</summary>
    public void MoveArrivals(long milliseconds)
    {
        foreach (var set in _inOrderOfArrival) set.ArrivalUnixMilliseconds += milliseconds;
    }

    private static long Cost(WaitingSet set) => set.Content.Length + Overhead;

    private void Release(WaitingSet set)
    {
        _inOrderOfArrival.Remove(set.Place!);
        var left = _octetsByExporter[set.Exporter] - Cost(set);
        if (left == 0) _octetsByExporter.Remove(set.Exporter);
        else _octetsByExporter[set.Exporter] = left;
        set.Exporter.CountWaiting(-1);
        Grow(-Cost(set), -1);
    }

    private void Grow(long octets, int sets)
    {
        Volatile.Write(ref _octets, _octets + octets);
        Volatile.Write(ref _count, _count + sets);
    }
}

/// <summary>A Data Set that came before its Template, with the part of its Message's header that its records need.</summary>
internal sealed class WaitingSet(
    SessionDomain session, TemplateKey key, MessageHeader header, ReadOnlySpan<byte> content, long arrivalUnixMilliseconds)
{
    public Exporter Exporter => Session.Exporter;

    public SessionDomain Session { get; } = session;

    public TemplateKey Key { get; } = key;

    public MessageHeader Header { get; } = header;

    public byte[] Content { get; } = content.ToArray();

    public long ArrivalUnixMilliseconds { get; set; } = arrivalUnixMilliseconds;

    public WaitingFor WaitsFor => new(Exporter, Key.Version, Key.ObservationDomainId, Key.TemplateId);

    public LinkedListNode<WaitingSet>? Place { get; set; }
}

/// <summary>What Sets wait for: a Template of an exporter, from whichever of its sessions.</summary>
internal readonly record struct WaitingFor(Exporter Exporter, int Version, uint ObservationDomainId, ushort TemplateId);
