namespace RpcCollector.Detection.Advice;

/// <summary>The events that the table points to: each is told once, with what must be on for it and where that is described.</summary>
internal static partial class WindowsEvents
{
    private static WindowsEvent Audited(int id, string title, string policy, SourceDocument source) =>
        new(id, "Security", "Microsoft-Windows-Security-Auditing", title, policy, source);

    private static WindowsEvent BySysmon(int id, string title, string policy) =>
        new(id, "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", title, policy, Sources.Sysmon);
}
