namespace RpcCollector.Detection.Incidents;

/// <summary>The findings of one client without a gap between them.</summary>
internal sealed class Spell
{
    private Dictionary<FindingSeverity, int>? _driven;
    private Spell? _joined;
    private List<StoryNode>? _turns;
    private int _judged;
    private IncidentHost? _only;

    /// <summary>The earliest first.</summary>
    public List<StoryNode> Nodes { get; } = [];

    /// <summary>Cuts the findings of a client where there are gaps.</summary>
    /// <param name="ofClient">All that are open, in any order.</param>
    public static List<Spell> Cut(IEnumerable<StoryNode> ofClient, IncidentOptions options)
    {
        var gap = (long)options.Gap.TotalMilliseconds;
        var spells = new List<Spell>();
        var reach = 0L;
        var inOrder = ofClient.ToList();
        if (inOrder.Count > 1) inOrder.Sort(StoryNode.ByTime);
        foreach (var node in inOrder)
        {
            if (spells.Count == 0 || node.First > reach + gap
                || options.IsTooLong(spells[^1].First, spells[^1].Nodes[^1].First, node.First))
            {
                spells.Add(new Spell());
                reach = 0;
            }

            spells[^1].Nodes.Add(node);
            reach = Math.Max(reach, node.Reach(options));
        }

        return spells;
    }

    /// <summary>
    /// Those that are worse than all before them, from medium on; the earliest when none is medium. Asked once it is cut.
    /// </summary>
    public List<StoryNode> Turns()
    {
        if (_turns is { } known) return known;
        var (turns, worst) = (new List<StoryNode>(1), FindingSeverity.Low);
        foreach (var node in Nodes)
        {
            if (node.Finding.Severity <= worst) continue;
            worst = node.Finding.Severity;
            turns.Add(node);
        }

        if (turns.Count == 0) turns.Add(Nodes[0]);
        return _turns = turns;
    }

    /// <summary>True when it goes on from another, or another from it.</summary>
    public bool IsLinked { get; set; }

    /// <summary>
    /// The host that all of it is about, where that is one and nothing of it is worse than medium; null otherwise.
    /// </summary>
    public IncidentHost? OnlyServer
    {
        get
        {
            if (_judged == Nodes.Count) return _only;
            _judged = Nodes.Count;
            _only = Nodes[0].Finding.Server;
            foreach (var node in Nodes)
                if (node.Finding.Server != _only || node.Finding.Severity.IsAtLeast(FindingSeverity.High)) return _only = null;
            return _only;
        }
    }

    public IncidentHost Client => Nodes[0].Finding.Client;

    public long First => Nodes[0].First;

    /// <summary>How many distinct servers the client drove at least as badly.</summary>
    public int NumDriven(FindingSeverity atLeast)
    {
        _driven ??= [];
        if (_driven.TryGetValue(atLeast, out var known)) return known;
        var servers = new HashSet<IncidentHost>();
        var folded = 0;
        foreach (var node in Nodes)
        {
            if (!node.Finding.Severity.IsAtLeast(atLeast)) continue;
            if (node.Finding.Server is { } server) servers.Add(server);
            else folded = Math.Max(folded, node.Finding.NumServers);
        }

        return _driven[atLeast] = Math.Max(servers.Count, folded);
    }

    /// <summary>The one that stands for all that are joined with it.</summary>
    public Spell Root
    {
        get
        {
            var root = this;
            while (root._joined is { } next) root = next;
            if (root != this) _joined = root;
            return root;
        }
    }

    public void JoinWith(Spell other)
    {
        var (root, its) = (Root, other.Root);
        if (root != its) its._joined = root;
    }
}
