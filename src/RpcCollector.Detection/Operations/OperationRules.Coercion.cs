namespace RpcCollector.Detection.Operations;

/// <summary>
/// Forced authentication: calls that make a server authenticate to a host of the caller's choice (EFS, DFS, print, shadow copies).
/// </summary>
public static partial class OperationRules
{
    private static OperationDraft? ForcedAuthentication(OperationWindow window)
    {
        var calls = window.Of(FindingKind.ForcedAuthentication);
        if (calls.Count == 0) return null;

        // Printing clients subscribe to changes at a print server. A domain controller is rarely a print server, and it is the most
        // valuable victim.
        var isOrdinary = calls.All(call => call.Meaning.IsOrdinary) && window.Server != HostRole.DomainController;
        return isOrdinary
            ? Draft(window, calls, IsServer(window.Server) ? FindingSeverity.Low : FindingSeverity.Medium, FindingConfidence.Low,
                "subscribed to changes of a printer, which makes the server authenticate")
            : Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium,
                "made a call that makes the server authenticate to a host of the caller's choice");
    }
}
