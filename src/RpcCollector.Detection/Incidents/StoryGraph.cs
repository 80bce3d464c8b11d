using System.Diagnostics.CodeAnalysis;

namespace RpcCollector.Detection.Incidents;

/// <summary>The open findings by their hosts: which belong to one story.</summary>
/// <remarks>
/// <para>1. The findings of one client without a gap between them are a spell.</para>
/// <para>
/// 2. A client that was driven before it turned bad goes on from there: its spell is joined with that of the worst that drove it, the
/// latest of those. Only where it turns, from nothing to medium, or to worse: a host that is a client already is not made one by who
/// drives it later.
/// </para>
/// <para>3. Who drives very many hosts, each as badly, is no reason for what one of them does next.</para>
/// </remarks>
internal sealed class StoryGraph(IncidentOptions options)
{
    private readonly Dictionary<IncidentHost, HashSet<StoryNode>> _byClient = [];
    private readonly Dictionary<IncidentHost, HashSet<StoryNode>> _byServer = [];

    // Of one regrouping: spells by client.
    private readonly Dictionary<IncidentHost, List<Spell>> _spells = [];

    /// <summary>Findings looked at so far, which is what grouping costs.</summary>
    public long NumLookedAt { get; private set; }

    public void Add(StoryNode node)
    {
        Listed(_byClient, node.Finding.Client).Add(node);
        if (node.Finding.Server is { } server) Listed(_byServer, server).Add(node);
    }

    public void Remove(StoryNode node)
    {
        Unlist(_byClient, node.Finding.Client, node);
        if (node.Finding.Server is { } server) Unlist(_byServer, server, node);
    }

    /// <summary>Groups anew what may depend on some clients.</summary>
    /// <param name="dirty">Clients of whom a finding came, changed or went, and the hosts that those were about.</param>
    /// <returns>The groups of all findings that may have come to another story; each in the order of time.</returns>
    public List<(List<StoryNode> Nodes, List<StoryLink> Links)> Regroup(IEnumerable<IncidentHost> dirty)
    {
        _spells.Clear();
        var region = Closure(dirty);

        // 1. Spells, joined by their links.
        var links = new List<(Spell Spell, StoryLink Link)>();
        foreach (var client in region)
        {
            foreach (var spell in SpellsOf(client))
            {
                foreach (var turn in spell.Turns())
                {
                    if (!TryFindDriver(turn, out var driver)) continue;
                    spell.JoinWith(SpellOf(driver));
                    links.Add((spell, new StoryLink(driver, turn)));
                }
            }
        }

        // 2. By the one that stands for them.
        var groups = new Dictionary<Spell, (List<StoryNode> Nodes, List<StoryLink> Links)>();
        foreach (var client in region)
        {
            foreach (var spell in SpellsOf(client))
            {
                if (!groups.TryGetValue(spell.Root, out var group)) groups.Add(spell.Root, group = ([], []));
                group.Nodes.AddRange(spell.Nodes);
            }
        }

        foreach (var (spell, link) in links) groups[spell.Root].Links.Add(link);
        foreach (var (nodes, ofGroup) in groups.Values)
        {
            nodes.Sort(StoryNode.ByTime);
            ofGroup.Sort(static (left, right) => StoryNode.ByTime(left.WentOn, right.WentOn));
        }

        _spells.Clear();
        return [.. groups.Values];
    }

    /// <summary>All clients whose stories may change: by the stories as they are, and by the links as they will be.</summary>
    private HashSet<IncidentHost> Closure(IEnumerable<IncidentHost> dirty)
    {
        var region = new HashSet<IncidentHost>();
        var seen = new HashSet<Story>();
        var open = new Stack<IncidentHost>();
        foreach (var host in dirty)
        {
            // How many a client drives decides what it is for each of them.
            Reach(host);
            if (!_byClient.TryGetValue(host, out var own)) continue;
            foreach (var node in own)
            {
                NumLookedAt++;
                if (node.Finding.Server is { } server) Reach(server);
            }
        }

        while (open.TryPop(out var client))
        {
            foreach (var node in _byClient[client])
            {
                NumLookedAt++;
                if (node.Story is not { } story || !seen.Add(story)) continue;
                foreach (var other in story.Nodes) Reach(other.Finding.Client);
            }

            foreach (var spell in SpellsOf(client))
            {
                foreach (var turn in spell.Turns())
                {
                    if (TryFindDriver(turn, out var driver)) Reach(driver.Finding.Client);
                }
            }
        }

        return region;

        void Reach(IncidentHost host)
        {
            if (_byClient.ContainsKey(host) && region.Add(host)) open.Push(host);
        }
    }

    private List<Spell> SpellsOf(IncidentHost client)
    {
        if (_spells.TryGetValue(client, out var spells)) return spells;
        NumLookedAt += _byClient[client].Count;
        return _spells[client] = Spell.Cut(_byClient[client], options);
    }

    private Spell SpellOf(StoryNode node)
    {
        var spells = SpellsOf(node.Finding.Client);
        var low = 0;
        for (var high = spells.Count; high - low > 1;)
        {
            var middle = (low + high) / 2;
            if (StoryNode.ByTime(spells[middle].Nodes[0], node) <= 0) low = middle;
            else high = middle;
        }

        return spells[low];
    }

    /// <summary>The worst that drove a finding's client before it, the latest of those.</summary>
    private bool TryFindDriver(StoryNode turn, [NotNullWhen(true)] out StoryNode? driver)
    {
        driver = null;
        if (!_byServer.TryGetValue(turn.Finding.Client, out var drove)) return false;
        foreach (var node in drove)
        {
            NumLookedAt++;
            if (!Drives(node.Finding) || node.First >= turn.First
                || turn.First > node.Reach(options) + (long)options.GoesOnWithin.TotalMilliseconds
                || (driver is not null && !IsBetter(node, driver))) continue;
            if (SpellOf(node).NumDriven(node.Finding.Severity) <= options.MostDriven) driver = node;
        }

        return driver is not null;
    }

    // A host that serves is nobody's client, and one that does so is not driven by whom it serves.
    private static bool Drives(FindingOutline finding) =>
        finding.Severity.IsAtLeast(FindingSeverity.Medium) && finding.Kind != FindingKind.WorkstationServes;

    private static bool IsBetter(StoryNode node, StoryNode other) =>
        node.Finding.Severity != other.Finding.Severity
            ? node.Finding.Severity > other.Finding.Severity
            : StoryNode.ByTime(node, other) > 0;

    private static HashSet<StoryNode> Listed(Dictionary<IncidentHost, HashSet<StoryNode>> lists, IncidentHost host)
    {
        if (!lists.TryGetValue(host, out var list)) lists.Add(host, list = []);
        return list;
    }

    private static void Unlist(Dictionary<IncidentHost, HashSet<StoryNode>> lists, IncidentHost host, StoryNode node)
    {
        if (!lists.TryGetValue(host, out var list) || !list.Remove(node) || list.Count > 0) return;
        lists.Remove(host);
    }
}
