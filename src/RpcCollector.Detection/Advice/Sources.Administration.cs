namespace RpcCollector.Detection.Advice;

/// <summary>How administrators and products do it.</summary>
internal static partial class Sources
{
    public static readonly SourceDocument PsExec = new(
        "Sysinternals: PsExec",
        "https://learn.microsoft.com/en-us/sysinternals/downloads/psexec");

    public static readonly SourceDocument ClientPush = new(
        "Configuration Manager: Get-CMClientPushInstallation",
        "https://learn.microsoft.com/en-us/powershell/module/configurationmanager/get-cmclientpushinstallation");

    public static readonly SourceDocument CredentialedScan = new(
        "Nessus: Credentialed Checks on Windows",
        "https://docs.tenable.com/nessus/Content/CredentialedChecksOnWindows.htm");

    public static readonly SourceDocument EndpointScan = new("Nmap: msrpc-enum", "https://nmap.org/nsedoc/scripts/msrpc-enum.html");

    public static readonly SourceDocument PortQry = new(
        "Microsoft Learn: PortQry command-line tool",
        "https://learn.microsoft.com/en-us/troubleshoot/windows-server/networking/portqry-command-line-port-scanner-v2");

    public static readonly SourceDocument PortOverview = new(
        "Microsoft Learn: Service overview and network port requirements for Windows",
        "https://learn.microsoft.com/en-us/troubleshoot/windows-server/networking/service-overview-and-network-port-requirements");

    public static readonly SourceDocument AdminCenter = new(
        "Microsoft Learn: Windows Admin Center",
        "https://learn.microsoft.com/en-us/windows-server/manage/windows-admin-center/overview");

    public static readonly SourceDocument RemoteTools = new(
        "Microsoft Learn: Remote Server Administration Tools",
        "https://learn.microsoft.com/en-us/troubleshoot/windows-server/system-management-components/" +
        "remote-server-administration-tools");

    public static readonly SourceDocument GroupPolicyUpdate = new(
        "Microsoft Learn: Invoke-GPUpdate",
        "https://learn.microsoft.com/en-us/powershell/module/grouppolicy/invoke-gpupdate");

    public static readonly SourceDocument RemoteWmi = new(
        "Microsoft Learn: Connecting to WMI on a remote computer",
        "https://learn.microsoft.com/en-us/windows/win32/wmisdk/connecting-to-wmi-on-a-remote-computer");

    public static readonly SourceDocument StdRegProv = new(
        "Microsoft Learn: StdRegProv class",
        "https://learn.microsoft.com/en-us/previous-versions/windows/desktop/regprov/stdregprov");

    public static readonly SourceDocument MachinePassword = new(
        "Microsoft Learn: Domain member: Maximum machine account password age",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/" +
        "security-policy-settings/domain-member-maximum-machine-account-password-age");

    public static readonly SourceDocument ScCommand = new(
        "Microsoft Learn: sc.exe create",
        "https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/sc-create");

    public static readonly SourceDocument Schtasks = new(
        "Microsoft Learn: schtasks",
        "https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/schtasks");

    public static readonly SourceDocument RegSave = new(
        "Microsoft Learn: reg save",
        "https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/reg-save");

    public static readonly SourceDocument Wevtutil = new(
        "Microsoft Learn: wevtutil",
        "https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/wevtutil");

    public static readonly SourceDocument ShutdownCommand = new(
        "Microsoft Learn: shutdown",
        "https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/shutdown");

    public static readonly SourceDocument DcPromotion = new(
        "Microsoft Learn: Install Active Directory Domain Services",
        "https://learn.microsoft.com/en-us/windows-server/identity/ad-ds/deploy/install-active-directory-domain-services--level-100-");

    public static readonly SourceDocument Repadmin = new(
        "Microsoft Learn: Repadmin",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-server-2012-r2-and-2012/cc770963(v=ws.11)");

    public static readonly SourceDocument EntraConnect = new(
        "Microsoft Entra Connect: ADSyncConfig PowerShell reference",
        "https://learn.microsoft.com/en-us/entra/identity/hybrid/connect/reference-connect-adsyncconfig");

    public static readonly SourceDocument DefenderSamr = new(
        "Microsoft Defender for Identity: Configure SAM-R",
        "https://learn.microsoft.com/en-us/defender-for-identity/deploy/remote-calls-sam");

    public static readonly SourceDocument Autoenrollment = new(
        "Microsoft Learn: Configure certificate auto-enrollment",
        "https://learn.microsoft.com/en-us/windows-server/networking/core-network-guide/cncg/server-certs/" +
        "configure-server-certificate-autoenrollment");

    public static readonly SourceDocument DomainJoin = new(
        "KB5020276, Netjoin: Domain join hardening changes",
        "https://support.microsoft.com/help/5020276");

    public static readonly SourceDocument PointAndPrint = new(
        "KB5005652, Manage new Point and Print default driver installation behavior",
        "https://support.microsoft.com/help/5005652");
}
