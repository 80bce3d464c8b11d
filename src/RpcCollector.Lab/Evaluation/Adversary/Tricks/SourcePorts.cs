using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>The attack's connections come from a port that servers have, so that the victim is taken for the client.</summary>
/// <param name="port">The attacker's port; 0 for the recorded ones, which is the measure for the others.</param>
/// <param name="isMapperToo">True when the connection to the mapper comes from there too.</param>
internal sealed class SourcePorts(ushort port, bool isMapperToo = false) : ITrick
{
    public string Name => port == 0 ? "port-as-recorded" : $"port-{port}{(isMapperToo ? "-always" : "")}";

    public string Part => "source ports";

    public AttackerCost Cost => default;

    public void Play(Stage stage, Move move, SeededRandom random) => stage.AttackByRecords(
        move, (recorded, server) => port == 0 || (server == WellKnownPort.EndpointMapper && !isMapperToo) ? recorded : port);
}
