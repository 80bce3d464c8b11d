namespace RpcCollector.Detection.Incidents;

/// <summary>Says of a story what a person reads.</summary>
internal static class IncidentWriting
{
    // So many hosts and kinds within one story are no single slip.
    private const int SeveralServers = 3;
    private const int SeveralKinds = 2;

    public static Incident Of(Story story)
    {
        var byWeight = new List<StoryNode>(story.Nodes);
        byWeight.Sort(StoryNode.ByWeight);
        var lead = byWeight[0];
        var acts = ActsOf(story.Nodes, byWeight);
        var servers = byWeight.Where(node => node.Finding.Server is not null).Select(node => node.Finding.Server!.Value).Distinct()
            .ToList();
        var raised = RaisedBecause(story, byWeight);
        return new Incident
        {
            Id = story.Id,
            Severity = Raise(lead.Finding.Weight, raised),
            Confidence = raised is null ? lead.Finding.Confidence : Raise(lead.Finding.Confidence),
            RaisedBecause = lead.Finding.Weight == FindingSeverity.Critical ? null : raised,
            LoweredBecause = LoweredBecause(story.Nodes, lead),
            ProposedRole = ClientHabit.Is(story.Nodes) ? HostRole.ManagementServer : null,
            Lead = lead.Id,
            Acts = [.. acts.Take(Incident.MaxActs)],
            NumClients = acts.Count,
            Servers = [.. servers.Take(Incident.MaxServers)],
            NumServers = Math.Max(servers.Count, story.Nodes.Max(node => node.Finding.Server is null ? node.Finding.NumServers : 1)),
            Kinds = [.. byWeight.Select(node => node.Finding.Kind).Distinct()],
            Techniques = [.. byWeight.SelectMany(node => node.Finding.Techniques).Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)],
            Findings = [.. story.Nodes.Take(Incident.MaxFindings).Select(node => node.Id)],
            NumFindings = story.Nodes.Count,
            Steps = [.. story.Links.Take(Incident.MaxActs).Select(link => new IncidentStep(
                link.Driven.Finding.Client, link.WentOn.Finding.Client, link.Driven.Id, link.WentOn.Id))],
            Count = CountOf(story.Nodes),
            FirstSeenUnixMilliseconds = story.Nodes[0].First,
            LastSeenUnixMilliseconds = story.Nodes.Max(node => node.Finding.LastSeenUnixMilliseconds),
        };
    }

    /// <summary>What a role explains that became known later keeps no incident at what it was shown with.</summary>
    private static string? LoweredBecause(List<StoryNode> nodes, StoryNode lead)
    {
        if (!nodes.Exists(node => node.Finding.Severity > lead.Finding.Weight)) return null;
        var explained = nodes.Count(node => node.Finding.IsExplained);
        return $"roles that became known since explain {explained} of {nodes.Count} {(nodes.Count == 1 ? "finding" : "findings")}";
    }

    /// <summary>True when they say the same.</summary>
    public static bool IsSame(Incident left, Incident right) =>
        left with
        {
            Acts = right.Acts,
            Servers = right.Servers,
            Kinds = right.Kinds,
            Techniques = right.Techniques,
            Findings = right.Findings,
            Steps = right.Steps
        } == right
        && left.Acts.SequenceEqual(right.Acts) && left.Servers.SequenceEqual(right.Servers) && left.Kinds.SequenceEqual(right.Kinds)
        && left.Techniques.SequenceEqual(right.Techniques, StringComparer.Ordinal) && left.Findings.SequenceEqual(right.Findings)
        && left.Steps.SequenceEqual(right.Steps);

    /// <summary>
    /// One finding that stands for many of a client and a kind counts those that are findings of their own, too: the greater of both sums
    /// is what is known to stand behind them.
    /// </summary>
    private static long CountOf(List<StoryNode> nodes) =>
        nodes.Count == 1
        ? nodes[0].Finding.Count
        : nodes.GroupBy(node => (node.Finding.Client, node.Finding.Kind)).Sum(own => Math.Max(
            own.Where(node => node.Finding.Server is null).Sum(node => (long)node.Finding.Count),
            own.Where(node => node.Finding.Server is not null).Sum(node => (long)node.Finding.Count)));

    private static List<IncidentAct> ActsOf(List<StoryNode> byTime, List<StoryNode> byWeight)
    {
        var ofClients = new Dictionary<IncidentHost, Deeds>();
        foreach (var node in byWeight)
        {
            if (!ofClients.TryGetValue(node.Finding.Client, out var deeds))
                ofClients.Add(node.Finding.Client, deeds = new Deeds(node.Finding));
            if (node.Finding.Server is { } server) deeds.Servers.Add(server);
            deeds.Folded = Math.Max(deeds.Folded, node.Finding.Server is null ? node.Finding.NumServers : 1);
        }

        var acts = new List<IncidentAct>(ofClients.Count);
        foreach (var node in byTime)
        {
            if (!ofClients.Remove(node.Finding.Client, out var deeds)) continue;
            acts.Add(new IncidentAct(
                node.Finding.Client, deeds.Worst.Kind, deeds.Worst.Server, Math.Max(deeds.Servers.Count, deeds.Folded), deeds.Worst.Id));
        }

        return acts;
    }

    /// <summary>
    /// What is said with low confidence alone, such as all that is new while the network is being learned, raises nothing: there
    /// everybody is new to everybody.
    /// </summary>
    private static string? RaisedBecause(Story story, List<StoryNode> byWeight)
    {
        if (story.Links.Exists(link => IsLookedAt(link.Driven) && IsLookedAt(link.WentOn) && (IsSure(link.Driven) || IsSure(link.WentOn))))
            return "a host that was driven went on to others";

        // Beside a shape, such as a sweep, whatever else is said counts. Beside what is only new, no more than what is as bad: that
        // much of it was new too is no other thing.
        var looked = byWeight.TakeWhile(IsLookedAt).Where(IsSure).ToList();
        var worst = looked.Where(node => node.Finding.Weight == byWeight[0].Finding.Weight).ToList();
        var ways = (worst.Exists(node => !IsNovelty(node.Finding.Kind)) ? looked : worst).Select(node => WayOf(node.Finding.Kind))
            .Distinct().Count();
        var servers = looked.Where(node => node.Finding.Server is not null).Select(node => node.Finding.Server).Distinct().Count();
        return ways >= SeveralKinds && servers >= SeveralServers ? $"{ways} kinds of findings about {servers} hosts" : null;
    }

    /// <summary>Windows opens SMB beside RPC and falls back from one to the other: being new by both is one thing.</summary>
    private static FindingKind WayOf(FindingKind kind) => IsNovelty(kind) ? FindingKind.PeerToPeerRpc : kind;

    private static bool IsNovelty(FindingKind kind) => kind is FindingKind.PeerToPeerRpc or FindingKind.FirstAdministration
        or FindingKind.NewRpcClient or FindingKind.ServerTurnsClient or FindingKind.PipeOpened or FindingKind.UnusualEndpoint
        or FindingKind.LargeUpload;

    private static bool IsSure(StoryNode node) => node.Finding.Confidence >= FindingConfidence.Medium;

    private static bool IsLookedAt(StoryNode node) => node.Finding.Weight.IsAtLeast(FindingSeverity.Medium);

    private static FindingSeverity Raise(FindingSeverity severity, string? because) =>
        because is null || severity == FindingSeverity.Critical ? severity : severity + 1;

    private static FindingConfidence Raise(FindingConfidence confidence) =>
        confidence == FindingConfidence.High ? confidence : confidence + 1;

    /// <summary>What a client did in a story.</summary>
    private sealed class Deeds(FindingOutline worst)
    {
        public FindingOutline Worst => worst;

        public HashSet<IncidentHost> Servers { get; } = [];

        /// <summary>The most servers that one of its findings stands for.</summary>
        public int Folded { get; set; }
    }
}
