using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace RpcCollector.Detection.Incidents;

/// <summary>The open findings by their hosts: which belong to one story.</summary>
/// <remarks>
/// <para>1. The findings of one client without a gap between them are a spell.</para>
/// <para>
/// 2. A client that was driven before it turned bad goes on from there: its spell is joined with that of the one who drove it of whom
/// there is the least doubt. Only where it turns, from nothing to medium, or to worse: a host that is a client already is not made one
/// by who drives it later.
/// </para>
/// <para>
/// 3. Who drives very many hosts, each as badly, is no reason for what one of them does next; nor is one of many who drove it as badly.
/// </para>
/// <para>4. Very many clients that did nothing but come to the same one host are one story: a new server.</para>
/// <para>5. A client that looks into other hosts week after week, and does nothing else, is one story: a help desk.</para>
/// </remarks>
internal sealed class StoryGraph(IncidentOptions options)
{
    // What speaks against a driver, as the time that it would have had to be earlier.
    private const long PerDoublingOfDriven = 2 * 3_600_000L;
    private const long PerStepOfSeverity = 4 * 3_600_000L;

    private readonly Dictionary<IncidentHost, HashSet<StoryNode>> _byClient = [];
    private readonly Dictionary<IncidentHost, HashSet<StoryNode>> _byServer = [];

    // Of one regrouping: spells by client.
    private readonly Dictionary<IncidentHost, List<Spell>> _spells = [];

