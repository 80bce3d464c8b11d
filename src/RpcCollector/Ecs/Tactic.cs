using System.Collections.Frozen;

namespace RpcCollector.Ecs;

/// <summary>
/// The tactic that an ATT&amp;CK technique serves; of several the one for which RPC is used (attack.mitre.org, Enterprise).
/// </summary>
internal sealed record Tactic(string Id, string Name)
{
    private static readonly Tactic Execution = new("TA0002", "Execution");
    private static readonly Tactic Persistence = new("TA0003", "Persistence");
    private static readonly Tactic PrivilegeEscalation = new("TA0004", "Privilege Escalation");
    private static readonly Tactic DefenseEvasion = new("TA0005", "Defense Evasion");
    private static readonly Tactic CredentialAccess = new("TA0006", "Credential Access");
    private static readonly Tactic Discovery = new("TA0007", "Discovery");
    private static readonly Tactic LateralMovement = new("TA0008", "Lateral Movement");
    private static readonly Tactic Impact = new("TA0040", "Impact");

    private static readonly FrozenDictionary<string, Tactic> ByTechnique = new Dictionary<string, Tactic>(StringComparer.Ordinal)
    {
        ["T1003"] = CredentialAccess,
        ["T1006"] = DefenseEvasion,
        ["T1016"] = Discovery,
        ["T1018"] = Discovery,
        ["T1021"] = LateralMovement,
        ["T1033"] = Discovery,
        ["T1046"] = Discovery,
        ["T1047"] = Execution,
        ["T1049"] = Discovery,
        ["T1053"] = Execution,
        ["T1059"] = Execution,
        ["T1069"] = Discovery,
        ["T1070"] = DefenseEvasion,
        ["T1080"] = LateralMovement,
        ["T1082"] = Discovery,
        ["T1083"] = Discovery,
        ["T1087"] = Discovery,
        ["T1098"] = Persistence,
        ["T1112"] = DefenseEvasion,
        ["T1124"] = Discovery,
        ["T1134"] = PrivilegeEscalation,
        ["T1135"] = Discovery,
        ["T1136"] = Persistence,
        ["T1187"] = CredentialAccess,
        ["T1207"] = DefenseEvasion,
        ["T1210"] = LateralMovement,
        ["T1484"] = DefenseEvasion,
        ["T1489"] = Impact,
        ["T1490"] = Impact,
        ["T1529"] = Impact,
        ["T1543"] = Persistence,
        ["T1546"] = Persistence,
        ["T1547"] = Persistence,
        ["T1555"] = CredentialAccess,
        ["T1557"] = CredentialAccess,
        ["T1562"] = DefenseEvasion,
        ["T1569"] = Execution,
        ["T1570"] = LateralMovement,
        ["T1649"] = CredentialAccess,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Those of some techniques, each once, in the order of the techniques; none for one that is not known.</summary>
    public static IReadOnlyList<Tactic> Of(IReadOnlyList<string> techniques) =>
        [.. techniques.Select(Of).OfType<Tactic>().Distinct()];

    /// <param name="technique">With or without its sub-technique: T1021.003.</param>
    public static Tactic? Of(string technique) => ByTechnique.GetValueOrDefault(technique.Split('.')[0]);
}
