using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

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
