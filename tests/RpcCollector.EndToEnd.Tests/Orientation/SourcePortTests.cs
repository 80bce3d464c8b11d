using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests.Orientation;

/// <summary>A client chooses its source port: a port of the family there makes it no server.</summary>
public sealed class SourcePortTests
{
    private const string Attacker = "10.0.0.66";
    private const string Victim = "10.0.0.7";
    private const long Start = MessageBuilder.ExportMilliseconds - 20_000;

    private static readonly int[] Family = [88, 135, 139, 389, 445, 593, 5_985, 5_986];

    public static IEnumerable<TheoryDataRow<RecordKind, int>> Kinds() =>
        from kind in Enum.GetValues<RecordKind>()
        from port in Family
        select new TheoryDataRow<RecordKind, int>(kind, port);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Endpoint_flow_from_a_port_of_the_family_after_a_mapper_flow_is_its_senders_activity(RecordKind kind, int sourcePort)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            // 1. The mapper flow, and the endpoint flow that follows; one half of it may be missing.
            var random = new Random(seed);
            var mapper = new ToldConnection(Attacker, 50_000, Victim, 135, Start) { Duration = 5_000, ServerDelay = random.Next(2) };
            var endpoint = new ToldConnection(Attacker, sourcePort, Victim, 49_700, Start + 5) { ServerDelay = random.Next(2) };
            var records = endpoint.All(kind);
            if (records.Count > 1 && random.Next(3) is < 2 and var missing) records.RemoveAt(missing);
            var hasBothHalves = records.Count > 1;
            records.AddRange(mapper.All(kind));
            if (random.Next(4) == 0) records.AddRange(endpoint.All(kind)[..1]);

            // 2. In any order, on any number of shards.
            var shuffled = records.ToArray();
            random.Shuffle(shuffled);
            var observed = Observed.After(shuffled, numShards: 1 + random.Next(4));

            // 3. The sender is reported, and the victim is not accused, or not for certain. Two mapper flows, one in each direction,
            // are no rarity: unless the first packet tells, they stay so, and the later is uncertain.
            var told = ToldConnection.StatesInitiator(kind)
                || (hasBothHalves && endpoint.ServerDelay > 0);
            if (sourcePort == 135 && !told)
            {
                Assert.Contains(observed.Activities, found => found.Client == HostAddress.Parse(Attacker));
                Assert.All(observed.OfClient(Victim), direction => Assert.Equal(DirectionConfidence.Uncertain, direction));
                continue;
            }

            var activity = Assert.Single(observed.Activities);
            Assert.Equal((HostAddress.Parse(Attacker), HostAddress.Parse(Victim)), (activity.Client, activity.Server));
            Assert.Equal((sourcePort, 49_700), (activity.Endpoint?.ClientPort ?? 0, activity.Endpoint?.ServerPort ?? 0));
            Assert.NotNull(activity.Mapper);

