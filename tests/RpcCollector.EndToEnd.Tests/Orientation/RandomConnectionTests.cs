using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests.Orientation;

/// <summary>
/// Any connection from any port, told by records of any kind in any order: the client is the true one whenever a record shows it, and
/// never the other for certain.
/// </summary>
public sealed class RandomConnectionTests
{
    private const int NumConnections = 400;
    private const long Start = MessageBuilder.ExportMilliseconds - 20_000;

    private static readonly int[] Family = [88, 135, 139, 389, 445, 593, 5_985, 5_986];

    [Theory]
    [InlineData(RecordKind.NetFlowV5)]
    [InlineData(RecordKind.NetFlowV9)]
    [InlineData(RecordKind.Ipfix)]
    [InlineData(RecordKind.Biflow)]
    [InlineData(RecordKind.DirectedBiflow)]
    [InlineData(RecordKind.SecurityEvent)]
    [InlineData(RecordKind.Zeek)]
    public void Client_is_the_true_one_whenever_a_record_shows_it_and_never_the_other_for_certain(RecordKind kind)
    {
        for (var seed = 0; seed < NumConnections; seed++) Check(kind, new Random(seed), seed);
    }

    private static void Check(RecordKind kind, Random random, int seed)
    {
        // 1. A connection.
        var connection = new ToldConnection("10.0.0." + random.Next(1, 9), PortOf(random), "10.0.1.1", ServerPortOf(random), Start)
        {
            ServerDelay = random.Next(3),
        };
        if (connection.ClientPort == connection.ServerPort && random.Next(2) == 0) connection = connection with { ClientPort = 50_000 };

        // 2. Its records: one may be missing, some come twice, and some exporters told of the SYN before.
        var isUnidirectional = ToldConnection.IsUnidirectional(kind);
        var records = connection.All(kind);
        var missing = isUnidirectional ? random.Next(4) : 2;
        if (missing < 2) records.RemoveAt(missing);
        var showsSyn = kind != RecordKind.SecurityEvent && random.Next(4) == 0;
        if (showsSyn)
        {
            var syn = connection with { ClientFlags = 0x02, ServerFlags = kind == RecordKind.Biflow ? 20 : 0, Duration = 0, History = "S" };
            records.Add(syn.FromClient(kind));
        }

        if (random.Next(3) == 0) records.Add(records[random.Next(records.Count)]);

        // 3. In several orders, on several numbers of shards: what stands is the same.
        var shuffled = records.ToArray();
        HashSet<string>? before = null;
        for (var order = 0; order < 3; order++)
        {
            random.Shuffle(shuffled);
            var observed = Observed.After(shuffled, 1 + random.Next(4));
            var facts = Facts(observed);
            Assert.True(before is null || before.SetEquals(facts), $"{kind}, seed {seed}: {Show(before)} and {Show(facts)}");
            before = facts;

            // 4. It is what the records show.
            var (right, wrong) = (observed.OfClient(connection.Client), observed.OfClient(connection.Server));
            var isShown = ToldConnection.StatesInitiator(kind) || showsSyn;
            var isFirst = isUnidirectional && missing >= 2 && connection.ServerDelay > 0;
            var at = $"{kind}, seed {seed}, {connection.ClientPort} > {connection.ServerPort}: {Show(facts)}";
            Assert.True(wrong.TrueForAll(sure => sure is DirectionConfidence.Uncertain or DirectionConfidence.ServerPort), at);
            if (isShown) Assert.True(wrong.Count == 0, at);
            if (isFirst) Assert.True(wrong.TrueForAll(sure => sure == DirectionConfidence.Uncertain), at);
            if ((isShown || isFirst) && Family.Contains(connection.ServerPort))
                Assert.True(right is [DirectionConfidence.Stated or DirectionConfidence.FirstPacket], at);
        }
    }

    private static int PortOf(Random random) =>
        random.Next(2) == 0 ? Family[random.Next(Family.Length)]
            : random.Next(2) == 0 ? random.Next(1, 49_152) : random.Next(49_152, 65_536);

    private static int ServerPortOf(Random random) =>
        random.Next(3) > 0 ? Family[random.Next(Family.Length)] : random.Next(2) == 0 ? 80 : 49_700;

    private static HashSet<string> Facts(Observed observed) =>
    [
        .. observed.Contacts.Select(c => $"{c.Client}:{c.Flow.ClientPort} > {c.Server}:{c.Flow.ServerPort} {c.Traffic}"),
        .. observed.Activities.Select(a => $"{a.Client} > {a.Server} {a.Basis} {a.Mapper} {a.Endpoint} {a.Traffic}"),
    ];

    private static string Show(HashSet<string>? facts) => string.Join(" | ", facts ?? []);
}
