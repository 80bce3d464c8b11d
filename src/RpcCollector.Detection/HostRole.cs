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
}
