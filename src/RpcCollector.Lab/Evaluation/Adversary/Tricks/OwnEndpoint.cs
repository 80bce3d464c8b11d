using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// The attacker makes a port of his a known endpoint, by two forged connections of another host, and attacks from that port some hours
/// later: where no record shows a handshake his victim is to be taken for the client.
/// </summary>
/// <param name="isMapperToo">True when the connection to the mapper comes from there too.</param>
/// <param name="feignsMapper">True when he connects from his port 135 first, so that the victim seems to ask his mapper.</param>
internal sealed class OwnEndpoint(bool isMapperToo, bool feignsMapper) : ITrick
{
    private const ushort Port = 50_500;
    private const long Hour = 3_600_000;
    private const int Minute = 60_000;

    public string Name => $"own-endpoint{(isMapperToo ? "-always" : "")}{(feignsMapper ? "-135" : "")}";

    public string Part => "source ports";

    public AttackerCost Cost => new(ForgedHosts: 1);

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        // 1. Two connections of a workstation that is known, in one hour; two hours later they count.
        var (own, site) = (move.Attacker.IPv4, move.Attacker.Site);
        var others = stage.Plan.Workstations.Where(host => host.Address != move.Attacker.Address && host.Address != move.Victim.Address)
            .ToList();
        var client = others[random.Below(others.Count)].IPv4;
        var at = move.At - (5 * Hour);
        for (var i = 0; i < 2; i++, at += Minute)
        {
            stage.Connect(client, own, WellKnownPort.EndpointMapper, at, site);
            stage.Connect(client, own, Port, at + 8, site);
        }

        stage.Endpoints.Add(own, Port, at);

        // 2. The attack.
        if (feignsMapper) stage.Connect(own, move.Victim.IPv4, 49_690, move.At - 10, site, clientPort: WellKnownPort.EndpointMapper);
        stage.AttackByRecords(
            move, (recorded, server) => server == WellKnownPort.EndpointMapper && !isMapperToo ? recorded : Port);
    }
}
