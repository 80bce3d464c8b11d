namespace RpcCollector.Detection.Advice;

/// <summary>The documents that the table rests on, each told once.</summary>
internal static partial class Sources
{
    private const string Auditing =
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/";

    /// <summary>Microsoft's page of an event of the Security log.</summary>
    public static SourceDocument SecurityEvent(int id) => new($"Microsoft Learn: event {id}", $"{Auditing}event-{id}");

    /// <summary>Microsoft's page of a subcategory of the audit policy.</summary>
    public static SourceDocument AuditPolicy(string page) => new($"Microsoft Learn: {page.Replace('-', ' ')}", Auditing + page);

    /// <param name="technique">Such as T1021.003.</param>
    public static SourceDocument Attack(string technique) =>
        new($"MITRE ATT&CK {technique}", $"https://attack.mitre.org/techniques/{technique.Replace('.', '/')}/");

    /// <param name="analytic">Such as CAR-2016-04-002.</param>
    public static SourceDocument Car(string analytic) => new($"MITRE {analytic}", $"https://car.mitre.org/analytics/{analytic}/");
}
