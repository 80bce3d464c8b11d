namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>What a simulated server listens for: each is a process with a dynamic port of its own.</summary>
internal enum RpcService : byte
{
    /// <summary>lsarpc, samr, netlogon and, on domain controllers, drsuapi: one process, one port.</summary>
    SecurityAuthority,

    /// <summary>A second port of the same process, which some servers have.</summary>
    SecondSecurityAuthority,
    Spooler,

    /// <summary>services.exe: svcctl.</summary>
    ServiceControl,

    /// <summary>The task scheduler: ITaskSchedulerService, atsvc.</summary>
    Tasks,
    EventLog,
    Wmi,

    /// <summary>What DCOM activates, such as MMC20.Application.</summary>
    Activation,

    /// <summary>wininit: remote shutdown.</summary>
    Shutdown,

    /// <summary>Replication of SYSVOL and of other folders.</summary>
    FolderReplication,
    Certificates,
    Cluster,
    Backup,

    /// <summary>Exchange and its like.</summary>
    Mail,
    Application,
}
