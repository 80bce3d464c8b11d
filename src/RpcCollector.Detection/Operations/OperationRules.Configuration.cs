namespace RpcCollector.Detection.Operations;

/// <summary>
/// A server's configuration changed remotely: registry (T1112), audit and logs (T1562.002), policy (T1484), trusts (T1484.002), DFS
/// namespaces, shadow copies.
/// </summary>
/// <remarks>
/// Group policy writes the registry of a machine from that machine: who writes it remotely is an administrator, a product, or a tool.
/// </remarks>
public static partial class OperationRules
{
    private static readonly string[] ReplacingHives =
        ["BaseRegLoadKey", "BaseRegReplaceKey", "BaseRegRestoreKey", "BaseRegSetKeySecurity", "BaseRegUnLoadKey"];

    private static OperationDraft? Configuration(OperationWindow window)
    {
        var calls = window.Of(FindingKind.RemoteConfiguration);
        if (calls.Count == 0) return null;
        if (calls.All(call => call.Meaning.IsOrdinary))
            return Draft(
                window, calls, FindingSeverity.Low, FindingConfidence.Low,
                calls.Any(call => call.Is("BaseRegCreateKey")) ? "opened or created a registry key" : "worked with shadow copies");
        if (Serves("T1562.002"))
            return Draft(
                window, calls, FindingSeverity.High, FindingConfidence.Medium, "changed the audit policy or the settings of an event log");
        if (Serves("T1484.002")) return Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium, "changed a trust");
        if (Serves("T1484"))
            return Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium, "changed the policy of accounts and rights");
        if (calls.Any(call => call.Is(ReplacingHives)))
            return Draft(
                window, calls, FindingSeverity.High, FindingConfidence.Medium,
                "replaced registry keys as a whole or opened them to others");
        return calls.Any(call => call.Meaning is { Technique: "T1112", IsOrdinary: false })
            ? Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Medium, "changed the registry")
            : Draft(
                window, calls, FindingSeverity.Medium, FindingConfidence.Low,
                Serves("T1080") ? "changed a DFS namespace" : "removed the names by which a controller is found");

        bool Serves(string technique) => calls.Any(call => call.Meaning.Technique.Equals(technique, StringComparison.Ordinal));
    }
}
