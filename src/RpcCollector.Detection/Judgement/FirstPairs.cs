using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>The first of the pairs that were asked for, in order of client and server; how rare each is, they do not say.</summary>
/// <param name="after">The last pair that is known already.</param>
/// <param name="most">Beyond so many the last in order are left out.</param>
public sealed class FirstPairs(EdgeChoice choice, (HostAddress Client, HostAddress Server)? after, int most) : EdgeSelection(choice)
{
    // By both ends, which are known before the pair is read.
    private readonly FirstInOrder<(HostAddress Client, HostAddress Server, EdgePair? Pair)> _kept = new(
        static (left, right) => (left.Client, left.Server).CompareTo((right.Client, right.Server)), most);

    /// <summary>Those that are kept, in their order.</summary>
    public IReadOnlyList<EdgePair> Pairs => [.. _kept.Read().Select(static kept => kept.Pair!)];

    internal override bool TakesPairsAgain => true;

    internal override bool MayKeep(HostAddress client, HostAddress server) =>
        base.MayKeep(client, server) && (after is not { } known || (client, server).CompareTo(known) > 0)
        && _kept.HasRoomFor((client, server, null));

    internal override void Add(IReadOnlyList<EdgeProfile> edges)
    {
        var pair = new EdgePair([.. edges], Rarity: 0);
        if (Choice.Wants(pair)) _kept.Add((pair.Client, pair.Server, pair));
    }

    private protected override void Clear() => _kept.Clear();
}
