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
}
