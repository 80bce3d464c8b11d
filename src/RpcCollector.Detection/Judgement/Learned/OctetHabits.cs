namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>How large flows are: of each service of a host with some clients, and of each role of servers.</summary>
/// <remarks>
/// Only what was answered, seen whole one way and not sampled is counted. What closed hours taught counts for an hour that knows them
/// (<see cref="Rules.ClientCase.KnownBefore"/>), so the latest are kept apart until every hour to come does. Nothing is rated by it: who
/// sends many small flows makes a large one look larger, and the reverse.
/// </remarks>
internal sealed class OctetHabits(JudgementOptions options, Edges edges, OpenFacts facts, Roles roles)
{
    // A bound beside that of edges: about a byte an edge.
    private const int EdgesAHost = 256;
    private const int LeastHosts = 64;

    private readonly Dictionary<OctetKey, OctetCounts> _known = [];
    private readonly List<HourOfOctets> _latest = [];
    private readonly SortedSet<OctetKey> _new = [];

    private int MostServers => Math.Max(LeastHosts, options.MaxEdges / EdgesAHost);

    public int Count => _known.Count;

    public long Bytes => (long)_known.Count * OctetCounts.Bytes;

    /// <summary>How many flows were known before an hour, and how many of them were smaller.</summary>
    public (long Flows, long Smaller) Compare(OctetKey key, uint octets, bool isUpload, int knownBefore)
    {
        if (!_known.TryGetValue(key, out var counts)) return (0, 0);
        var (first, own) = (isUpload ? 0 : OctetCounts.NumSteps, OctetCounts.PlaceOf(octets, isUpload));
        long flows = 0, smaller = 0;
        for (var place = first; place < first + OctetCounts.NumSteps; place++)
        {
            long here = counts[place];
            foreach (var hour in _latest)
                if (hour.Epoch < knownBefore) here += hour.Flows.GetValueOrDefault((key, (byte)place));
            flows += here;
            if (place < own) smaller += here;
        }

        return (flows, smaller);
    }

    /// <summary>Learns from an hour that is being closed, when its edges have been counted.</summary>
    public void Learn(int epoch)
    {
        // 1. What every hour to come knows.
        var old = epoch + 1 - RoleLearning.HoursUntilItActs(options);
        foreach (var hour in _latest)
        {
            if (hour.Epoch > old) continue;
            foreach (var ((key, place), flows) in hour.Flows)
                if (_known.TryGetValue(key, out var counts)) counts.Add(place, flows);
        }

        _latest.RemoveAll(hour => hour.Epoch <= old);

        // 2. Hosts that have come to have clients, in an order of their own as long as there is room.
        if (!facts.Epochs.TryGetValue(epoch, out var first)) return;
        _new.Clear();
        for (var open = first; open >= 0; open = facts[open].NextOfEpoch)
        {
            ref var edge = ref edges[facts[open].Edge];
            if (!EdgeServiceName.IsAdministration(edge.Service)) continue;
            ref var server = ref edges.Host(edges.Host(edge.Server).Base);
            var key = OctetKey.Of(server.Address, edge.Service);
            if (server.Tally.Served.Of(edge.Service) >= options.ServerClients && !_known.ContainsKey(key)) _new.Add(key);
        }

        foreach (var key in _new)
        {
            if (_known.Count >= MostServers) break;
            _known.Add(key, new OctetCounts());
        }

        // 3. The flows.
        var learned = new HourOfOctets(epoch);
        for (var open = first; open >= 0; open = facts[open].NextOfEpoch) Learn(open, epoch, learned);
        if (learned.Flows.Count > 0) _latest.Add(learned);
    }

    /// <summary>Forgets hosts that are known no longer.</summary>
    public void Forget()
    {
        foreach (var key in _known.Keys.Where(key => key.Server is { } server && edges.FindHost(server) < 0).ToList()) _known.Remove(key);
    }

    /// <summary>No hour counts as later than one.</summary>
    public void MoveTo(int epoch)
    {
        for (var i = 0; i < _latest.Count; i++)
            if (_latest[i].Epoch > epoch) _latest[i] = _latest[i] with { Epoch = epoch };
    }

    /// <summary>True for a flow whose octets say something.</summary>
    public static bool IsCounted(in Fact fact) => fact is { HasFlow: true, IsUnanswered: false, SamplingInterval: <= 1 };

    public IEnumerable<(OctetKey Key, OctetCounts Counts)> InOrder() =>
        _known.OrderBy(entry => entry.Key).Select(entry => (entry.Key, entry.Value));

    public IReadOnlyList<HourOfOctets> Latest => _latest;

    /// <returns>False when it is there already.</returns>
    public bool Restore(OctetKey key, OctetCounts counts) => _known.TryAdd(key, counts);

    public void Restore(HourOfOctets hour) => _latest.Add(hour);

    private void Learn(int open, int epoch, HourOfOctets learned)
    {
        ref var edge = ref edges[facts[open].Edge];
        if (!EdgeServiceName.IsAdministration(edge.Service)) return;
        var own = OctetKey.Of(edges.Host(edge.Server).Address, edge.Service);
        var isOwn = _known.ContainsKey(own);
        var ofRole = OctetKey.Of(roles.At(edge.Server, epoch), edge.Service);
        if (!_known.ContainsKey(ofRole)) _known.Add(ofRole, new OctetCounts());
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref facts.Fact(i);
            if (!IsCounted(fact)) continue;
            if (fact.ClientOctets > 0) Count(OctetCounts.PlaceOf(fact.ClientOctets, isUpload: true));
            if (fact.ServerOctets > 0) Count(OctetCounts.PlaceOf(fact.ServerOctets, isUpload: false));
        }

        void Count(byte place)
        {
            if (isOwn) learned.Add(own, place);
            learned.Add(ofRole, place);
        }
    }
}

/// <summary>How many flows of which size an hour had.</summary>
internal sealed record HourOfOctets(int Epoch)
{
    public Dictionary<(OctetKey Key, byte Place), uint> Flows { get; } = [];

    public void Add(OctetKey key, byte place) => Flows[(key, place)] = Flows.GetValueOrDefault((key, place)) + 1;
}
