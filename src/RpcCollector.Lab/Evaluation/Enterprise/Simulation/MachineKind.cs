namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>What a simulated machine is for.</summary>
internal enum MachineKind : byte
{
    Desktop,
    Laptop,
    DomainController,
    FileServer,
    PrintServer,
    ApplicationServer,
    ClusterNode,
    DeploymentServer,
    BackupServer,
    MonitoringServer,
    VulnerabilityScanner,
    CertificateAuthority,
    JumpHost,

    /// <summary>Exchange and its like: RPC-heavy.</summary>
    MailServer,

    /// <summary>Replicates the directory into a cloud, as Entra Connect does; a member server otherwise.</summary>
    SynchronisationServer,

    /// <summary>Gathers the events of others by WinRM.</summary>
    EventCollector,
}
