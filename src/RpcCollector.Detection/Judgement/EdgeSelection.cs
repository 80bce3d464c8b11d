using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement;

/// <summary>
/// The rarest of the pairs that were asked for, and how many there are. Read from the judge in slices, so that it waits for none longer
/// than a moment; what comes and goes meanwhile may be missing.
/// </summary>
/// <param name="survey">By which rarity is told.</param>
/// <param name="most">Beyond so many the commonest are left out.</param>
public sealed class EdgeSelection(NetworkSurvey survey, EdgeChoice choice, int most)
{
    private static readonly Comparer<EdgePair> LastFirst = Comparer<EdgePair>.Create(static (left, right) => EdgePair.Order(right, left));

    private readonly PriorityQueue<EdgePair, EdgePair> _kept = new(LastFirst);
    private readonly int[] _byService = new int[EdgeServiceName.Count];

    public EdgeChoice Choice => choice;

    /// <summary>All that were asked for.</summary>
    public int Total { get; private set; }

    /// <summary>Those that are kept, the rarest first.</summary>
    public IReadOnlyList<EdgePair> Rarest
    {
        get
        {
            var pairs = _kept.UnorderedItems.Select(static item => item.Element).ToList();
            pairs.Sort(EdgePair.Order);
            return pairs;
        }
    }

    /// <summary>Where the next slice begins: an edge, or -1 at the end of a host's.</summary>
    internal int Next { get; set; }

    internal bool HasBegun { get; set; }

    internal int Restarts { get; set; }

    /// <summary>How many of all have an edge of a service.</summary>
    public int Of(EdgeService service) => _byService[(int)service];

    internal void BeginAnew()
    {
        _kept.Clear();
        Array.Clear(_byService);
        (Total, HasBegun) = (0, false);
    }

    /// <param name="edges">All between two hosts that is wanted, in the order of services.</param>
    internal void Add(IReadOnlyList<EdgeProfile> edges)
    {
        var rarity = 0.0;
        foreach (var edge in edges) rarity = Math.Max(rarity, survey.RarityOf(edge));
        var pair = new EdgePair([.. edges], rarity);
        if (!choice.Wants(pair)) return;
        Total++;
        foreach (var edge in edges) _byService[(int)edge.Service]++;
        if (_kept.Count < most) _kept.Enqueue(pair, pair);
        else if (most > 0 && EdgePair.Order(pair, _kept.Peek()) < 0) _kept.EnqueueDequeue(pair, pair);
    }
}
