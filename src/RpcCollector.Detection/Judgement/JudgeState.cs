using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Leases;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;

namespace RpcCollector.Detection.Judgement;

/// <summary>Everything the judge knows.</summary>
internal sealed class JudgeState
{
    private readonly ClientCase _case;
    private readonly FindingFold _fold;
    private readonly List<FindingDraft> _hour = [];
    private readonly HowRare _howRare;

    public JudgeState(JudgementOptions options, IFindingSink sink)
    {
        if (!RoleTable.TryParse(options.Roles, out var told, out var wrongEntry))
            throw new FormatException($"'{wrongEntry}' is not of the form address=role.");
        Options = options;
        Told = new ToldRoles(told);
        Edges = new Edges(Told);
        Facts = new OpenFacts(Edges, options);
        Operations = new OpenOperations(options);
        Roles = new Roles(Edges, Facts);
        RoleLearning = new RoleLearning(options, Edges, Roles, RoleLedger);
        Crowds = new Crowds(options, Edges, Facts);
        Population = new Population(Edges);
        Findings = new FindingBook(options, sink, Verdicts);
        KnownEndpoints = new KnownEndpointTable(options);
        Leases = new LeaseBook(Told, Edges, Facts, Roles);
        CommonCalls = new CommonCalls(options);
        Bursts = new Bursts(options, Edges);
        Ports = new PortHabits(options);
        PortReading = new PortReading(Edges, Facts, Roles, RoleLearning);
        FormerClients = new FormerClients(options, Edges, Facts, Roles, HabitHost);
        OtherClients = new OtherClients(options, Edges, Facts, Roles, Ports);
        RareUses = new RareUses(options);
        _case = new ClientCase(
            options, Edges, Facts, Population, Roles, Crowds, Leases, CommonCalls, Ports, PortReading, Bursts, FormerClients,
            OtherClients, IsMalicious, Findings.ToldOf);
        _fold = new FindingFold(options, Findings);
        Octets = new OctetHabits(options, Edges, Facts, Roles);
        _howRare = new HowRare(options, Edges, Facts, Octets);
    }

    /// <summary>Called at each client that is judged.</summary>
    public Action? Progress { get; set; }

    public JudgementOptions Options { get; }

    /// <summary>The roles that were told.</summary>
    public ToldRoles Told { get; }

    public Edges Edges { get; }

    public OpenFacts Facts { get; }

    public OpenOperations Operations { get; }

    public Roles Roles { get; }

    public Crowds Crowds { get; }

    public LeaseBook Leases { get; }

    public CommonCalls CommonCalls { get; }

    public RoleLearning RoleLearning { get; }

    public RoleLedger RoleLedger { get; } = new();

    public Population Population { get; }

    public FindingBook Findings { get; }

    public KnownEndpointTable KnownEndpoints { get; }

    public OctetHabits Octets { get; }

    /// <summary>Bursts that were learned, of days that not every open hour knows.</summary>
    public Bursts Bursts { get; }

    /// <summary>By which ports servers are used.</summary>
    public PortHabits Ports { get; }

    public PortReading PortReading { get; }

    /// <summary>How far whoever feeds the judge has come in a log, in a form of its own.</summary>
    public ReadOnlyMemory<byte> Position { get; set; }

    public FormerClients FormerClients { get; }

    public OtherClients OtherClients { get; }

    /// <summary>Uses of rare ports that are decided over when their hour was closed for long enough.</summary>
    public RareUses RareUses { get; }

    /// <summary>Clients that are judged again when somebody uses a server, by the server's row.</summary>
    public Dictionary<int, HashSet<int>> Waiting { get; } = [];

    /// <summary>By the id of the finding.</summary>
    public Dictionary<long, Verdict> Verdicts { get; } = [];

    public IKnownEndpoints Snapshot { get; set; } = KnownEndpointSnapshot.Empty;

    /// <summary>Clients to be judged again.</summary>
    public List<int> Dirty { get; } = [];

    /// <summary>The clock of arrivals; 0 before the first.</summary>
    public long Clock { get; set; }

    /// <summary>The time by which what was learned grows old.</summary>
    public AgingClock Aging { get; set; } = new();

    /// <summary>
    /// The last hour that has been learned from, though it may be open again; <see cref="Epoch.None"/> unless the clock was set back.
    /// </summary>
    public int LearnedUntil { get; set; } = Epoch.None;

