namespace RpcCollector.Detection.Advice;

/// <summary>Hardening by host firewalls.</summary>
internal static partial class Hardenings
{
    public static readonly Hardening FirewallBetweenWorkstations = new(
        "Host firewall between workstations", AdviceHost.Server,
        "No workstation reaches RPC, SMB or WinRM of another: most ways from desk to desk are gone.",
        "On workstations, allow inbound TCP 135, 139, 445, 593, 5985, 5986 and the dynamic RPC ports from management hosts only.",
        "Shared folders and printers of workstations, and helpdesks that work from anywhere.", Sources.SecureSmb);

    public static readonly Hardening FirewallServers = new(
        "Host firewall of servers and controllers by role", AdviceHost.Server,
        "Only those reach a service who need it; what is not needed is not there for an intruder.",
        "On servers, scope each inbound rule by RemoteAddress; keep on controllers what members need (88, 135, 389, 445, 464, 636, " +
        "3268, dynamic RPC).",
        "Members that cannot log on: follow the list of ports.", Sources.PortOverview);

    public static readonly Hardening FirewallServersOutbound = new(
        "No administration from servers to workstations", AdviceHost.Client,
        "A server that was taken cannot drive workstations.",
        "On servers that administer nothing, block outbound TCP 135, 445, 5985 and 5986 to the workstations' networks.",
        "Products that push to clients: leave these out.", Sources.SecureSmb);

    public static readonly Hardening FirewallRemoteServices = new(
        "Remote service control from management hosts only", AdviceHost.Server,
        "Services cannot be created over RPC from elsewhere; the pipe over SMB stays open, so limit SMB too.",
        "Get-NetFirewallRule -DisplayGroup \"Remote Service Management\" | Where-Object Direction -eq Inbound | " +
        "Set-NetFirewallRule -RemoteAddress MANAGEMENT_HOSTS",
        "Consoles of administrators on other hosts.", Sources.FirewallRule);

    public static readonly Hardening FirewallRemoteTasks = new(
        "Remote task scheduling from management hosts only", AdviceHost.Server,
        "Tasks cannot be registered over RPC from elsewhere; the pipe over SMB stays open, so limit SMB too.",
        "Get-NetFirewallRule -DisplayGroup \"Remote Scheduled Tasks Management\" | Where-Object Direction -eq Inbound | " +
        "Set-NetFirewallRule -RemoteAddress MANAGEMENT_HOSTS",
        "Invoke-GPUpdate from elsewhere.", Sources.FirewallRule);

    public static readonly Hardening FirewallWmi = new(
        "WMI from management hosts only", AdviceHost.Server,
        "No WMI from other hosts.",
        "Get-NetFirewallRule -DisplayGroup \"Windows Management Instrumentation (WMI)\" | Where-Object Direction -eq Inbound | " +
        "Set-NetFirewallRule -RemoteAddress MANAGEMENT_HOSTS",
        "Monitoring and inventory that are not among the named hosts.", Sources.FirewallRule);

    public static readonly Hardening FirewallEventLog = new(
        "Remote event log access from collectors only", AdviceHost.Server,
        "Logs cannot be read or cleared from elsewhere over RPC.",
        "Get-NetFirewallRule -DisplayGroup \"Remote Event Log Management\" | Where-Object Direction -eq Inbound | " +
        "Set-NetFirewallRule -RemoteAddress MANAGEMENT_HOSTS",
        "Event viewers of administrators on other hosts.", Sources.FirewallRule);

    public static readonly Hardening FirewallRemoteShutdown = new(
        "Remote shutdown from management hosts only", AdviceHost.Server,
        "Nobody else shuts machines down over RPC.",
        "Get-NetFirewallRule -DisplayGroup \"Remote Shutdown\" | Where-Object Direction -eq Inbound | " +
        "Set-NetFirewallRule -RemoteAddress MANAGEMENT_HOSTS",
        "Update products that are not among the named hosts.", Sources.FirewallRule);

    public static readonly Hardening WinRmFromManagementOnly = new(
        "WinRM from management hosts only", AdviceHost.Server,
        "PowerShell remoting reaches the machine from jump hosts alone.",
        "Get-NetFirewallRule -DisplayGroup \"Windows Remote Management\" | Where-Object Direction -eq Inbound | " +
        "Set-NetFirewallRule -RemoteAddress MANAGEMENT_HOSTS",
        "Administrators on other hosts, Windows Admin Center elsewhere.", Sources.WinRmSetup);
}
