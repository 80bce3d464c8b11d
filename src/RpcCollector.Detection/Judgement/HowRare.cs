using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;

namespace RpcCollector.Detection.Judgement;

/// <summary>Says of what the rules found in an hour how rare it is, by what was known before that hour.</summary>
/// <remarks>
/// What was learned of hours from <see cref="ClientCase.KnownBefore"/> on does not count, whether they are closed or not: so the numbers
/// are the same when a finding is shown first and when its hour closes. Clients count that the server answered, whoever had their address.
/// </remarks>
internal sealed class HowRare(JudgementOptions options, Edges edges, OpenFacts facts, OctetHabits octets)
{
    // A server is looked at once between two closings, however many come to it; of more servers than this at last anew.
    private const int MostServers = 1 << 16;

    private readonly Dictionary<(int Server, int KnownBefore), ClientsOfServer> _servers = [];
    private readonly HashSet<int> _clients = [];

    // Of the client that was asked of last.
    private (int Client, int KnownBefore) _contactedBy = (Edges.None, Epoch.None);
    private ServiceCounts _contacted;

    // Of the client that is judged: the largest flow of each contact, by its open hour. Many findings may be of one contact.
    private readonly Dictionary<int, LargestFlow?> _largest = [];

    /// <summary>An hour was closed: what was counted may have changed.</summary>
    public void ReadAgain()
    {
        _servers.Clear();
        _contactedBy = (Edges.None, Epoch.None);
    }

    /// <summary>Another client is judged, or the same by other facts.</summary>
    public void Begin() => _largest.Clear();

    /// <param name="subject">The client in the hour in which the rules found it.</param>
    /// <param name="learnedSince">The first hour that was learned from; <see cref="Epoch.None"/> before.</param>
    /// <returns>Null when nothing was known.</returns>
    public FindingRarity? Of(ClientCase subject, int learnedSince, FindingDraft draft)
    {
        if (draft.Server is null) return OfClient(subject.HabitIndex, subject.Epoch, learnedSince, draft);
        var known = KnownHours(subject.KnownBefore, learnedSince);
        return known <= 0 ? null : OfPair(subject, draft, known, ServersOf(subject.HabitIndex, subject.KnownBefore));
    }

    /// <summary>The same of a finding about the client alone, whose hour may have been closed before.</summary>
    /// <param name="client">The row of what the client's machine is known for.</param>
    public FindingRarity? OfClient(int client, int epoch, int learnedSince, FindingDraft draft)
    {
        var knownBefore = epoch + 1 - RoleLearning.HoursUntilItActs(options);
        var known = KnownHours(knownBefore, learnedSince);
        return known <= 0 ? null : OfClient(draft, known, ServersOf(client, knownBefore));
    }

    private int KnownHours(int knownBefore, int learnedSince) =>
        learnedSince == Epoch.None ? 0 : Math.Min(knownBefore - learnedSince, (int)options.Retain.TotalHours);

    /// <summary>Of a finding about the client alone: by the service that most of its flows are of.</summary>
    private static FindingRarity? OfClient(FindingDraft draft, int known, in ServiceCounts contacted)
    {
        var flows = default(ServiceCounts);
        foreach (var flow in draft.Flows)
            if (flow.Client == draft.Client.Address) flows.Count(EdgeServiceName.OfPort(flow.ServerPort) ?? EdgeService.Rpc);
        var most = EdgeService.Rpc;
        for (var service = 0; service < EdgeServiceName.Count; service++)
            if (flows[service] > flows.Of(most)) most = (EdgeService)service;
        return flows.Of(most) == 0
            ? null
            : new FindingRarity { Service = EdgeServiceName.Of(most), KnownHours = known, ClientServersLike = contacted.Of(most) };
    }

