using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>What a rule says of one hour; the drafts of several hours merge into a <see cref="Finding"/>.</summary>
internal sealed class FindingDraft
{
    private string? _reason;
    private FirstContactSentence? _words;

    public required Claim Claim { get; init; }

    public required HostIdentity Client { get; init; }

    public HostIdentity? Server { get; init; }

    public required FindingSeverity Severity { get; init; }

    public required FindingConfidence Confidence { get; init; }

    public required int Count { get; init; }

    public required long First { get; init; }

    public required long Last { get; init; }

    /// <summary>Why, in words: either this is given, or <see cref="Words"/>, of which it is made when it is asked for first.</summary>
    public string Reason
    {
        get
        {
            if (_reason is null) Reason = _words?.ToString() ?? "";
            return _reason!;
        }

        set => (_reason, _words) = (value, null);
    }

    /// <summary>What the reason is made of; null where that was given, or is made.</summary>
    public FirstContactSentence? Words
    {
        get => _words;
        init => _words = value;
    }

    public required IReadOnlyList<DraftFlow> Flows { get; init; }

    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>By which services, in their order, where the rule asks for that; empty otherwise.</summary>
    public IReadOnlyList<ServiceShare> Services { get; init; } = [];

    /// <summary>The reason; where several services stand behind it, with each and its number.</summary>
    public string Sentence => Services.Count < 2 ? Reason : $"{Reason}; in all {ServiceShare.InWords(Services)}";

    /// <summary>True when it would not have been reported if the host had been known as a server.</summary>
    public bool AssumesNoServer { get; init; }

    /// <summary>True when it was reported while roles were still being learned.</summary>
    public bool IsEarly { get; init; }

    /// <summary>True when it is low because the client goes to a port that others use: what goes elsewhere is news.</summary>
    public bool GoesWithOthers { get; init; }

    /// <summary>
    /// By which confidence it comes first among many of its kind within an hour; its own when null. Of a client's many first contacts those
    /// between hosts that look like workstations are findings of their own, however unsure.
    /// </summary>
    public FindingConfidence? RanksAs { get; init; }

    /// <summary>
    /// The only port of the server that the client went to, for the first time and within the hour, where others may be told with it;
    /// 0 for what is told by itself.
    /// </summary>
    public ushort CrowdPort { get; set; }

    /// <summary>True of the hour itself where it is low since what is told of another client names it.</summary>
    public bool IsToldWithOthers { get; private set; }

    /// <summary>The hour that was judged.</summary>
    public int Hour { get; set; }

    /// <summary>Distinct servers within an hour.</summary>
    public int NumServers { get; init; } = 1;

    /// <summary>How many of its hosts were known before.</summary>
    public int KnownHosts { get; set; }

    /// <summary>How rare it is, by what was known before its first hour; null when nothing was.</summary>
    public FindingRarity? Rarity { get; set; }

    /// <summary>Of the hour itself: servers that it stands for and that have no finding of their own.</summary>
    public IReadOnlyCollection<HostIdentity> Folded { get; init; } = [];

    public FindingKind Kind => Claim.Kind;

    public long Id => IdOf(Kind, Client, Server);

    private const int MaxOperations = 16;

    public static long IdOf(FindingKind kind, HostIdentity client, HostIdentity? server) =>
        FindingId.Of(kind, client.Address, server?.Address, client.Period, server?.Period ?? 0);

    /// <summary>This and what another service or a later hour adds: nothing of either is lost.</summary>
    public FindingDraft With(FindingDraft later)
    {
        // What was reported because it is new keeps its severity: another contact is not news, but by another service it is, or by
        // another port than others use.
        var isNoNews = Claim.IsNovelty && (!GoesWithOthers || later.GoesWithOthers)
            && !later.Services.Any(share => Services.All(own => own.Service != share.Service));
        var leads = isNoNews || Severity.IsAtLeast(later.Severity) ? this : later;
        var flows = DraftFlow.EachOnce(Flows.Concat(later.Flows));
        return new FindingDraft
        {
            Claim = Claim.Beside(later.Claim),
            Client = Client,
            Server = Server,
            Severity = leads.Severity,
            Confidence = leads.Confidence,
            Reason = leads.Reason,
            Count = (int)Math.Min(int.MaxValue, (long)Count + later.Count),
            First = Math.Min(First, later.First),
            Last = Math.Max(Last, later.Last),
            Flows = flows.Count > Finding.MaxFlows ? flows[..Finding.MaxFlows] : flows,
            Operations = [.. Operations.Concat(later.Operations).Distinct(StringComparer.Ordinal).Take(MaxOperations)],
            Services = ServiceShare.Together(Services, later.Services),
            AssumesNoServer = AssumesNoServer && later.AssumesNoServer,
            IsEarly = leads.IsEarly,
            GoesWithOthers = leads.GoesWithOthers,
            RanksAs = leads.RanksAs,
            NumServers = Math.Max(NumServers, later.NumServers),
            KnownHosts = Math.Max(KnownHosts, later.KnownHosts),
            Rarity = Rarity,
        };
    }