    /// <summary>The last hour that is closed.</summary>
    public int ClosedEpoch
    {
        get => Findings.ClosedEpoch;
        set => Findings.ClosedEpoch = value;
    }

    /// <summary>The first hour that was learned from; <see cref="Epoch.None"/> before.</summary>
    public int LearnedSince { get; set; } = Epoch.None;

    /// <summary>The last day on which what is old was forgotten.</summary>
    public int ForgottenDay { get; set; }

    public long NumFacts { get; set; }

    public long Late { get; set; }

    public long Ahead { get; set; }

    public long RefusedEdges { get; set; }

    public long EvictedEdges { get; set; }

    /// <summary>The earliest hour with facts that is not closed; null when there is none.</summary>
    public int? NextOpenEpoch
    {
        get
        {
            int? next = Operations.NextAfter(ClosedEpoch);
            foreach (var epoch in Facts.Epochs.Keys)
            {
                if (epoch > ClosedEpoch) return next < epoch ? next : epoch;
            }

            return next;
        }
    }

    /// <summary>
    /// The first hour that is not closed of which something can be said: of those before the first that has facts or operations, nothing.
    /// </summary>
    public int FirstOpenEpoch => Math.Max(
        ClosedEpoch + 1,
        Math.Min(
            Facts.Epochs.Count > 0 ? Facts.Epochs.Keys[0] : int.MaxValue,
            Operations.Epochs.Count > 0 ? Operations.Epochs.Min() : int.MaxValue));

    /// <summary>The latest hour with facts; an hour that is closed when there is no other.</summary>
    public int LatestOpenEpoch => Math.Max(
        Facts.Epochs.Count > 0 ? Facts.Epochs.Keys[^1] : Epoch.None, Operations.Epochs.Count > 0 ? Operations.Epochs.Max() : Epoch.None);

    public JudgeCounts Counts => new(
        NumFacts, Late, Ahead + Operations.Refused, Facts.Beyond, RefusedEdges, EvictedEdges, Findings.Evicted + RareUses.Refused,
        Edges.NumHosts,
        Edges.NumEdges, Facts.NumFacts, Findings.Count,
        KnownEndpoints.Count, Edges.Bytes + Facts.Bytes + Octets.Bytes + Ports.Bytes + RareUses.Bytes + Bursts.Bytes)
    {
        Leases = Leases.Counts,
        WaitingFindings = Findings.NumWaiting,
        IsLearning = LearnedSince == Epoch.None || ClosedEpoch - LearnedSince < Options.LearningPeriod.TotalHours,
    };

    /// <summary>Edges that judging looked at so far.</summary>
    public long NumEdgesJudged => _case.NumLookedAt;

    /// <summary>What the rules said of single hours so far, before many became one.</summary>
    public long NumDrafts { get; private set; }

    /// <summary>What was counted so far was counted before.</summary>
    public void ForgetCounts()
    {
        NumFacts = Late = Ahead = RefusedEdges = EvictedEdges = 0;
        Operations.ForgetCounts();
        Facts.ForgetCounts();
        Leases.ForgetCounts();
        RareUses.ForgetCounts();
        Findings.ForgetCounts();
        RoleLedger.ForgetUntold();
    }

    /// <summary>The hour by which what is learned from an hour grows old: no later than the aged time.</summary>
    public int AgedEpoch(int epoch) => Math.Min(epoch, Epoch.Of(Aging.AgedUnixMilliseconds));

    /// <summary>What the rules say of a client in an hour.</summary>
    public void JudgeClient(int client, int epoch, List<FindingDraft> found)
    {
        Progress?.Invoke();
        _case.Open(client, epoch, LearnedSince, Snapshot);
        _howRare.Begin();

        // An hour has a list of its own, closed or open: no rule takes anything out of another.
        _hour.Clear();
        RuleBook.Judge(_case, Operations, _hour);
        NumDrafts += _hour.Count;
        _fold.Fold(_hour);
        foreach (var draft in _hour) Complete(draft, epoch);
        found.AddRange(_hour);
        foreach (var server in _case.WaitingFor)
        {
            if (!Waiting.TryGetValue(server, out var clients)) Waiting.Add(server, clients = []);
            clients.Add(client);
        }
    }

