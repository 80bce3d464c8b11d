namespace RpcCollector.Detection.Operations;

/// <summary>
/// Accounts made or changed over samr. At a domain controller that is administration or a computer that joins; at any other host it is
/// a local account.
/// </summary>
public static partial class OperationRules
{
    private static OperationDraft? Accounts(OperationWindow window)
    {
        var calls = window.Of(FindingKind.AccountManipulation);
        if (calls.Count == 0) return null;
        if (calls.All(call => call.Meaning.IsOrdinary))
            return Draft(window, calls, FindingSeverity.Low, FindingConfidence.Low, "changed a password with the old one");
        var deed = calls.Any(call => call.Is("SamrCreateUser2InDomain")) ? "created an account" : "changed an account";
        return window.Server == HostRole.DomainController
            ? Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Low, deed)
            : Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium, deed);
    }
}
