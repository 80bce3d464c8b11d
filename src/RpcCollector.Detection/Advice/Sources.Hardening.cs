namespace RpcCollector.Detection.Advice;

/// <summary>Where hardening is described.</summary>
internal static partial class Sources
{
    public static readonly SourceDocument SecureSmb = new(
        "Microsoft Learn: Secure SMB traffic in Windows Server",
        "https://learn.microsoft.com/en-us/windows-server/storage/file-server/smb-secure-traffic");

    public static readonly SourceDocument FirewallRule = new(
        "Microsoft Learn: Set-NetFirewallRule",
        "https://learn.microsoft.com/en-us/powershell/module/netsecurity/set-netfirewallrule");

    public static readonly SourceDocument WinRmSetup = new(
        "Microsoft Learn: Installation and configuration for Windows Remote Management",
        "https://learn.microsoft.com/en-us/windows/win32/winrm/installation-and-configuration-for-windows-remote-management");

    public static readonly SourceDocument NetshRpc = new(
        "Microsoft Learn: Netsh commands for Remote Procedure Call",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc730626(v=ws.10)");

    public static readonly SourceDocument RpcFilterGuide = new(
        "Akamai: A definitive guide to the RPC filter",
        "https://www.akamai.com/blog/security/guide-rpc-filter");

    public static readonly SourceDocument MsrpcToAttack = new(
        "MSRPC-to-ATTACK: MS-DRSR",
        "https://github.com/jsecurity101/MSRPC-to-ATTACK/blob/main/documents/MS-DRSR.md");

    public static readonly SourceDocument RestrictSamPolicy = new(
        "Microsoft Learn: Network access: Restrict clients allowed to make remote calls to SAM",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/" +
        "security-policy-settings/network-access-restrict-clients-allowed-to-make-remote-sam-calls");

    public static readonly SourceDocument SessionHardening = new(
        "Netwrix: Making internal reconnaissance harder using NetCease and SAMRi10",
        "https://blog.netwrix.com/2022/11/18/making-internal-reconnaissance-harder-using-netcease-and-samri1o");

    public static readonly SourceDocument DcomHardening = new(
        "KB5004442, Manage changes for Windows DCOM Server Security Feature Bypass",
        "https://support.microsoft.com/en-us/topic/" +
        "kb5004442-manage-changes-for-windows-dcom-server-security-feature-bypass-cve-2021-26414-f1400b52-c141-43d2-941e-37ed901c769c");

    public static readonly SourceDocument DcomLaunchPolicy = new(
        "Microsoft Learn: DCOM: Machine launch restrictions",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/" +
        "security-policy-settings/dcom-machine-launch-restrictions-in-security-descriptor-definition-language-sddl-syntax");

    public static readonly SourceDocument SystemServices = new(
        "Microsoft Learn: Guidelines for disabling system services",
        "https://learn.microsoft.com/en-us/windows-server/security/windows-services/" +
        "security-guidelines-for-disabling-system-services-in-windows-server");

    public static readonly SourceDocument LapsOverview = new(
        "Microsoft Learn: Windows LAPS",
        "https://learn.microsoft.com/en-us/windows-server/identity/laps/laps-overview");

    public static readonly SourceDocument DenyNetworkLogon = new(
        "Microsoft Learn: Deny access to this computer from the network",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/" +
        "security-policy-settings/deny-access-to-this-computer-from-the-network");

    public static readonly SourceDocument AccessModel = new(
        "Microsoft Learn: Enterprise access model",
        "https://learn.microsoft.com/en-us/security/privileged-access-workstations/privileged-access-access-model");

    public static readonly SourceDocument ProtectedUsersGroup = new(
        "Microsoft Learn: Protected Users security group",
        "https://learn.microsoft.com/en-us/windows-server/security/credentials-protection-and-management/" +
        "protected-users-security-group");

    public static readonly SourceDocument ReplicationRight = new(
        "Microsoft Learn: DS-Replication-Get-Changes-All",
        "https://learn.microsoft.com/en-us/windows/win32/adschema/r-ds-replication-get-changes-all");

    public static readonly SourceDocument MachineQuota = new(
        "Microsoft Learn: ms-DS-Machine-Account-Quota",
        "https://learn.microsoft.com/en-us/windows/win32/adschema/a-ms-ds-machineaccountquota");

    public static readonly SourceDocument KrbtgtPassword = new(
        "Microsoft Learn: Reset the krbtgt password",
        "https://learn.microsoft.com/en-us/windows-server/identity/ad-ds/manage/forest-recovery-guide/" +
        "ad-forest-recovery-reset-the-krbtgt-password");

    public static readonly SourceDocument AuditRight = new(
        "Microsoft Learn: Manage auditing and security log",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/" +
        "security-policy-settings/manage-auditing-and-security-log");

    public static readonly SourceDocument RemoteShutdownRight = new(
        "Microsoft Learn: Force shutdown from a remote system",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/" +
        "security-policy-settings/force-shutdown-from-a-remote-system");

    public static readonly SourceDocument EventForwarding = new(
        "Microsoft Learn: Use Windows Event Forwarding",
        "https://learn.microsoft.com/en-us/windows/security/operating-system-security/device-management/" +
        "use-windows-event-forwarding-to-assist-in-intrusion-detection");
}