    private FindingRarity OfPair(ClientCase subject, FindingDraft draft, int known, in ServiceCounts contacted)
    {
        // 1. Who uses the server; of several services the rarest is named.
        var server = edges.FindHost(draft.Server!.Value);
        var clients = server < 0 ? default : ClientsOf(edges.Host(server).Base, subject.KnownBefore);
        var services = ServicesOf(subject, draft);
        var service = services.OrderBy(each => clients.Like.Of(each)).ThenBy(each => each).First();

        // 2. The pair.
        var edge = server < 0 ? Edges.None : edges.Find(subject.ClientIndex, server, service);
        var first = FirstHourOf(subject, edge, server, service);
        var isKnown = first != Epoch.None && first < subject.KnownBefore;
        var isCounted = edge >= 0 && edges.Host(edges[edge].Client).IsBase && edges.Host(edges[edge].Server).IsBase;

        // 3. The client, and the largest flow.
        var rarity = new FindingRarity
        {
            Service = EdgeServiceName.Of(service),
            KnownHours = known,
            ServerClients = clients.All,
            ServerClientsLike = clients.Like.Of(service),
            PairFirstSeenUnixMilliseconds = isKnown ? Epoch.StartOf(first) : null,
            PairDays = !isKnown ? 0 : isCounted ? Math.Max(1, DaysBefore(edge, subject.KnownBefore)) : null,
            PairFlows = !isKnown ? 0 : isCounted ? FlowsBefore(edge, subject.KnownBefore) : null,
            ClientServersLike = contacted.Of(service) - (IsContacted(subject, edge, server, service) ? 1 : 0),
        };
        return Largest(subject, draft, services) is { } largest
            ? rarity with
            {
                Octets = largest.Octets,
                IsUpload = largest.IsUpload,
                OctetsService = EdgeServiceName.Of(largest.Service),
                OctetsPercentile = largest.Percentile,
                OctetsFlows = largest.Percentile is null ? null : largest.Flows,
                OctetsOfRole = largest.OfRole,
            }
            : rarity;
    }

    /// <summary>The services of its flows; of what the hour had the client do with the server when it has none.</summary>
    private static List<EdgeService> ServicesOf(ClientCase subject, FindingDraft draft)
    {
        var services = draft.Flows.Where(flow => flow.Server == draft.Server!.Value.Address)
            .Select(flow => EdgeServiceName.OfPort(flow.ServerPort) ?? EdgeService.Rpc).Distinct().ToList();
        if (services.Count == 0)
            services.AddRange(subject.ContactsWith(draft.Server!.Value).ToArray().Select(contact => contact.Service)
                .Where(EdgeServiceName.IsAdministration));
        if (services.Count == 0) services.Add(EdgeService.Rpc);
        return services;
    }

    /// <summary>How many servers the client's machine had contacted, by service.</summary>
    private ServiceCounts ServersOf(int client, int knownBefore)
    {
        if (_contactedBy == (client, knownBefore)) return _contacted;
        var counts = default(ServiceCounts);
        for (var i = edges.Host(client).FirstAsClient; i >= 0; i = edges[i].NextOfClient)
            if (IsBefore(edges[i].FirstEpoch, knownBefore)) counts.Count(edges[i].Service);
        (_contactedBy, _contacted) = ((client, knownBefore), counts);
        return counts;
    }

    private bool IsContacted(ClientCase subject, int edge, int server, EdgeService service) =>
        Habit(subject, edge, server, service) is >= 0 and var habit && IsBefore(edges[habit].FirstEpoch, subject.KnownBefore);

    private int FirstHourOf(ClientCase subject, int edge, int server, EdgeService service)
    {
        if (edge >= 0) return subject.FirstEpochOf(edge);
        return Habit(subject, edge, server, service) is >= 0 and var habit ? edges[habit].FirstEpoch : Epoch.None;
    }

    private int Habit(ClientCase subject, int edge, int server, EdgeService service)
    {
        if (edge >= 0) return subject.HabitEdge(edge);
        return server < 0 ? Edges.None : edges.Find(subject.HabitIndex, subject.HabitHost(server), service);
    }

