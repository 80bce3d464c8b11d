using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement;

/// <summary>The rarest of the pairs that were asked for, and how many there are.</summary>
/// <param name="survey">By which rarity is told.</param>
/// <param name="most">Beyond so many the commonest are left out.</param>
public sealed class RarestPairs(NetworkSurvey survey, EdgeChoice choice, int most) : EdgeSelection(choice)
{
    private readonly FirstInOrder<EdgePair> _kept = new(EdgePair.Order, most);
    private readonly int[] _byService = new int[EdgeServiceName.Count];

    /// <summary>All that were asked for.</summary>
    public int Total { get; private set; }

    /// <summary>Those that are kept, the rarest first.</summary>
    public IReadOnlyList<EdgePair> Rarest => _kept.Read();

    /// <summary>How many of all have an edge of a service.</summary>
    public int Of(EdgeService service) => _byService[(int)service];

    internal override void Add(IReadOnlyList<EdgeProfile> edges)
    {
        var rarity = 0.0;
        foreach (var edge in edges) rarity = Math.Max(rarity, survey.RarityOf(edge));
        var pair = new EdgePair([.. edges], rarity);
        if (!Choice.Wants(pair)) return;
        Total++;
        foreach (var edge in edges) _byService[(int)edge.Service]++;
        _kept.Add(pair);
    }

    private protected override void Clear()
    {
        _kept.Clear();
        Array.Clear(_byService);
        Total = 0;
    }
}