    /// <summary>Facts, hours or roles have changed: what was read of them for all that is judged at a time is read again.</summary>
    public void ReadAgain()
    {
        Roles.ReadAgain();
        Crowds.ReadAgain();
        PortReading.ReadAgain();
        FormerClients.ReadAgain();
        OtherClients.ReadAgain();
        _case.ReadAgain();
    }

    /// <summary>An hour was closed, or the clock set back: what was counted may have changed.</summary>
    public void CountRarityAgain() => _howRare.ReadAgain();

    /// <summary>
    /// Of the client that was judged last: what waits until its hour was closed for long enough. Asked once, when it closes.
    /// </summary>
    public IReadOnlyList<RareUse> CompleteRareUses()
    {
        foreach (var use in _case.RareUses) if (use.Draft is { } waiting) Complete(waiting, _case.Epoch);
        return _case.RareUses;
    }

    /// <summary>Makes one of many findings of a client in an hour that was closed before; each says already how rare it is.</summary>
    public void FoldInto(List<FindingDraft> found, int epoch)
    {
        _fold.Fold(found);
        foreach (var draft in found)
        {
            if (draft.Server is not null) continue;
            CountKnown(draft, epoch);
            if (Edges.FindHost(draft.Client) is >= 0 and var client)
                draft.Rarity = _howRare.OfClient(HabitHost(client, epoch), epoch, LearnedSince, draft);
        }
    }

    private void CountKnown(FindingDraft draft, int epoch) =>
        draft.KnownHosts = Known(draft.Client, epoch) + Known(draft.Server ?? draft.Client, epoch);

    private void Complete(FindingDraft draft, int epoch)
    {
        draft.Hour = epoch;
        CountKnown(draft, epoch);
        if (Told.ByPeople.Count > 0) NameTellers(draft);
        draft.Rarity = _howRare.Of(_case, LearnedSince, draft);
    }

    /// <summary>A finding says which of the roles that it rests on a person told, and who.</summary>
    private void NameTellers(FindingDraft draft)
    {
        foreach (var host in (ReadOnlySpan<HostIdentity?>)[draft.Client, draft.Server])
        {
            if (host is { } named && Told.ByPerson(named.Address) is { Role: { } role } told)
                draft.Reason += $"; {named} is a {RoleName.InWords(role)}, told by {told.Teller}";
        }
    }

    /// <summary>1 for a host that a person told the role of, or that was seen days ago; else 0.</summary>
    private int Known(HostIdentity host, int epoch)
    {
        if (Told.Of(host.Address) is not null) return 1;
        var index = Edges.FindHost(host.Address);
        if (index < 0 || Edges.Host(index).FirstEpoch is var first && first == Epoch.None) return 0;
        return epoch - Edges.Host(index).FirstEpoch >= Math.Max(1, Options.YoungHost.TotalHours) ? 1 : 0;
    }

    /// <summary>The edge; negative when there is none and none may be added.</summary>
    public int FindOrAddEdge(HostIdentity client, HostIdentity server, EdgeService service, bool mayAdd)
    {
        var clientIndex = Edges.FindHost(client);
        var serverIndex = Edges.FindHost(server);
        var edge = clientIndex >= 0 && serverIndex >= 0 ? Edges.Find(clientIndex, serverIndex, service) : Learned.Edges.None;
        if (edge >= 0 || !mayAdd) return edge;

        // An hour's new edges may go beyond the bound by a tenth; the next close makes room.
        if (Edges.NumEdges >= Options.MaxEdges + (Options.MaxEdges / 10))
        {
            RefusedEdges++;
            return edge;
        }

        clientIndex = Edges.FindOrAddHost(client);
        serverIndex = Edges.FindOrAddHost(server);
        return Edges.Add(clientIndex, serverIndex, service);
    }

    /// <summary>The edge of an edge's addresses, whoever held them; negative when there is no room for it.</summary>
    public int AddressEdge(int edge)
    {
        ref var client = ref Edges.Host(Edges[edge].Client);
        ref var server = ref Edges.Host(Edges[edge].Server);
        return client.IsBase && server.IsBase
            ? edge
            : FindOrAddEdge(new(client.Address), new(server.Address), Edges[edge].Service, mayAdd: true);
    }

