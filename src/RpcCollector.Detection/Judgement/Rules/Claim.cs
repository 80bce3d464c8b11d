namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>What a rule on flows claims: its kind, ATT&amp;CK techniques and CAR analytics.</summary>
internal sealed record Claim(FindingKind Kind, IReadOnlyList<string> Techniques, IReadOnlyList<string> Analytics)
{
    /// <summary>True for what is reported because it is new: once it stands, further contacts only raise its count.</summary>
    public bool IsNovelty => Kind is FindingKind.PeerToPeerRpc or FindingKind.FirstAdministration or FindingKind.NewRpcClient;

    /// <summary>What both claim, the same whichever comes first: where they differ, in ordinal order.</summary>
    public Claim Beside(Claim other) => this with
    {
        Techniques = Together(Techniques, other.Techniques),
        Analytics = Together(Analytics, other.Analytics),
    };

    public bool IsSame(Claim other) => Kind == other.Kind && Techniques.SequenceEqual(other.Techniques, StringComparer.Ordinal)
        && Analytics.SequenceEqual(other.Analytics, StringComparer.Ordinal);

    private static IReadOnlyList<string> Together(IReadOnlyList<string> left, IReadOnlyList<string> right) =>
        left.SequenceEqual(right, StringComparer.Ordinal)
            ? left
            : [.. left.Union(right, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
