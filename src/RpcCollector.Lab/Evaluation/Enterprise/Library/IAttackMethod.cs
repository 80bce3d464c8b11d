using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>A way to attack a machine, recorded or of the library; unique by name and source.</summary>
internal interface IAttackMethod
{
    string Name { get; }

    string Technique { get; }

    AttackSource Source { get; }

    IReadOnlyList<TargetKind> Targets { get; }

    /// <summary>See <see cref="IAttackTool.RunsCode"/>.</summary>
    bool RunsCode { get; }

    /// <summary>See <see cref="IAttackTool.Hosts"/>.</summary>
    (int Least, int Most) Hosts { get; }

    /// <summary>Places its flows between two machines, or three.</summary>
    /// <param name="at">When the first begins, in milliseconds since the day began.</param>
    PlacedMove Place(PlacedFlows flows, SimulatedDay day, AttackParties parties, int at, SeededRandom random);
}

/// <summary>Who takes part in an attack.</summary>
/// <param name="Relay">A second machine of the attacker's; he himself where he has none.</param>
internal readonly record struct AttackParties(Machine Attacker, Machine Victim, Machine Relay)
{
    public Machine this[Party party] => party switch
    {
        Party.Attacker => Attacker,
        Party.Victim => Victim,
        _ => Relay,
    };
}

/// <summary>What came of placing an attack on one machine.</summary>
/// <param name="End">When its last flow ends, in Unix milliseconds.</param>
/// <param name="HasCarActivity">Whether the analytic as written shows something of it.</param>
/// <param name="Returns">Whom the victim contacted because of it.</param>
internal sealed record PlacedMove(long End, bool HasCarActivity, IReadOnlyList<Machine> Returns);
