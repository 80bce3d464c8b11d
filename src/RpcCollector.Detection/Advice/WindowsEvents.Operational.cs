namespace RpcCollector.Detection.Advice;

/// <summary>Logs of their own: scheduler, WMI, WinRM, PowerShell, printing, NTLM.</summary>
internal static partial class WindowsEvents
{
    public static readonly WindowsEvent TaskRegistered = new(
        106, "Microsoft-Windows-TaskScheduler/Operational", "Microsoft-Windows-TaskScheduler", "A task was registered",
        "the log must be enabled", Sources.TaskEvents);

    public static readonly WindowsEvent TaskChanged = new(
        140, "Microsoft-Windows-TaskScheduler/Operational", "Microsoft-Windows-TaskScheduler", "A task was updated",
        "the log must be enabled", Sources.TaskEvents);

    public static readonly WindowsEvent TaskAction = new(
        200, "Microsoft-Windows-TaskScheduler/Operational", "Microsoft-Windows-TaskScheduler", "An action of a task was started",
        "the log must be enabled", Sources.TaskEvents);

    public static readonly WindowsEvent WmiProviderLoaded = new(
        5857, "Microsoft-Windows-WMI-Activity/Operational", "Microsoft-Windows-WMI-Activity", "A provider was loaded", "on by default",
        Sources.WmiEvents);

    public static readonly WindowsEvent WmiFailed = new(
        5858, "Microsoft-Windows-WMI-Activity/Operational", "Microsoft-Windows-WMI-Activity", "An operation failed",
        "on by default; operations that succeed are not written", Sources.WmiEvents);

    public static readonly WindowsEvent WmiTemporary = new(
        5860, "Microsoft-Windows-WMI-Activity/Operational", "Microsoft-Windows-WMI-Activity",
        "A temporary subscription was registered", "on by default", Sources.WmiEvents);

    public static readonly WindowsEvent WmiPermanent = new(
        5861, "Microsoft-Windows-WMI-Activity/Operational", "Microsoft-Windows-WMI-Activity",
        "A permanent subscription was registered", "on by default", Sources.WmiEvents);

    public static readonly WindowsEvent WinRmClientSession = new(
        6, "Microsoft-Windows-WinRM/Operational", "Microsoft-Windows-WinRM", "Creating a WSMan session", "on by default",
        Sources.EventGuide);

    public static readonly WindowsEvent WinRmServerShell = new(
        91, "Microsoft-Windows-WinRM/Operational", "Microsoft-Windows-WinRM", "Creating a WSMan shell on the server", "on by default",
        Sources.EventGuide);

    public static readonly WindowsEvent ScriptBlock = new(
        4104, "Microsoft-Windows-PowerShell/Operational", "Microsoft-Windows-PowerShell", "A script block",
        "PowerShell script block logging; without it only what looks suspicious", Sources.PowerShellLogging);

    public static readonly WindowsEvent PrinterDriverAdded = new(
        316, "Microsoft-Windows-PrintService/Operational", "Microsoft-Windows-PrintService", "A printer driver was added or updated",
        "the log must be enabled", Sources.PrintServiceEvents);

    public static readonly WindowsEvent PrintPluginFailed = new(
        808, "Microsoft-Windows-PrintService/Admin", "Microsoft-Windows-PrintService", "The spooler failed to load a plug-in module",
        "on by default", Sources.PrintServiceEvents);

    public static readonly WindowsEvent NtlmOutgoing = new(
        8001, "Microsoft-Windows-NTLM/Operational", "Microsoft-Windows-NTLM", "Outgoing NTLM authentication",
        "Restrict NTLM: Outgoing NTLM traffic to remote servers = Audit all", Sources.RestrictNtlmOutgoing);

    public static readonly WindowsEvent NtlmDomain = new(
        8004, "Microsoft-Windows-NTLM/Operational", "Microsoft-Windows-NTLM", "NTLM authentication at a domain controller",
        "Restrict NTLM: Audit NTLM authentication in this domain = Enable all", Sources.RestrictNtlmAudit);
}
