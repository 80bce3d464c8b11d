namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>What a simulated server listens for on a dynamic port of its own.</summary>
internal enum RpcService : byte
{
    /// <summary>lsarpc, samr, netlogon and, on domain controllers, drsuapi: one process, one port.</summary>
    SecurityAuthority,
    Spooler,
    ServiceControl,
    Tasks,
    EventLog,
    Wmi,
    Certificates,
    Cluster,
    Backup,
    Application,
}
