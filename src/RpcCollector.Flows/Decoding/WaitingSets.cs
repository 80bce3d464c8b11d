using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Decoding;

/// <summary>
/// Keeps the Data Sets that came before their Templates, or while these are in doubt, bounded in octets (for each exporter, for each
/// network of exporters that have earned nothing yet, and in all) and in time. Owned by one decoding thread.
/// </summary>
/// <remarks>
/// Sets that find no room are rejected as no_room_to_wait; Sets that waited too long as missing_template or unusable_template. When all
/// room is taken, the Set that waited longest makes room if its sender holds clearly more than the one who asks: so who has just begun
/// to send finds room, however many others have filled it.
/// </remarks>
internal sealed class WaitingSets(FlowOptions options)
{
    private readonly LinkedList<WaitingSet> _inOrderOfArrival = [];
    private readonly Dictionary<Exporter, ExporterWaiting> _byExporter = [];
    private readonly Dictionary<SenderNetwork, long> _octetsByNetwork = [];
    private long _octets;
    private int _count;

    /// <summary>Sets waiting now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Octets they take.</summary>
    public long Octets => Volatile.Read(ref _octets);

    public bool IsEmpty => _inOrderOfArrival.Count == 0;

    /// <summary>Those whose Sets wait.</summary>
    public Dictionary<Exporter, ExporterWaiting>.ValueCollection Exporters => _byExporter.Values;

    /// <summary>The Sets of an exporter; null when none wait.</summary>
    public ExporterWaiting? Of(Exporter exporter) => _byExporter.Count == 0 ? null : _byExporter.GetValueOrDefault(exporter);

    /// <summary>Takes in a Set.</summary>
    /// <param name="templatesVersion">That of the exporter's Templates when the one it waits for was sought.</param>
    /// <param name="displaced">How many others made room, for good.</param>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(WaitingSet set, long templatesVersion, out int displaced)
    {
        displaced = 0;
        var (exporter, network) = (set.Exporter, set.Exporter.Network);
        var waiting = _byExporter.GetValueOrDefault(exporter);
        var ofExporter = (waiting?.Octets ?? 0) + set.Cost;
        var ofNetwork = _octetsByNetwork.GetValueOrDefault(network) + set.Cost;
        if (ofExporter > options.MaxWaitingBytesPerExporter || set.Cost > options.MaxWaitingBytes) return false;
        var share = SenderNetwork.ShareOf(options.MaxWaitingBytes, options.MaxWaitingBytesPerExporter);
        if (ofNetwork > share && exporter.Standing.Level < StandingLevel.Proven) return false;
        for (; _octets + set.Cost > options.MaxWaitingBytes; displaced++)
        {
            if (!MakesRoom(_inOrderOfArrival.First!.Value, exporter, ofNetwork, ofExporter)) return false;
            Remove(_inOrderOfArrival.First!.Value);
        }

        if (waiting is null || !_byExporter.ContainsKey(exporter))
            _byExporter[exporter] = waiting = new ExporterWaiting(exporter, templatesVersion);
        waiting.Add(set);
        set.Place = _inOrderOfArrival.AddLast(set);
        _octetsByNetwork[network] = ofNetwork;
        exporter.CountWaiting(1);
        Grow(set.Cost, 1);
        return true;
    }

    /// <summary>Removes Sets that were taken from an exporter's.</summary>
    public void Release(List<WaitingSet> taken)
    {
        foreach (var set in taken) Release(set);
    }

    /// <summary>Gives up the Sets that arrived before a moment.</summary>
    /// <param name="most">The rest waits for the next time.</param>
    /// <returns>How many for want of a Template, and how many whose Template is in doubt.</returns>
    public (int Missing, int InDoubt) GiveUpBefore(long arrivalUnixMilliseconds, int most)
    {
        var (givenUp, inDoubt) = (0, 0);
        for (; givenUp < most && _inOrderOfArrival.First is { } first; givenUp++)
        {
            if (first.Value.ArrivalUnixMilliseconds >= arrivalUnixMilliseconds) break;
            if (first.Value.IsInDoubt) inDoubt++;
            Remove(first.Value);
        }

        return (givenUp - inDoubt, inDoubt);
    }

    /// <summary>Gives up the Sets of exporters that made room for others: what they wait for can no longer come.</summary>
    /// <param name="most">About how many at once; the rest waits for the next time.</param>
    /// <returns>How many.</returns>
    public int GiveUpForgotten(int most)
    {
        List<WaitingSet>? forgotten = null;
        foreach (var (exporter, waiting) in _byExporter)
        {
            if (forgotten?.Count >= most) break;
            if (exporter.IsForgotten) (forgotten ??= []).AddRange(waiting.TakeReady(static _ => true));
        }

        if (forgotten is null) return 0;
        Release(forgotten);
        return forgotten.Count;
    }

    /// <summary>The clock was set: what waits goes on waiting.</summary>
    public void MoveArrivals(long milliseconds)
    {
        foreach (var set in _inOrderOfArrival) set.ArrivalUnixMilliseconds += milliseconds;
    }

    private bool MakesRoom(WaitingSet oldest, Exporter asking, long ofNetwork, long ofExporter)
    {
        var (holder, held) = (oldest.Exporter, _byExporter[oldest.Exporter].Octets);
        if (holder.Standing.Level > asking.Standing.Level) return false;
        return holder.Network == asking.Network
            ? held - oldest.Cost > ofExporter
            : _octetsByNetwork[holder.Network] - oldest.Cost > ofNetwork;
    }

    private void Remove(WaitingSet set)
    {
        _byExporter[set.Exporter].RemoveOldest(set);
        Release(set);
    }

    private void Release(WaitingSet set)
    {
        var (exporter, network) = (set.Exporter, set.Exporter.Network);
        _inOrderOfArrival.Remove(set.Place!);
        if (_byExporter.TryGetValue(exporter, out var waiting) && waiting.Octets == 0) _byExporter.Remove(exporter);
        var left = _octetsByNetwork[network] - set.Cost;
        if (left == 0) _octetsByNetwork.Remove(network);
        else _octetsByNetwork[network] = left;
        exporter.CountWaiting(-1);
        Grow(-set.Cost, -1);
    }

    private void Grow(long octets, int sets)
    {
        Volatile.Write(ref _octets, _octets + octets);
        Volatile.Write(ref _count, _count + sets);
    }
}
