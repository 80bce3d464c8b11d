using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>Asks the judge each hour which role each real server has, until it is the right one.</summary>
internal sealed class RoleWatch
{
    private readonly List<Watched> _servers = [];

    public RoleWatch(SimulatedEnterprise enterprise)
    {
        foreach (var server in enterprise.Network.Servers)
        {
            if (RoleOf(server.Kind) is not { } role) continue;
            _servers.Add(new Watched { Server = server, Address = enterprise.AddressOf(server), Role = role });
        }
    }

    public IReadOnlyList<RoleTime> Times => [.. _servers.Select(watched => new RoleTime(watched.Server.Kind, watched.Role, watched.Days))];

    public void Look(Judge judge, long nowUnixMilliseconds)
    {
        foreach (var watched in _servers)
        {
            if (watched.Days is not null || judge.Host(watched.Address)?.Role != watched.Role) continue;
            var from = EnterpriseShape.StartOf(watched.Server.FirstDay);
            watched.Days = Math.Max(0, (double)(nowUnixMilliseconds - from) / EnterpriseShape.DayMilliseconds);
        }
    }

    // A jump host may pass for anything; nobody comes to a server that synchronises directories.
    private static HostRole? RoleOf(MachineKind kind) => kind switch
    {
        MachineKind.DomainController => HostRole.DomainController,
        MachineKind.DeploymentServer or MachineKind.BackupServer or MachineKind.MonitoringServer => HostRole.ManagementServer,
        MachineKind.VulnerabilityScanner => HostRole.Scanner,
        MachineKind.JumpHost or MachineKind.SynchronisationServer or MachineKind.Desktop or MachineKind.Laptop => null,
        _ => HostRole.Server,
    };

    private sealed class Watched
    {
        public required Machine Server { get; init; }

        public required HostAddress Address { get; init; }

        public required HostRole Role { get; init; }

        public double? Days { get; set; }
    }
}

/// <summary>When a real server was first known for what it is.</summary>
/// <param name="Days">Since it exists; null when it never was.</param>
internal readonly record struct RoleTime(MachineKind Kind, HostRole Role, double? Days);

/// <summary>
/// How long it took until servers of one kind were known for what they are, in days; null where more than that share never was.
/// </summary>
internal sealed record RoleDelay(MachineKind Kind, HostRole Role, int Count, double? Median, double? Ninetieth, int Never)
{
    public static RoleDelay Of(MachineKind kind, HostRole role, IReadOnlyCollection<RoleTime> times)
    {
        var days = times.Select(time => time.Days ?? double.PositiveInfinity).Order().ToList();
        return new RoleDelay(kind, role, days.Count, At(0.5), At(0.9), days.Count(double.IsPositiveInfinity));

        double? At(double share) => days[(int)Math.Ceiling(share * days.Count) - 1] is var day && double.IsFinite(day) ? day : null;
    }
}