    /// <summary>The clients that an address had answered.</summary>
    private ClientsOfServer ClientsOf(int server, int knownBefore)
    {
        if (_servers.TryGetValue((server, knownBefore), out var counted)) return counted;
        _clients.Clear();
        var like = default(ServiceCounts);
        for (var i = edges.Host(server).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
        {
            if (!IsBefore(edges[i].WitnessedSince, knownBefore) || !edges.Host(edges[i].Client).IsBase) continue;
            like.Count(edges[i].Service);
            _clients.Add(edges[i].Client);
        }

        if (_servers.Count == MostServers) _servers.Clear();
        return _servers[(server, knownBefore)] = new ClientsOfServer(_clients.Count, like);
    }

    /// <summary>Days before that of an hour on which an edge was seen.</summary>
    private int DaysBefore(int edge, int knownBefore)
    {
        ref var seen = ref edges[edge];
        if (seen.LastEpoch == Epoch.None) return 0;
        var (last, day) = (seen.LastEpoch / Epoch.PerDay, knownBefore / Epoch.PerDay);
        if (last < day) return seen.Days;
        return seen.Days - 1 - (last > day && (seen.Marks & EdgeMarks.DayBefore) != EdgeMarks.None ? 1 : 0);
    }

    /// <summary>Flows of the edge's addresses in the hours before one.</summary>
    private long FlowsBefore(int edge, int knownBefore)
    {
        ref var seen = ref edges[edge];
        long flows = seen.Flows;
        for (var client = seen.Client; client >= 0; client = edges.Host(client).NextOfAddress)
        {
            for (var server = seen.Server; server >= 0; server = edges.Host(server).NextOfAddress)
            {
                if (edges.Find(client, server, seen.Service) is not (>= 0 and var one)) continue;
                for (var open = edges[one].Open; open >= 0; open = facts[open].NextOfEdge)
                    if (facts[open].Epoch >= knownBefore && facts[open].Epoch <= seen.LastEpoch) flows -= facts[open].Count;
            }
        }

        return Math.Max(0, flows);
    }

    /// <summary>The largest flow of the hour between the two, one way: the way that is the most unusual.</summary>
    private LargestFlow? Largest(ClientCase subject, FindingDraft draft, List<EdgeService> services)
    {
        LargestFlow? largest = null;
        foreach (ref readonly var contact in subject.ContactsWith(draft.Server!.Value))
        {
            if (!services.Contains(contact.Service)) continue;
            if (!_largest.TryGetValue(contact.Open, out var ofContact))
                _largest.Add(contact.Open, ofContact = Largest(contact, subject.KnownBefore));
            largest = LargestFlow.Rarer(largest, ofContact);
        }

        return largest;
    }

    private LargestFlow? Largest(in EdgeCase contact, int knownBefore)
    {
        uint up = 0, down = 0;
        for (var i = facts[contact.Open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            if (!OctetHabits.IsCounted(facts.Fact(i))) continue;
            up = Math.Max(up, facts.Fact(i).ClientOctets);
            down = Math.Max(down, facts.Fact(i).ServerOctets);
        }

        return LargestFlow.Rarer(
            Compared(contact, up, isUpload: true, knownBefore), Compared(contact, down, isUpload: false, knownBefore));
    }

    private LargestFlow? Compared(in EdgeCase contact, uint size, bool isUpload, int knownBefore)
    {
        if (size == 0) return null;
        var (flows, smaller) = octets.Compare(OctetKey.Of(contact.Server.Address, contact.Service), size, isUpload, knownBefore);
        HostRole? role = null;
        if (flows < FindingRarity.LeastFlows)
        {
            role = contact.ServerRole;
            (flows, smaller) = octets.Compare(OctetKey.Of(contact.ServerRole, contact.Service), size, isUpload, knownBefore);
        }

        return flows < FindingRarity.LeastFlows
            ? new LargestFlow(contact.Service, size, isUpload, Percentile: null, 0, OfRole: null)
            : new LargestFlow(contact.Service, size, isUpload, (int)(100 * smaller / flows), flows, role);
    }

    private static bool IsBefore(int epoch, int knownBefore) => epoch != Epoch.None && epoch < knownBefore;

    private readonly record struct ClientsOfServer(int All, ServiceCounts Like);

    private sealed record LargestFlow(EdgeService Service, uint Octets, bool IsUpload, int? Percentile, long Flows, HostRole? OfRole)
    {
        public static LargestFlow? Rarer(LargestFlow? one, LargestFlow? other)
        {
            if (one is null || other is null) return one ?? other;
            var order = (one.Percentile ?? -1).CompareTo(other.Percentile ?? -1);
            if (order == 0) order = one.Octets.CompareTo(other.Octets);
            return order < 0 ? other : one;
        }
    }
}
