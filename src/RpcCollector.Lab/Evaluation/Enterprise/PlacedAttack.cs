using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Library;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>One step of an attack in the simulated enterprise: the truth that findings are compared with.</summary>
/// <param name="Name">The scenario or the tool of the library whose flows it is of; …-sweep where one went through many machines.</param>
/// <param name="VictimKind">Of a sweep that of most of its victims.</param>
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
    public AttackSource Source { get; init; }

    public TargetKind Target => TargetKinds.Of(VictimKind);

    /// <summary>True when the attacker's machine had used the victim, a server, on an earlier day: the hard case.</summary>
    public bool IsUsedBefore { get; init; }

    /// <summary>What victims contacted because of it: the attacker's machine or another that he holds.</summary>
    public IReadOnlyList<(HostAddress From, HostAddress To)> Returns { get; init; } = [];

    public bool IsRecorded => Source == AttackSource.Recorded;

    public bool IsOnServer => Target != TargetKind.Workstation;

    public bool IsSweep => Victims.Count > 1;

    public bool IsWorkstationToWorkstation => IsWorkstation(AttackerKind) && IsWorkstation(VictimKind);

    private static bool IsWorkstation(MachineKind kind) => kind is MachineKind.Desktop or MachineKind.Laptop;
}
