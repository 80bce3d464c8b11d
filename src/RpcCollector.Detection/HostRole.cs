namespace RpcCollector.Detection;

/// <summary>What a host is in the network, as far as its flows tell.</summary>
public enum HostRole : byte
{
    Unknown = 0,
    Workstation = 1,
    Server = 2,
    ManagementServer = 3,
    Scanner = 4,
    DomainController = 5,

    /// <summary>
    /// A server that replicates the directory without being a domain controller, such as Microsoft Entra Connect. Only the settings give
    /// it: a host that earned it by replicating would be an intruder's.
    /// </summary>
    DirectorySynchronizer = 6,
}

/// <summary>What roles have in common.</summary>
internal static class HostRoles
{
    /// <summary>True for a host that others are clients of every day: judged as a client by what it did before.</summary>
    public static bool IsServing(this HostRole role) =>
        role is HostRole.Server or HostRole.DomainController or HostRole.DirectorySynchronizer;

    /// <summary>The same, or a host whose job it is to drive others: it is contacted as servers are.</summary>
    public static bool IsServer(this HostRole role) => role.IsServing() || role == HostRole.ManagementServer;

    /// <summary>True for a host whose work it is to get the directory replicated.</summary>
    public static bool Replicates(this HostRole role) => role is HostRole.DomainController or HostRole.DirectorySynchronizer;
}
