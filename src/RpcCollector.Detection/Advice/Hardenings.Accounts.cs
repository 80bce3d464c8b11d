namespace RpcCollector.Detection.Advice;

/// <summary>Hardening of accounts and rights.</summary>
internal static partial class Hardenings
{
    public static readonly Hardening Laps = new(
        "A local password for each machine (Windows LAPS)", AdviceHost.Server,
        "The local administrator of one machine opens no other.",
        "Windows LAPS by policy: passwords in the directory, changed by themselves.",
        "Scripts that know the common password.", Sources.LapsOverview);

    public static readonly Hardening DenyNetworkLogonOfLocalAccounts = new(
        "No network logon with local accounts", AdviceHost.Server,
        "Local accounts cannot be used from another machine at all.",
        "User right \"Deny access to this computer from the network\" = Local account and member of Administrators group (S-1-5-114).",
        "Clusters and products that use local accounts over the network.", Sources.DenyNetworkLogon);

    public static readonly Hardening TieredAdministration = new(
        "Administrators by tier", AdviceHost.DomainControllers,
        "An administrator of the domain is never signed in where an intruder of a desk could find him.",
        "Separate accounts and hosts for directory, servers and desks; logon rights that keep each in his tier.",
        "Habits; it takes months.", Sources.AccessModel);

    public static readonly Hardening ProtectedUsers = new(
        "Protected Users for administrators", AdviceHost.DomainControllers,
        "Their credentials are not cached, not delegated and not used with NTLM.",
        "Add-ADGroupMember \"Protected Users\" for people who administer; no service accounts.",
        "Administration by NTLM, by address instead of name, and delegation.", Sources.ProtectedUsersGroup);

    public static readonly Hardening ReplicationRights = new(
        "Replication rights for controllers and known accounts only", AdviceHost.DomainControllers,
        "A stolen account that lacks them cannot ask for replication.",
        "On the domain object: DS-Replication-Get-Changes-All only for Domain Controllers, Administrators and the account of the " +
        "synchronisation.",
        "Synchronisation products: document which account needs it.", Sources.ReplicationRight);

    public static readonly Hardening MachineAccountQuota = new(
        "No machine accounts by ordinary users", AdviceHost.DomainControllers,
        "Nobody adds computer accounts to be misused.",
        "ms-DS-MachineAccountQuota = 0 on the domain object; delegate joining to those who do it.",
        "People who join their own machines.", Sources.MachineQuota);

    public static readonly Hardening KrbtgtReset = new(
        "krbtgt reset twice after a theft", AdviceHost.DomainControllers,
        "Forged tickets (golden tickets) end.",
        "Reset the password of krbtgt twice, the second time after the first has been replicated and the longest ticket lifetime has " +
        "passed.",
        "Tickets of everybody when both are done at once.", Sources.KrbtgtPassword);

    public static readonly Hardening LogRights = new(
        "The right to clear logs", AdviceHost.Server,
        "Fewer accounts can clear the Security log.",
        "User right \"Manage auditing and security log\" = Administrators only.",
        "Exchange servers need it: leave theirs.", Sources.AuditRight);

    public static readonly Hardening ShutdownRight = new(
        "The right to shut down remotely", AdviceHost.Server,
        "Fewer accounts can shut the machine down.",
        "User right \"Force shutdown from a remote system\" = Administrators only.",
        "Server Operators and update products.", Sources.RemoteShutdownRight);

    public static readonly Hardening ForwardEvents = new(
        "Events forwarded as they come", AdviceHost.Server,
        "Clearing a log removes nothing that matters.",
        "Windows Event Forwarding or an agent, on all machines, with Security, System, PowerShell and Sysmon.",
        "Disk and network of the collector.", Sources.EventForwarding);
}
