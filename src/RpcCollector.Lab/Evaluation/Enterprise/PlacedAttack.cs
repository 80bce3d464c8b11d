using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>One step of an attack in the simulated enterprise: the truth that findings are compared with.</summary>
/// <param name="Name">The scenario whose flows it consists of, or simulated-… when no recorded flows stand behind it.</param>
/// <param name="Victims">One, but for a sweep.</param>
/// <param name="StartUnixMilliseconds">When its first flow starts.</param>
/// <param name="EndUnixMilliseconds">When its last flow ends.</param>
/// <param name="Campaign">One intruder's doing: a sweep and the move after it, a move and those that go on from its victim.</param>
internal sealed record PlacedAttack(
    string Name,
    string Technique,
    MachineKind AttackerKind,
    MachineKind VictimKind,
    HostAddress Attacker,
    IReadOnlyList<HostAddress> Victims,
    long StartUnixMilliseconds,
    long EndUnixMilliseconds,
    int Campaign)
{
    public bool IsSimulated => Name.StartsWith("simulated-", StringComparison.Ordinal);

    public bool IsSweep => Victims.Count > 1;

    public bool IsWorkstationToWorkstation => IsWorkstation(AttackerKind) && IsWorkstation(VictimKind);

    private static bool IsWorkstation(MachineKind kind) => kind is MachineKind.Desktop or MachineKind.Laptop;
}
