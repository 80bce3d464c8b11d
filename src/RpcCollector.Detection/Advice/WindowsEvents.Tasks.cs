namespace RpcCollector.Detection.Advice;

/// <summary>Services and tasks, as the audit tells them.</summary>
internal static partial class WindowsEvents
{
    public static readonly WindowsEvent ServiceInstalledAudited = Audited(
        4697, "A service was installed in the system", "Audit Security System Extension (success)", Sources.SecurityEvent(4697));

    public static readonly WindowsEvent TaskCreated = Audited(
        4698, "A scheduled task was created", "Audit Other Object Access Events (success)", Sources.SecurityEvent(4698));

    public static readonly WindowsEvent TaskDeleted = Audited(
        4699, "A scheduled task was deleted", "Audit Other Object Access Events (success)", Sources.SecurityEvent(4699));

    public static readonly WindowsEvent TaskUpdated = Audited(
        4702, "A scheduled task was updated", "Audit Other Object Access Events (success)", Sources.SecurityEvent(4702));
}
