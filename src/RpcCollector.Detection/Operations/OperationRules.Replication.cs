namespace RpcCollector.Detection.Operations;

/// <summary>
/// Directory replication (drsuapi) is what domain controllers do among themselves: any other host that asks for it gets every secret
/// (DCSync), and one that offers it can plant entries (DCShadow).
/// </summary>
public static partial class OperationRules
{
    private const string Rearranged = "changed which controllers replicate the directory";

    private static OperationDraft? Replication(OperationWindow window)
    {
        var calls = window.Of(FindingKind.DcSync);
        if (calls.Count == 0 || window.Client.Replicates()) return null;
        return calls.Any(call => call.Is("DRSGetNCChanges"))
            ? Draft(window, calls, FindingSeverity.Critical, FindingConfidence.High,
                $"asked for directory replication{NotKnownAsController(window)}")
            : calls.Any(call => !call.Is("DRSReplicaSync"))
            ? Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium,
                $"asked for the account database as controllers once did{NotKnownAsController(window)}")
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
                $"{(calls.Any(call => call.Is("DRSAddEntry")) ? "added an entry through the replication interface" : Rearranged)}" +
                $"{NotKnownAsController(window)}");
    }

    private static string NotKnownAsController(OperationWindow window) =>
        window.Client == HostRole.Unknown ? ", not being known as a domain controller" : ", being no domain controller";
}
