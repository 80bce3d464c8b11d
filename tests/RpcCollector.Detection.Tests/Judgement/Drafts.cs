using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What a rule might say of an hour.</summary>
internal static class Drafts
{
    /// <param name="hours">After the court's own start.</param>
    public static FindingDraft Of(
        string client, string? server, double hours = 1, FindingKind kind = FindingKind.PeerToPeerRpc,
        FindingSeverity severity = FindingSeverity.Medium, int knownHosts = 0) => new()
        {
            Claim = new Claim(kind, ["T1021"], ["CAR-2014-05-001"]),
            Client = new(HostAddress.Parse(client)),
            Server = server is null ? null : new(HostAddress.Parse(server)),
            Severity = severity,
            Confidence = FindingConfidence.Medium,
            Count = 1,
            First = Court.At(hours),
            Last = Court.At(hours),
            Reason = $"First RPC from {client} to {server}",
            Flows = [],
            KnownHosts = knownHosts,
        };
}
