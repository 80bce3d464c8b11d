using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.FirstDay;

/// <summary>The roles that an operator would tell of a simulated enterprise: its servers, and nobody's workstation.</summary>
internal static class ToldRoles
{
    public static IEnumerable<string> Of(SimulatedEnterprise enterprise) =>
        enterprise.Network.Servers.Select(server => $"{enterprise.AddressOf(server)}={RoleName.Of(RoleOf(server.Kind))}");

    private static HostRole RoleOf(MachineKind kind) => kind switch
    {
        MachineKind.DomainController => HostRole.DomainController,
        MachineKind.VulnerabilityScanner => HostRole.Scanner,
        MachineKind.DeploymentServer or MachineKind.BackupServer or MachineKind.MonitoringServer or MachineKind.JumpHost =>
            HostRole.ManagementServer,
        _ => HostRole.Server,
    };
}
