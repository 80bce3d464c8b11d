using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// Forged pairs of hosts, each worth a finding, or forged edges, so that what is real is pushed out. The tables of its run are a twentieth
/// of what they are by default, and so is the flood: 2,500 pairs stand for 50,000.
/// </summary>
/// <param name="pairs">How many; none shows what the small tables alone do.</param>
/// <param name="isKnown">True when the pairs are workstations that exist.</param>
/// <param name="isOnlyEdges">True for a lone SYN each: many edges, and no finding.</param>
internal sealed class Flood(int pairs, FloodTime time = FloodTime.During, bool isKnown = false, bool isOnlyEdges = false) : ITrick
{
    private const int TimesSmaller = 20;
    private const long Hour = 3_600_000;

    public string Name => pairs == 0
        ? "small-tables"
        : $"flood-{pairs}{(isOnlyEdges ? "-edges" : isKnown ? "-known" : "")}-{time switch
        {
            FloodTime.Before => "before",
            FloodTime.During => "during",
            _ => "after",
        }}";

    public string Part => "floods (tables a twentieth of the default)";

    public AttackerCost Cost => new(ForgedHosts: 2 * pairs, IsForAll: true);

    public int LeadDays => 1;

    public bool IsAfter => time == FloodTime.After;

    public void Adjust(JudgementOptions options)
    {
        options.MaxFindings /= TimesSmaller;
        options.MaxOpenFacts /= TimesSmaller;
        options.MaxEdges = Math.Max(1_000, options.MaxEdges / TimesSmaller);
        options.MaxKnownEndpoints /= TimesSmaller;
    }

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        stage.Attack(move);
        if (move.Number != 0 || pairs == 0) return;
        var moves = stage.Plan.Moves;
        var (from, until) = time switch
        {
            FloodTime.Before => (moves[0].At - (8 * Hour), moves[0].At - (4 * Hour)),
            FloodTime.During => (moves[0].At - Hour, moves[^1].At + (2 * Hour)),
            _ => (moves[^1].At + (3 * Hour), moves[^1].At + (7 * Hour)),
        };
        for (var i = 0; i < pairs; i++)
        {
            var at = from + ((until - from) * i / pairs);
            var (client, server) = isKnown ? KnownPair(stage, random) : UnknownPair(i);
            stage.Connect(client, server, WellKnownPort.Smb, at, 0, isAnswered: !isOnlyEdges);
            if (!isOnlyEdges) stage.ConnectRpc(client, server, at + 2_000, 0);
        }
    }

    private static (uint Client, uint Server) UnknownPair(int index) =>
        ((uint)MovePlan.UnknownAddress(2 * index).Low, (uint)MovePlan.UnknownAddress((2 * index) + 1).Low);

    private static (uint Client, uint Server) KnownPair(Stage stage, SeededRandom random)
    {
        var client = random.Pick(stage.Plan.Workstations);
        PlacedHost server;
        do server = random.Pick(stage.Plan.Workstations);
        while (server == client);
        return (client.IPv4, server.IPv4);
    }
}

/// <summary>When the flood comes, by the attacks.</summary>
internal enum FloodTime : byte
{
    Before,
    During,
    After,
}
