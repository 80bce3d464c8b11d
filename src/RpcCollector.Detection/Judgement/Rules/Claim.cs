namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>What a rule on flows claims: its kind, ATT&amp;CK techniques and CAR analytics.</summary>
internal sealed record Claim(FindingKind Kind, IReadOnlyList<string> Techniques, IReadOnlyList<string> Analytics)
{
    /// <summary>True for what is reported because it is new: once it stands, further contacts only raise its count.</summary>
    public bool IsNovelty => Kind is FindingKind.PeerToPeerRpc or FindingKind.FirstAdministration or FindingKind.NewRpcClient;
}
