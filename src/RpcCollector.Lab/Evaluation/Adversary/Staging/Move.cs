using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>
/// One host is to drive another: planned once for each seed, before any trick is played. No workstation is part of two.
/// </summary>
/// <param name="Number">Unique within the seed.</param>
/// <param name="At">When it begins, in Unix milliseconds.</param>
/// <param name="Attack">What its flows look like.</param>
internal sealed record Move(
    int Number, PlacedHost Attacker, PlacedHost Victim, long At, RecordedAttack Attack)
{
    public MoveSort Sort => Attacker.IsWorkstation
        ? Victim.IsWorkstation ? MoveSort.BetweenWorkstations : MoveSort.OnServers
        : MoveSort.FromServers;
}

/// <summary>A machine under the address that it has on the day.</summary>
/// <param name="Key">As a lease names it.</param>
internal sealed record PlacedHost(HostAddress Address, MachineKind Kind, int Site, ulong Key = 0)
{
    public bool IsWorkstation => Kind is MachineKind.Desktop or MachineKind.Laptop;

    public uint IPv4 => (uint)Address.Low;
}

/// <summary>Whom an attacker drives, and from where.</summary>
internal enum MoveSort : byte
{
    BetweenWorkstations,

    /// <summary>From a workstation to a server or domain controller.</summary>
    OnServers,

    /// <summary>From a server or domain controller that was taken.</summary>
    FromServers,
}
