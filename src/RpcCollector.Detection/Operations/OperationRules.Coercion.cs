namespace RpcCollector.Detection.Operations;

/// <summary>Forced authentication: calls that make a server authenticate to a host of the caller's choice (EFS, DFS, print, shadow copies).</summary>
public static partial class OperationRules
{
    private static OperationDraft? ForcedAuthentication(OperationWindow window)
    {
        var calls = window.Of(FindingKind.ForcedAuthentication);
        if (calls.Count == 0) return null;

        // Printing clients ask a print server to tell of changes; a domain controller is a poor print server, and the dearest victim.
        var isOrdinary = calls.All(call => call.Meaning.IsOrdinary) && window.Server != HostRole.DomainController;
        return isOrdinary
            ? Draft(window, calls, IsServer(window.Server) ? FindingSeverity.Low : FindingSeverity.Medium, FindingConfidence.Low, "asked to be told of changes at a printer, which makes the server authenticate")
            : Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium, "called what makes the server authenticate to a host of the caller's choice");
    }
}