    /// <summary>The row of what a host's machine is known for; its own where there is none.</summary>
    public int HabitHost(int host, int epoch) => Edges.Host(host).IsBase
        ? host
        : Edges.FindHost(Leases.HabitOf(Edges.Host(host).Identity, epoch)) is >= 0 and var home ? home : host;

    /// <summary>The edge of what an edge's machines are known for; negative when there is none, or no room for it.</summary>
    public int HabitEdge(int edge, int epoch, bool mayAdd)
    {
        ref var client = ref Edges.Host(Edges[edge].Client);
        ref var server = ref Edges.Host(Edges[edge].Server);
        if (client.IsBase && server.IsBase) return edge;
        return FindOrAddEdge(Leases.HabitOf(client.Identity, epoch), Leases.HabitOf(server.Identity, epoch), Edges[edge].Service, mayAdd);
    }

    /// <summary>A person's verdict on a finding; null when there is none or it has expired.</summary>
    public VerdictMeaning? VerdictOf(StandingFinding finding) =>
        Verdicts.TryGetValue(finding.Id, out var verdict) && !(verdict.ExpiresUnixMilliseconds <= Clock) ? verdict.Meaning : null;

    /// <summary>True where a finding stands that a person called benign.</summary>
    public bool IsBenign(long finding) => Findings.Find(finding) is { } standing && VerdictOf(standing) == VerdictMeaning.Benign;

    /// <summary>True when a person called a finding malicious in which a host is the client.</summary>
    public bool IsMalicious(HostAddress host)
    {
        if (Verdicts.Count == 0) return false;
        foreach (var finding in Findings.OfClient(host))
        {
            if (VerdictOf(finding) == VerdictMeaning.Malicious) return true;
        }

        return false;
    }

    public IReadOnlyList<HostProfile> Hosts(HostRole? role)
    {
        Roles.ReadAgain();
        var hosts = new List<HostProfile>();
        for (var i = 0; i < Edges.HostEnd; i++)
            if (Edges.IsHost(i) && Edges.Host(i).IsBase && (role is null || RoleNow(i) == role)) hosts.Add(Profile(i));
        hosts.Sort(static (left, right) => left.Address.CompareTo(right.Address));
        return hosts;
    }

    public HostRole? RoleOf(HostAddress address)
    {
        Roles.ReadAgain();
        return Edges.FindHost(address) is >= 0 and var index ? RoleNow(index) : null;
    }

    public HostProfile? Host(HostAddress address)
    {
        Roles.ReadAgain();
        return Edges.FindHost(address) is >= 0 and var index ? Profile(index) : null;
    }

    public IReadOnlyList<EdgeProfile> EdgesOf(HostAddress address)
    {
        Roles.ReadAgain();
        var edges = new HashSet<int>();
        for (var row = Edges.FindHost(address); row >= 0; row = Edges.Host(row).NextOfAddress)
        {
            for (var i = Edges.Host(row).FirstAsClient; i >= 0; i = Edges[i].NextOfClient) if (IsShown(i)) edges.Add(i);
            for (var i = Edges.Host(row).FirstAsServer; i >= 0; i = Edges[i].NextOfServer) if (IsShown(i)) edges.Add(i);
        }

        return
        [
            .. edges.Select(EdgeProfile).GroupBy(edge => (edge.Client, edge.Server, edge.Service)).Select(Together)
                .OrderBy(edge => edge.Client).ThenBy(edge => edge.Server).ThenBy(edge => edge.Service),
        ];
    }

    /// <summary>False for what is only known of machines that are elsewhere.</summary>
    internal bool IsShown(int edge) => Edges[edge].SeenEpoch != Epoch.None || OpenEpochOf(edge) != Epoch.None;

    /// <summary>What the machines that held the two addresses did is one edge to those who look.</summary>
    private static EdgeProfile Together(IEnumerable<EdgeProfile> edges) => edges.Aggregate(Together);

    internal static EdgeProfile Together(EdgeProfile one, EdgeProfile other) => one with
    {
        FirstSeenUnixMilliseconds = Math.Min(one.FirstSeenUnixMilliseconds, other.FirstSeenUnixMilliseconds),
        LastSeenUnixMilliseconds = Math.Max(one.LastSeenUnixMilliseconds, other.LastSeenUnixMilliseconds),
        Flows = one.Flows + other.Flows,
        Days = Math.Max(one.Days, other.Days),
        IsLearned = one.IsLearned || other.IsLearned,
        IsAnswered = one.IsAnswered || other.IsAnswered,
    };

