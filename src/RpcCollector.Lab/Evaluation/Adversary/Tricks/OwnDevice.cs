using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// The attacker brings a device, or takes an address that nobody has: it has no history that speaks against it, and is nobody's client
/// unless he makes it one.
/// </summary>
/// <param name="clients">How many known workstations he feigns as its clients on each of three days before; 0 for no poisoning.</param>
internal sealed class OwnDevice(int clients) : ITrick
{
    // Out of the way of the addresses of feigned clients and floods.
    private const int FirstAddress = 60_000;

    public string Name => clients == 0 ? "own-device" : $"own-device-clients-{clients}-3d-known";

    public string Part => "a device of his own";

    public AttackerCost Cost => new(OwnHosts: 1, ForgedHosts: clients, Days: clients == 0 ? 0 : 3);

    public int LeadDays => clients == 0 ? 0 : 3;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        var device = move.Attacker with { Address = MovePlan.UnknownAddress(FirstAddress + move.Number) };
        var moved = move with { Attacker = device };
        if (clients == 0) stage.Attack(moved);
        else new FeignedClients(clients, 3, FeignedKind.Known).Play(stage, moved, random);
    }
}
