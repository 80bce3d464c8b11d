namespace RpcCollector.Detection.Operations;

/// <summary>
/// Accounts made or changed over samr. At a domain controller that is administration or a computer that joins; at any other host it is
/// a local account.
/// </summary>
public static partial class OperationRules
{
    private static readonly string[] AddingMembers = ["SamrAddMemberToGroup", "SamrAddMemberToAlias", "SamrAddMultipleMembersToAlias"];
    private static readonly string[] GivingRights =
        ["LsarAddAccountRights", "LsarAddPrivilegesToAccount", "LsarSetSystemAccessAccount", "LsarCreateAccount"];

    private static OperationDraft? Accounts(OperationWindow window)
    {
        var calls = window.Of(FindingKind.AccountManipulation);
        if (calls.Count == 0) return null;
        if (calls.All(call => call.Meaning.IsOrdinary))
        {
            // Machines register their own names when they start or join.
            var isName = calls.All(call => call.Is("DRSWriteSPN"));
            return Draft(
                window, calls, FindingSeverity.Low, FindingConfidence.Low,
                isName ? "wrote a service principal name" : "changed a password with the old one");
        }

        if (calls.Any(call => call.Is("DRSAddSidHistory", "SamrSetDSRMPassword")))
            return Draft(
                window, calls, FindingSeverity.High, FindingConfidence.Medium,
                calls.Any(call => call.Is("DRSAddSidHistory"))
                    ? "gave an account the rights of another by its SID history"
                    : "set the password of a controller's restore mode");
        var deed = DeedOf(calls);
        return window.Server == HostRole.DomainController
            ? Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Low, deed)
            : Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium, deed);
    }

    private static string DeedOf(IReadOnlyList<NamedCall> calls) =>
        calls.Any(call => call.Is("SamrCreateUser2InDomain", "SamrCreateUserInDomain")) ? "created an account"
        : calls.Any(call => call.Is(AddingMembers)) ? "added a member to a group"
        : calls.Any(call => call.Is(GivingRights)) ? "gave an account rights"
        : calls.Any(call => call.Is("SamrCreateGroupInDomain", "SamrCreateAliasInDomain")) ? "created a group"
        : calls.Any(call => call.Is("SamrDeleteUser", "SamrDeleteGroup", "SamrDeleteAlias", "LsarDelete", "LsarDeleteObject"))
            ? "deleted an account or a group"
            : "changed an account";
}
