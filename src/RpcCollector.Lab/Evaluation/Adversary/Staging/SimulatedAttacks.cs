using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Forgery;
using RpcCollector.Lab.Evaluation.Scenarios;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>Attacks without a recording behind them: the flows that such tools leave, between two addresses that are replaced.</summary>
internal static class SimulatedAttacks
{
    private const long Start = 1_600_000_000_000;

    private static readonly HostAddress Client = HostAddress.FromIPv4(0xC000_0201);
    private static readonly HostAddress Server = HostAddress.FromIPv4(0xC000_0202);

    /// <summary>Remote WMI or DCOM: the mapper, and the endpoint within milliseconds.</summary>
    public static RecordedAttack Rpc { get; } = Attack("simulated-rpc", "T1047", [Activity(50_001, 0)], []);

    /// <summary>A service is created and started: SMB, the mapper, the service control manager.</summary>
    public static RecordedAttack ServiceControl { get; } =
        Attack("simulated-service", "T1569.002", [Activity(50_003, 900)], [Contact(50_001, WellKnownPort.Smb, 0, 40_000)]);

    /// <summary>A file is copied and a service driven over SMB pipes alone.</summary>
    public static RecordedAttack Smb { get; } = Attack(
        "simulated-smb", "T1021.002", [],
        [Contact(50_001, WellKnownPort.Smb, 0, 20_000), Contact(50_002, WellKnownPort.Smb, 25_000, 60_000)]);

    public static RecordedAttack WinRm { get; } = Attack(
        "simulated-winrm", "T1021.006", [],
        [
            Contact(50_001, WellKnownPort.WinRmHttp, 0, 15_000), Contact(50_002, WellKnownPort.WinRmHttp, 16_000, 20_000),
            Contact(50_003, WellKnownPort.WinRmHttp, 60_000, 90_000),
        ]);

    private static RecordedAttack Attack(
        string name, string technique, IReadOnlyList<RpcActivity> activities, IReadOnlyList<AdministrationContact> contacts) =>
        new(new Scenario(name, technique, Client, Server, ScenarioTarget.Workstation, []), "simulated", activities, contacts);

    private static RpcActivity Activity(ushort port, long at) => new()
    {
        Basis = JoinBasis.Car,
        Client = Client,
        Server = Server,
        Mapper = new FlowSpan(port, WellKnownPort.EndpointMapper, Start + at, Start + at + 12_000),
        Endpoint = new FlowSpan((ushort)(port + 1), 49_680, Start + at + 6, Start + at + 30_000),
        SamplingInterval = 1,
        Traffic = new FlowTraffic(
            6_000, 9_000, ForgedRecord.Whole, ForgedRecord.Whole, FlowHalf.Both, DirectionConfidence.Stated),
    };

    private static AdministrationContact Contact(ushort port, ushort serverPort, long at, long until) => new()
    {
        Client = Client,
        Server = Server,
        Flow = new FlowSpan(port, serverPort, Start + at, Start + until),
        SamplingInterval = 1,
        Traffic = new FlowTraffic(
            20_000, 5_000, ForgedRecord.Whole, ForgedRecord.Whole, FlowHalf.Both, DirectionConfidence.Stated),
    };
}
