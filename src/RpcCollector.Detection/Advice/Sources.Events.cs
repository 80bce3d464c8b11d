namespace RpcCollector.Detection.Advice;

/// <summary>Where events are described.</summary>
internal static partial class Sources
{
    public static readonly SourceDocument Sysmon = new(
        "Sysinternals: Sysmon",
        "https://learn.microsoft.com/en-us/sysinternals/downloads/sysmon");

    public static readonly SourceDocument ToolAnalysis = new(
        "JPCERT/CC: Tool Analysis Result Sheet",
        "https://jpcertcc.github.io/ToolAnalysisResultSheet/");

    public static readonly SourceDocument EventGuide = new(
        "CyberOps: Enhanced Windows Event Log Investigation Guide",
        "https://rootguard.gitbook.io/cyberops/defensive-security/digital-forensics-and-incident-response-dfir/windows-forensics/" +
        "window-artifact-analysis/enhanced-windows-event-log-investigation-guide");

    public static readonly SourceDocument ZerologonTraces = new(
        "BI.ZONE: Hunting for Zerologon",
        "https://bi-zone.medium.com/hunting-for-zerologon-f65c61586382");

    public static readonly SourceDocument Zerologon = new(
        "MSRC: CVE-2020-1472, Netlogon Elevation of Privilege Vulnerability",
        "https://msrc.microsoft.com/update-guide/vulnerability/CVE-2020-1472");

    public static readonly SourceDocument NetlogonChanges = new(
        "KB4557222, How to manage the changes in Netlogon secure channel connections",
        "https://support.microsoft.com/help/4557222");

    public static readonly SourceDocument TaskEvents = new(
        "TaskService: StandardTaskEventId",
        "https://github.com/dahall/TaskScheduler/blob/master/TaskService/TaskEvent.cs");

    public static readonly SourceDocument WmiEvents = new(
        "evtxparser.com: WMI event-subscription persistence in the event logs",
        "https://www.evtxparser.com/en/blog/wmi-persistence-event-logs");

    public static readonly SourceDocument PowerShellLogging = new(
        "Microsoft Learn: about_Logging_Windows",
        "https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_logging_windows");

    public static readonly SourceDocument PrintServiceEvents = new(
        "Sigma: CVE-2021-1675 print spooler exploitation",
        "https://github.com/SigmaHQ/sigma/tree/master/rules-emerging-threats/2021/Exploits/CVE-2021-1675");

    public static readonly SourceDocument PrintNightmare = new(
        "MSRC: CVE-2021-34527, Windows Print Spooler Remote Code Execution Vulnerability",
        "https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-34527");

    public static readonly SourceDocument RestrictNtlmOutgoing = new(
        "Microsoft Learn: Restrict NTLM: Outgoing NTLM traffic to remote servers",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/" +
        "security-policy-settings/network-security-restrict-ntlm-outgoing-ntlm-traffic-to-remote-servers");

    public static readonly SourceDocument RestrictNtlmAudit = new(
        "Microsoft Learn: Restrict NTLM: Audit NTLM authentication in this domain",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/" +
        "security-policy-settings/network-security-restrict-ntlm-audit-ntlm-authentication-in-this-domain");
}
