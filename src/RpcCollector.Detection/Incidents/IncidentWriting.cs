namespace RpcCollector.Detection.Incidents;

/// <summary>Says of a story what a person reads.</summary>
internal static class IncidentWriting
{
    // So many hosts and kinds within one story are no single slip.
    private const int SeveralServers = 3;
    private const int SeveralKinds = 2;

    public static Incident Of(Story story)
    {
        var byWeight = story.Nodes;
        if (byWeight.Count > 1)
        {
            byWeight = [.. byWeight];
            byWeight.Sort(StoryNode.ByWeight);
        }

        var lead = byWeight[0];
        var (deeds, servers, folded, last) = (new StoryDeeds(byWeight), default(DistinctHosts), 0, long.MinValue);
        var (kinds, techniques) = (new List<FindingKind>(1), new List<string>(1));
        foreach (var node in byWeight)
        {
            if (node.Finding.Server is { } server) servers.Add(server);
            else folded = Math.Max(folded, node.Finding.NumServers);
            last = Math.Max(last, node.Finding.LastSeenUnixMilliseconds);
            if (!kinds.Contains(node.Finding.Kind)) kinds.Add(node.Finding.Kind);
            foreach (var technique in node.Finding.Techniques) if (!techniques.Contains(technique)) techniques.Add(technique);
        }

        techniques.Sort(StringComparer.Ordinal);
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
            Acts = deeds.Acts(Incident.MaxActs),
            NumClients = deeds.NumClients,
            Servers = servers.First(Incident.MaxServers),
            NumServers = Math.Max(servers.Count, folded),
            Kinds = kinds,
            Techniques = techniques,
            Findings = First(story.Nodes, Incident.MaxFindings, static node => node.Id),
            NumFindings = story.Nodes.Count,
            Steps = First(story.Links, Incident.MaxActs, static link => new IncidentStep(
                link.Driven.Finding.Client, link.WentOn.Finding.Client, link.Driven.Id, link.WentOn.Id)),
            Count = deeds.Count,
            FirstSeenUnixMilliseconds = story.Nodes[0].First,
            LastSeenUnixMilliseconds = last,
        };
    }

    /// <summary>What a role explains that became known later keeps no incident at what it was shown with.</summary>
    private static string? LoweredBecause(List<StoryNode> nodes, StoryNode lead)
    {
        var explained = 0;
        var isAnyWorse = false;
        foreach (var node in nodes)
        {
            if (node.Finding.IsExplained) explained++;
            isAnyWorse |= node.Finding.Severity > lead.Finding.Weight;
        }

        if (!isAnyWorse) return null;
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

    private static TShown[] First<T, TShown>(List<T> all, int most, Func<T, TShown> show)
    {
        if (all.Count == 0) return [];
        var shown = new TShown[Math.Min(most, all.Count)];
        for (var i = 0; i < shown.Length; i++) shown[i] = show(all[i]);
        return shown;
    }

    /// <summary>
    /// What is said with low confidence alone, such as all that is new while the network is being learned, raises nothing: there
    /// everybody is new to everybody.
    /// </summary>
    private static string? RaisedBecause(Story story, List<StoryNode> byWeight)
    {
        if (story.Links.Exists(link => IsLookedAt(link.Driven) && IsLookedAt(link.WentOn) && (IsSure(link.Driven) || IsSure(link.WentOn))))
            return "a host that was driven went on to others";

        // One alone is not several, and where none is sure, as in a flood of what is new, none is looked at.
        if (byWeight.Count < SeveralServers || !byWeight.Exists(static node => IsLookedAt(node) && IsSure(node))) return null;

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
}