            // Where no record shows who began either connection, the records are those of a contact in return, too.
            if (told) Assert.Empty(observed.OfClient(Victim));
            Assert.All(observed.OfClient(Victim), direction => Assert.Equal(DirectionConfidence.Uncertain, direction));
        }
    }

    public static IEnumerable<TheoryDataRow<RecordKind, int, int>> LonePackets() =>
        from kind in (RecordKind[])[RecordKind.NetFlowV5, RecordKind.NetFlowV9, RecordKind.Ipfix]
        from port in (int[])[88, 135, 389, 445]
        from flags in (int[])[0x02, 0x10, 0x12, 0x18, 0x04, 0x14]
        select new TheoryDataRow<RecordKind, int, int>(kind, port, flags);

    [Theory]
    [MemberData(nameof(LonePackets))]
    public void One_packet_from_a_port_of_the_family_makes_nobody_its_client(RecordKind kind, int sourcePort, int flags)
    {
        foreach (var destinationPort in (int[])[80, 445, 3_389, 49_700])
        {
            foreach (var answer in (int?[])[null, (flags & 0x10) != 0 ? 0x04 : 0x14])
            {
                var packet = new ToldConnection(Attacker, sourcePort, Victim, destinationPort, Start)
                {
                    ClientFlags = flags,
                    ServerFlags = answer ?? 0,
                    Duration = 0,
                };
                var records = packet.All(kind)[..(answer is null ? 1 : 2)].ToArray();
                for (var order = 0; order < records.Length; order++, Array.Reverse(records))
                {
                    var observed = Observed.After(records);

                    Assert.All(observed.OfClient(Victim), direction => Assert.Equal(DirectionConfidence.Uncertain, direction));
                    if (flags != 0x02) continue;
                    Assert.Empty(observed.OfClient(Victim));
                    if (destinationPort != 445) continue;
                    var contact = Assert.Single(observed.Contacts);
                    Assert.Equal(
                        (HostAddress.Parse(Attacker), DirectionConfidence.Stated, 0x02),
                        (contact.Client, contact.Traffic.Direction, contact.Traffic.ClientTcpFlags));
                }
            }
        }
    }

    [Theory]
    [InlineData("S")]
    [InlineData("H")]
    [InlineData("Hr")]
    [InlineData("HD")]
    [InlineData("A")]
    [InlineData("D")]
    [InlineData("R")]
    [InlineData("Sr")]
    public void One_packet_that_Zeek_sees_from_a_port_of_the_family_makes_nobody_its_client(string history)
    {
        foreach (var port in (int[])[88, 135, 389, 445])
        {
            var packet = new ToldConnection(Attacker, port, Victim, 49_700, Start) { History = history };
            var observed = Observed.After(packet.All(RecordKind.Zeek));
            Assert.All(observed.OfClient(Victim), direction => Assert.Equal(DirectionConfidence.Uncertain, direction));
        }
    }

    [Theory]
    [InlineData("^h")]
    [InlineData("^hR")]
    [InlineData("^hr")]
    [InlineData("^hd")]
    public void Connection_that_Zeek_turned_for_the_port_of_an_end_that_nobody_asked_makes_nobody_its_client(string history)
    {
        var turned = new ToldConnection(Victim, 49_700, Attacker, 88, Start) { History = history };
        var observed = Observed.After(turned.All(RecordKind.Zeek));
        Assert.All(observed.OfClient(Victim), direction => Assert.Equal(DirectionConfidence.Uncertain, direction));
    }

    [Theory]
    [InlineData(RecordKind.NetFlowV5)]
    [InlineData(RecordKind.NetFlowV9)]
    [InlineData(RecordKind.Ipfix)]
    public void Feigned_mapper_flow_hides_no_contact(RecordKind kind)
    {
        // From his port 135 to a port that is open, as if the victim had asked his mapper; then to SMB.
        var feigned = new ToldConnection(Attacker, 135, Victim, 3_389, Start);
        var smb = new ToldConnection(Attacker, 50_001, Victim, 445, Start + 500);
        var observed = Observed.After([.. feigned.All(kind), .. smb.All(kind)]);
        Assert.Contains(
            observed.Contacts, contact => contact.Client == HostAddress.Parse(Attacker) && contact.Flow.ServerPort == WellKnownPort.Smb);
    }

    [Theory]
    [InlineData(445, 445)]
    [InlineData(135, 135)]
    [InlineData(88, 135)]
    [InlineData(445, 88)]
    public void Two_ports_of_the_family_leave_both_orientations_uncertain_until_something_tells(int clientPort, int serverPort)
    {
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            var connection = new ToldConnection(Attacker, clientPort, Victim, serverPort, Start);
            var told = ToldConnection.StatesInitiator(kind);
            var without = Observed.After(connection.All(kind));
            Assert.Equal(told ? [DirectionConfidence.Stated] : [DirectionConfidence.Uncertain], without.OfClient(Attacker));
            Assert.Equal(told ? [] : [DirectionConfidence.Uncertain], without.OfClient(Victim));
            if (!ToldConnection.IsUnidirectional(kind)) continue;

            // The first packet tells, and so does a SYN that nobody answered.
            var first = Observed.After((connection with { ServerDelay = 1 }).All(kind));
            Assert.Equal([DirectionConfidence.FirstPacket], first.OfClient(Attacker));
            Assert.Empty(first.OfClient(Victim));
            var syn = Observed.After([(connection with { ClientFlags = 0x02 }).FromClient(kind), .. connection.All(kind)]);
            Assert.Equal([DirectionConfidence.Stated], syn.OfClient(Attacker));
            Assert.Empty(syn.OfClient(Victim));
        }
    }

    [Fact]
    public void Mapper_flow_tells_the_client_between_two_ports_of_the_family()
    {
        var mapper = new ToldConnection(Attacker, 50_000, Victim, 135, Start) { Duration = 5_000 };
        var smb = new ToldConnection(Attacker, 445, Victim, 445, Start + 100);
        var observed = Observed.After([.. smb.All(RecordKind.NetFlowV5), .. mapper.All(RecordKind.NetFlowV5)]);
        Assert.Equal(
            DirectionConfidence.MapperFlow, observed.Contacts.Single(c => c.Client == HostAddress.Parse(Attacker)).Traffic.Direction);
        Assert.Equal([DirectionConfidence.Uncertain], observed.OfClient(Victim));
    }
}