    // And who drove a turn, as far as that was asked.
    private readonly Dictionary<StoryNode, StoryNode?> _drivers = [];

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
        _drivers.Clear();
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
                    var its = SpellOf(driver);
                    spell.JoinWith(its);
                    spell.IsLinked = its.IsLinked = true;
                    links.Add((spell, new StoryLink(driver, turn)));
                }
            }
        }

        JoinCrowds(region);
        JoinHabits(region);

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
        _drivers.Clear();
        return [.. groups.Values];
    }

    /// <summary>All clients whose stories may change: by the stories as they are, and by the links as they will be.</summary>
    private HashSet<IncidentHost> Closure(IEnumerable<IncidentHost> dirty)
    {
        var region = new HashSet<IncidentHost>();
        var seen = new HashSet<Story>();
        var crowds = new HashSet<IncidentHost>();
        var open = new Stack<IncidentHost>();
        foreach (var host in dirty)
        {
            // How many a client drives decides what it is for each of them, and how many drive a host what they are for it.
            Reach(host);
            ReachCrowd(host);
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

                if (spell.OnlyServer is { } server) ReachCrowd(server);
            }
        }

        return region;

        void ReachCrowd(IncidentHost server)
        {
            if (!_byServer.TryGetValue(server, out var drove) || drove.Count < options.Crowd || !crowds.Add(server)) return;
            foreach (var node in drove)
            {
                NumLookedAt++;
                Reach(node.Finding.Client);
            }
        }

        void Reach(IncidentHost host)
        {
            if (_byClient.ContainsKey(host) && region.Add(host)) open.Push(host);
        }
    }

    /// <summary>Joins the spells of very many clients that are about the same one host.</summary>
    private void JoinCrowds(HashSet<IncidentHost> region)
    {
        var byServer = new Dictionary<IncidentHost, List<Spell>>();
        foreach (var client in region)
        {
            foreach (var spell in SpellsOf(client))
            {
                if (spell.IsLinked || spell.OnlyServer is not { } server) continue;
                if (!byServer.TryGetValue(server, out var spells)) byServer.Add(server, spells = []);
                spells.Add(spell);
            }
        }

        // No gap ends it but the longest story's: those who come to a new server come for days, and some after a week's leave.
        var longest = (long)options.Longest.TotalMilliseconds;
        foreach (var spells in byServer.Values)
        {
            if (spells.Count < options.Crowd) continue;
            spells.Sort(static (left, right) => StoryNode.ByTime(left.Nodes[0], right.Nodes[0]));
            for (int first = 0, i = 1; i <= spells.Count; i++)
            {
                if (i < spells.Count && spells[i].First <= spells[i - 1].First + longest) continue;
                JoinCrowd(spells[first..i]);
                first = i;
            }
        }
    }

    /// <summary>Joins the spells of a client that are of one habit, however far apart; what else it does is a story of its own.</summary>
    private void JoinHabits(HashSet<IncidentHost> region)
    {
        foreach (var client in region)
        {
            // Most have one, and nothing to join it with.
            if (SpellsOf(client).Count < 2) continue;
            var spells = SpellsOf(client).FindAll(spell => !spell.IsLinked && spell.Root == spell && ClientHabit.MayBe(spell.Nodes));
            if (spells.Count < 2 || !ClientHabit.Is([.. spells.SelectMany(spell => spell.Nodes)])) continue;
            foreach (var spell in spells) spells[0].JoinWith(spell);
        }
    }

    /// <summary>A crowd that goes on for longer than a story is several.</summary>
    private void JoinCrowd(List<Spell> spells)
    {
        if (spells.Select(spell => spell.Client).Distinct().Count() < options.Crowd) return;
        var (first, last) = (spells[0], spells[0]);
        foreach (var spell in spells)
        {
            if (options.IsTooLong(first.First, last.First, spell.First)) first = spell;
            first.JoinWith(spell);
            last = spell;
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

    /// <summary>Who drove a finding's client before it, of whom there is the least doubt.</summary>
    private bool TryFindDriver(StoryNode turn, [NotNullWhen(true)] out StoryNode? driver)
    {
        driver = null;
        if (!_byServer.TryGetValue(turn.Finding.Client, out var drove)) return false;
        if (!_drivers.TryGetValue(turn, out driver)) _drivers.Add(turn, driver = IsJob(turn) ? null : FindDriver(turn, drove));
        return driver is not null;
    }

    private StoryNode? FindDriver(StoryNode turn, HashSet<StoryNode> drove)
    {
        StoryNode? driver = null;
        var least = long.MaxValue;
        var (worst, others) = (FindingSeverity.Low, (HashSet<IncidentHost>?)null);
        foreach (var node in drove)
        {
            NumLookedAt++;
            if (!Drives(node.Finding) || node.First >= turn.First
                || turn.First > node.Reach(options) + (long)options.GoesOnWithin.TotalMilliseconds) continue;
            var driven = SpellOf(node).NumDriven(node.Finding.Severity);
            if (driven > options.MostDriven) continue;
            var doubt = Doubt(node, turn, driven);
            others ??= [];
            if (node.Finding.Severity > worst) others.Clear();
            worst = (FindingSeverity)Math.Max((byte)worst, (byte)node.Finding.Severity);
            if (node.Finding.Severity == worst) others.Add(node.Finding.Client);
            if (doubt > least || (doubt == least && StoryNode.ByTime(node, driver!) < 0)) continue;
            (driver, least) = (node, doubt);
        }

        return others?.Count >= options.Crowd ? null : driver;
    }

    /// <summary>True for a client that drives very many, and nobody is sure of any: a deployment, made so by no intruder.</summary>
    private bool IsJob(StoryNode turn) => turn.Finding.Confidence == FindingConfidence.Low
        && SpellOf(turn).NumDriven(turn.Finding.Severity) > options.MostDriven;

    /// <summary>
    /// How much speaks against one who drove a host being the reason for what it does next: the time between, the more so the more hosts
    /// he drives, the less so the worse it looks.
    /// </summary>
    private static long Doubt(StoryNode driver, StoryNode turn, int driven) =>
        turn.First - driver.First + (PerDoublingOfDriven * BitOperations.Log2((uint)Math.Max(1, driven)))
        - (PerStepOfSeverity * (int)driver.Finding.Severity);

    // A host that serves is nobody's client, and one that does so is not driven by whom it serves.
    private static bool Drives(FindingOutline finding) =>
        finding.Severity.IsAtLeast(FindingSeverity.Medium) && finding.Kind != FindingKind.WorkstationServes;

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