    public bool IsWeakerThan(FindingDraft other) => (Severity, Confidence).CompareTo((other.Severity, other.Confidence)) < 0;

    /// <summary>This, as strong as it was shown.</summary>
    public FindingDraft AtLeast(ShownStrength shown) =>
        (Severity, Confidence).CompareTo((shown.Severity, shown.Confidence)) >= 0
            ? this
            : Copy(Count, First, Last, shown);

    /// <summary>This, rated low for a reason that ends its sentence.</summary>
    public FindingDraft Lowered(string because) =>
        Copy(Count, First, Last, new ShownStrength(FindingSeverity.Low, Confidence, $"{Reason}; rated lower because {because}"));

    /// <summary>This, rated low since what is told of another client of the same hour names it.</summary>
    public FindingDraft ToldWithOthers(string because)
    {
        var lowered = Lowered(because);
        lowered.IsToldWithOthers = true;
        return lowered;
    }

    /// <summary>This, which tells of others too.</summary>
    public FindingDraft BesideOthers(IReadOnlyList<DraftFlow> flows, string others) =>
        Copy(Count, First, Last, new ShownStrength(Severity, Confidence, Reason + others), flows);

    /// <summary>This with one more fact that came too late to be judged.</summary>
    public FindingDraft Raised(long start) =>
        Copy(Count == int.MaxValue ? Count : Count + 1, Math.Min(First, start), Math.Max(Last, start));

    /// <summary>This without its flows, which were told before: what is left is how bad they are.</summary>
    public FindingDraft OfNothingNew() => Copy(0, First, Last, flows: []);

    /// <summary>This as if nothing of it were later than a time.</summary>
    public FindingDraft NoLaterThan(long unixMilliseconds) =>
        Copy(Count, Math.Min(First, unixMilliseconds), Math.Min(Last, unixMilliseconds));

    private FindingDraft Copy(int count, long first, long last, ShownStrength? shown = null, IReadOnlyList<DraftFlow>? flows = null) =>
        new()
        {
            Claim = Claim,
            Client = Client,
            Server = Server,
            Severity = shown?.Severity ?? Severity,
            Confidence = shown?.Confidence ?? Confidence,
            Reason = shown?.Reason ?? Reason,
            Count = count,
            First = first,
            Last = last,
            Flows = flows ?? Flows,
            Operations = Operations,
            Services = Services,
            AssumesNoServer = AssumesNoServer,
            IsEarly = IsEarly,
            GoesWithOthers = GoesWithOthers,
            NumServers = NumServers,
            KnownHosts = KnownHosts,
            Rarity = Rarity,
        };
}

/// <summary>A flow behind a draft; its Community ID is computed when the finding is published.</summary>
internal readonly record struct DraftFlow(
    HostAddress Client, ushort ClientPort, HostAddress Server, ushort ServerPort, long Start, long End, ExporterSet Exporters,
    uint SamplingInterval)
{
    public static int Order(DraftFlow left, DraftFlow right)
    {
        var order = left.Start.CompareTo(right.Start);
        if (order == 0) order = left.Server.CompareTo(right.Server);
        if (order == 0) order = left.ServerPort.CompareTo(right.ServerPort);
        if (order == 0) order = left.ClientPort.CompareTo(right.ClientPort);
        if (order == 0) order = left.Client.CompareTo(right.Client);
        return order != 0 ? order : left.End.CompareTo(right.End);
    }

    /// <summary>In their order; of one that stands there twice what more exporters saw.</summary>
    public static List<DraftFlow> EachOnce(IEnumerable<DraftFlow> flows)
    {
        var each = new List<DraftFlow>();
        foreach (var flow in flows.Order(Comparer<DraftFlow>.Create(Order)))
        {
            if (each.Count == 0 || Order(each[^1], flow) != 0) each.Add(flow);
            else if (flow.Exporters.Count > each[^1].Exporters.Count) each[^1] = flow;
        }

        return each;
    }

    public ContributingFlow Publish() =>
        new(Client, ClientPort, Server, ServerPort, Start, End, CommunityId.OfTcp(Client, ClientPort, Server, ServerPort), Exporters,
            SamplingInterval);
}

/// <summary>How strong a finding was when it was shown, and the sentence that said so.</summary>
internal sealed record ShownStrength(FindingSeverity Severity, FindingConfidence Confidence, string Reason);