    private HostProfile Profile(int index)
    {
        ref var host = ref Edges.Host(index);
        var (clients, servers, open) = (new DistinctEdges(Edges), new DistinctEdges(Edges), Epoch.None);
        for (var row = index; row >= 0; row = Edges.Host(row).NextOfAddress)
        {
            for (var i = Edges.Host(row).FirstAsClient; i >= 0; i = Edges[i].NextOfClient)
                if (IsShown(i)) Count(servers, i, Edges[i].Server);
            for (var i = Edges.Host(row).FirstAsServer; i >= 0; i = Edges[i].NextOfServer)
                if (IsShown(i)) Count(clients, i, Edges[i].Client);
        }

        var (first, last) = Seen(host.FirstEpoch, host.LastEpoch, open);
        var role = RoleNow(index);
        return new HostProfile(
            host.Address, role, RoleLearning.Explain(index, role), first, last, servers.Count, clients.Count, host.Served)
        {
            Provisional = role is HostRole.Workstation or HostRole.Unknown && host.Told is null ? RoleLearning.Provisional(index) : null,
            LearnedRole = Roles.LearnedAt(index, HourNow),
            RoleSetting = Told.Settings.Find(host.Address),
            Told = Told.ByPerson(host.Address),
        };

        void Count(DistinctEdges others, int edge, int other)
        {
            others.Add(index, other, Edges[edge].Service);
            open = Math.Max(open, OpenEpochOf(edge));
        }
    }

    /// <summary>The role that a host has in the latest hour.</summary>
    internal HostRole RoleNow(int index) => Roles.At(index, HourNow);

    private int HourNow => Math.Max(Epoch.Of(Clock), LatestOpenEpoch);

    internal EdgeProfile EdgeProfile(int index)
    {
        ref var edge = ref Edges[index];
        var flows = (long)edge.Flows;
        var (isAnswered, days) = ((edge.Marks & EdgeMarks.Answered) != EdgeMarks.None, (int)edge.Days);
        for (var open = edge.Open; open >= 0; open = Facts[open].NextOfEdge)
        {
            ref var hour = ref Facts[open];
            if (hour.Epoch > ClosedEpoch) flows += hour.Count;
            isAnswered |= hour.IsAnswered;
            if (hour.Epoch > ClosedEpoch && hour.Count > 0 && IsFirstOfDay(edge, hour.Epoch)) days++;
        }

        ref var client = ref Edges.Host(edge.Client);
        ref var server = ref Edges.Host(edge.Server);
        var (first, last) = Seen(edge.SeenEpoch, edge.LastEpoch, OpenEpochOf(index));
        return new EdgeProfile(
            client.Address, RoleNow(edge.Client), server.Address, RoleNow(edge.Server), edge.Service, first, last, flows, days,
            edge.TrainedEpoch != Epoch.None, isAnswered);
    }

    /// <summary>True for the first open hour of a day in which no closed hour was seen.</summary>
    private bool IsFirstOfDay(in EdgeState edge, int epoch)
    {
        var day = epoch / Epoch.PerDay;
        if (edge.LastEpoch != Epoch.None && edge.LastEpoch / Epoch.PerDay == day) return false;
        for (var open = edge.Open; open >= 0; open = Facts[open].NextOfEdge)
        {
            ref var other = ref Facts[open];
            if (other.Epoch > ClosedEpoch && other.Epoch < epoch && other.Count > 0 && other.Epoch / Epoch.PerDay == day) return false;
        }

        return true;
    }

    private int OpenEpochOf(int edge)
    {
        var latest = Epoch.None;
        for (var open = Edges[edge].Open; open >= 0; open = Facts[open].NextOfEdge)
        {
            if (Facts[open].Count > 0) latest = Math.Max(latest, Facts[open].Epoch);
        }

        return latest;
    }

    private static (long First, long Last) Seen(int first, int last, int open) =>
        (Epoch.StartOf(first == Epoch.None ? Math.Max(0, open) : first), Epoch.StartOf(Math.Max(0, Math.Max(last, open))));
}
