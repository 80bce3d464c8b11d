using System.Globalization;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>What the machines of an office are called, such as PC-0412.</summary>
internal sealed class OfficeNames
{
    private readonly Dictionary<HostAddress, string> _byAddress = [];

    public OfficeNames(SimulatedOffice office)
    {
        foreach (var server in office.Network.Servers) _byAddress[office.AddressOf(server)] = Of(server);

        // As in the morning.
        foreach (var lease in office.Leases.Reverse()) _byAddress[HostAddress.FromIPv4(lease.Address)] = Of(lease.Machine);
    }

    public static string Of(Machine machine) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(machine.Kind)}-{machine.Number:0000}");

    public string Of(IncidentHost host) => _byAddress.GetValueOrDefault(host.Address) ?? host.Address.ToString();

    private static string Prefix(MachineKind kind) => kind switch
    {
        MachineKind.Desktop => "PC",
        MachineKind.Laptop => "NB",
        MachineKind.DomainController => "DC",
        MachineKind.FileServer => "FS",
        MachineKind.PrintServer => "PRN",
        MachineKind.ApplicationServer => "APP",
        MachineKind.ClusterNode => "CL",
        MachineKind.DeploymentServer => "DEP",
        MachineKind.BackupServer => "BAK",
        MachineKind.MonitoringServer => "MON",
        MachineKind.VulnerabilityScanner => "SCAN",
        MachineKind.CertificateAuthority => "CA",
        MachineKind.JumpHost => "JUMP",
        MachineKind.MailServer => "MAIL",
        MachineKind.SynchronisationServer => "SYNC",
        MachineKind.EventCollector => "EVT",
        _ => "HOST",
    };
}
