namespace RpcCollector.Detection.Operations;

/// <summary>
/// Directory replication (drsuapi) is what domain controllers do among themselves: any other host that asks for it gets every secret
/// (DCSync), and one that offers it can plant entries (DCShadow).
/// </summary>
public static partial class OperationRules
{
    private static OperationDraft? Replication(OperationWindow window)
    {
        var calls = window.Of(FindingKind.DcSync);
        if (calls.Count == 0 || window.Client.Replicates()) return null;
        return calls.Any(call => call.Is("DRSGetNCChanges"))
            ? Draft(window, calls, FindingSeverity.Critical, FindingConfidence.High,
                $"asked for directory replication{NotKnownAsController(window)}")
            : Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium,
                $"told a server to replicate{NotKnownAsController(window)}");
    }

    private static OperationDraft? Shadow(OperationWindow window)
    {
        var calls = window.Of(FindingKind.DcShadow);
        if (calls.Count == 0 || window.Client == HostRole.DomainController) return null;
        return calls.Any(call => call.Is("DRSReplicaAdd"))
            ? Draft(window, calls, FindingSeverity.Critical, FindingConfidence.High,
                $"made itself a source of directory replication{NotKnownAsController(window)}")
            : Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium,
                $"added an entry through the replication interface{NotKnownAsController(window)}");
    }

    private static string NotKnownAsController(OperationWindow window) =>
        window.Client == HostRole.Unknown ? ", not being known as a domain controller" : ", being no domain controller";
}
