namespace RpcCollector.Detection.Operations;

/// <summary>Secrets: the domain's DPAPI backup key, LSA secrets, and the account database saved through the remote registry.</summary>
public static partial class OperationRules
{
    // At logon Windows recovers a few keys of a user whose password was changed elsewhere; a thief recovers the keys of one user after
    // another.
    private const int ManyKeys = 10;

    private static OperationDraft? BackupKey(OperationWindow window)
    {
        var calls = window.Of(FindingKind.DpapiBackupKey);
        if (calls.Count == 0) return null;
        if (calls.Count >= ManyKeys)
            return Draft(
                window, calls, FindingSeverity.Medium, FindingConfidence.Medium, "asked for the domain's DPAPI backup key again and again");
        return window.Server is HostRole.DomainController or HostRole.Unknown
            ? Draft(window, calls, FindingSeverity.Low, FindingConfidence.Low,
                "asked for the domain's DPAPI backup key, as Windows does when a password was changed")
            : Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Medium,
                "asked a host that is no domain controller for a DPAPI backup key");
    }

    private static OperationDraft? Secrets(OperationWindow window)
    {
        var calls = window.Of(FindingKind.RemoteSecrets);
        if (calls.Count == 0) return null;
        var saves = calls.Count(call => call.Is("BaseRegSaveKey", "BaseRegSaveKeyEx"));
        if (saves > 1)
            return Draft(
                window, calls, FindingSeverity.Critical, FindingConfidence.High,
                $"remotely saved {saves} registry keys, as thieves do with SAM, SYSTEM and SECURITY");
        if (calls.All(call => call.Meaning.Interface is "netlogon"))
            return Draft(
                window, calls, FindingSeverity.High, FindingConfidence.Low, "asked netlogon for the password of a machine or a trust");
        return Draft(
            window, calls, FindingSeverity.High, FindingConfidence.Medium,
            saves == 1 ? "remotely saved a registry key"
            : calls.Any(call => call.Is("LsarRetrievePrivateData", "LsarQuerySecret")) ? "remotely read an LSA secret"
            : calls.Any(call => call.Is("LsarCreateSecret", "LsarSetSecret", "LsarStorePrivateData")) ? "remotely wrote an LSA secret"
            : "remotely called for stored credentials");
    }
}
