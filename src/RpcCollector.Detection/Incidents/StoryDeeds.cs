namespace RpcCollector.Detection.Incidents;

/// <summary>What the clients of a story did in it, as <see cref="IncidentWriting"/> says it of each and of all.</summary>
internal sealed class StoryDeeds
{
    // What each did, in the places of the hosts.
    private readonly List<Deeds> _clients = new(1);

    /// <param name="byWeight">The findings of a story, the worst first.</param>
    public StoryDeeds(List<StoryNode> byWeight)
    {
        var hosts = default(DistinctHosts);
        foreach (var node in byWeight)
        {
            var place = hosts.Add(node.Finding.Client);
            if (place == _clients.Count) _clients.Add(new Deeds(node));
            _clients[place].Take(node);
        }
    }

    public int NumClients => _clients.Count;

    /// <summary>
    /// One finding that stands for many of a client and a kind counts those that are findings of their own, too: the greater of both sums
    /// is what is known to stand behind them.
    /// </summary>
    public long Count
    {
        get
        {
            var sum = 0L;
            foreach (var client in _clients) sum += client.Count;
            return sum;
        }
    }

    /// <summary>What each client did at worst: the client of the earliest finding first.</summary>
    /// <param name="most">No more than so many clients.</param>
    public IncidentAct[] Acts(int most)
    {
        var inOrder = new List<Deeds>(_clients);
        inOrder.Sort(static (left, right) => StoryNode.ByTime(left.Earliest, right.Earliest));
        var acts = new IncidentAct[Math.Min(most, inOrder.Count)];
        for (var i = 0; i < acts.Length; i++) acts[i] = inOrder[i].Act;
        return acts;
    }

    /// <summary>What one client did in a story.</summary>
    private sealed class Deeds
    {
        private readonly StoryNode _worst;
        private readonly List<(FindingKind Kind, long OfOne, long OfMany)> _counts = new(1);
        private DistinctHosts _servers;
        private int _folded;

        public Deeds(StoryNode worst) => Earliest = _worst = worst;

        public StoryNode Earliest { get; private set; }

        public long Count
        {
            get
            {
                var sum = 0L;
                foreach (var (_, ofOne, ofMany) in _counts) sum += Math.Max(ofOne, ofMany);
                return sum;
            }
        }

        public IncidentAct Act => new(
            _worst.Finding.Client, _worst.Finding.Kind, _worst.Finding.Server, Math.Max(_servers.Count, _folded), _worst.Finding.Id);

        public void Take(StoryNode node)
        {
            if (StoryNode.ByTime(node, Earliest) < 0) Earliest = node;
            if (node.Finding.Server is { } server) _servers.Add(server);

            // The most servers that one of its findings stands for.
            _folded = Math.Max(_folded, node.Finding.Server is null ? node.Finding.NumServers : 1);
            var (ofOne, ofMany) = node.Finding.Server is null ? (0L, (long)node.Finding.Count) : (node.Finding.Count, 0L);
            for (var i = 0; i < _counts.Count; i++)
            {
                if (_counts[i].Kind != node.Finding.Kind) continue;
                _counts[i] = (_counts[i].Kind, _counts[i].OfOne + ofOne, _counts[i].OfMany + ofMany);
                return;
            }

            _counts.Add((node.Finding.Kind, ofOne, ofMany));
        }
    }
}
