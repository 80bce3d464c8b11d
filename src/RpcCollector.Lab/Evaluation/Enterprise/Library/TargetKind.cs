using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>What kind of machine an attack is aimed at.</summary>
internal enum TargetKind : byte
{
    Workstation,
    DomainController,
    FileServer,
    PrintServer,
    ApplicationServer,

    /// <summary>Backup, monitoring, deployment, cluster node and whatever else serves.</summary>
    OtherServer,
}

internal static class TargetKinds
{
    public static TargetKind Of(MachineKind kind) => kind switch
    {
        MachineKind.Desktop or MachineKind.Laptop => TargetKind.Workstation,
        MachineKind.DomainController => TargetKind.DomainController,
        MachineKind.FileServer => TargetKind.FileServer,
        MachineKind.PrintServer => TargetKind.PrintServer,
        MachineKind.ApplicationServer => TargetKind.ApplicationServer,
        _ => TargetKind.OtherServer,
    };
}
