using RpcCollector.Flows.Tests;

namespace RpcCollector.Tests.Reports;

/// <summary>firewallEvent (IE 233) in every kind of record that carries it, compared with the story told without it.</summary>
public class FirewallEventTests
{
    private const string Client = "10.20.1.15";
    private const string Server = "10.20.0.10";
    private const string ControllerRole = Server + "=domain-controller";
    private const long Start = MessageBuilder.ExportMilliseconds - 20_000;
    private const int Created = 1;
    private const int Deleted = 2;
    private const int Denied = 3;
    private const int Update = 5;

    private static readonly int[] CarriedEvents = [0, Created, Deleted, 4, Update];
    private static readonly int[] AnyEvent = [Created, Denied, Deleted, Denied, Update];

    // Octets and packets of one direction, and then of both.
    private static readonly (int Element, int Length)[] OneWay = [.. Layout.Flow, (1, 4), (2, 4)];
    private static readonly (int Element, int Length)[] BothWays = [.. Layout.Flow, (231, 4), (232, 4), (298, 4), (299, 4)];
    private static readonly (int Element, int Length)[] OfAsa = [.. Layout.Flow, (33_002, 2)];

    [Fact]
    public void Halves_with_an_event_tell_what_halves_without_one_tell_in_any_order_and_with_any_missing()
    {
        var random = new Random(233);
        for (var i = 0; i < 300; i++)
        {
            var halves = Halves(random).Where(_ => random.Next(4) > 0).ToArray();
            random.Shuffle(halves);
            var isNetFlow = random.Next(2) == 0;
            var plain = ToldStory.Of(halves.Select((half, n) => Datagram(isNetFlow, n, OneWay, half)), ControllerRole);
            var events = halves.Select(_ => CarriedEvents[random.Next(CarriedEvents.Length)]).ToArray();
            var told = ToldStory.Of(
                halves.Select((half, n) => Datagram(isNetFlow, n, [.. OneWay, (233, 1)], set => { half(set); set.U8(events[n]); })),
                ControllerRole);

            Assert.Equal(plain, told);
        }
    }

    [Fact]
    public void Both_halves_of_both_flows_are_one_activity_with_replication_to_the_client_in_any_order()
    {
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var halves = Halves(random, isPlain: true).ToArray();
            random.Shuffle(halves);
            var told = ToldStory.Of(
                halves.Select((half, n) => Datagram(i % 2 == 0, n, [.. OneWay, (233, 1)], set => { half(set); set.U8(Deleted); })),
                ControllerRole);

            Assert.Equal($"Car {Client}:49732 -> {Server}:49667, {Start} then {Start + 5}", told[0]);
            Assert.Contains($"ReplicationToClient {Client} -> {Server}", told);
            Assert.Single(told, line => line.StartsWith("Car", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Source_of_an_event_about_a_whole_session_is_the_client_whatever_port_it_took(bool isOfAsa)
    {
        foreach (var clientPort in (int[])[49_732, 49_152, 445, 88, 135, 5_985])
        {
            foreach (var code in (int[])[Created, Deleted, 4, Update])
            {
                var (layout, rest) = isOfAsa
                    ? (OfAsa, (Action<MessageBuilder>)(set => set.U16(0)))
                    : (BothWays, set => set.U32(900).U32(1_200).U32(6).U32(6));
                (int Port, int To, int At)[] flows = [(49_731, 135, 0), (clientPort, 49_667, 5)];
                var told = ToldStory.Of(flows.Select((flow, n) => Datagram(true, n, [.. layout, (233, 1)], set =>
                {
                    set.FlowRecord(Client, flow.Port, Server, flow.To, Start + flow.At, Start + 10_000);
                    rest(set);
                    set.U8(code);
                })));

                var activity = Assert.Single(told, line => line.Contains(':', StringComparison.Ordinal));
                Assert.EndsWith($" {Client}:{clientPort} -> {Server}:49667, {Start} then {Start + 5}", activity, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Flows_are_joined_if_and_only_if_some_device_shows_that_both_were_carried_whatever_comes_first()
    {
        var random = new Random(1_001);
        for (var i = 0; i < 400; i++)
        {
            // 1. Two devices tell of the mapper flow and the endpoint flow, each in up to three records.
            var told = new List<(int Flow, int Device, int Event)>();
            for (var flow = 0; flow < 2; flow++)
            {
                for (var device = 0; device < 2; device++)
                {
                    for (var n = random.Next(4); n > 0; n--)
                        told.Add((flow, device, AnyEvent[random.Next(AnyEvent.Length)]));
                }
            }

            var order = told.ToArray();
            random.Shuffle(order);

            // 2. One says so by an event, the other by the forwarding status or ASA's own code.
            var way = random.Next(3);
            var story = ToldStory.Of(order.Select((record, n) => Record(record.Flow, record.Device, record.Event, way, n)));

            // 3. What was carried by any is carried.
            bool IsCarried(int flow) => told.Any(record => record.Flow == flow && record.Event != Denied);
            var activities = story.Where(line => line.Contains(':', StringComparison.Ordinal)).ToArray();
            var isJoined = activities.Any(line => line.StartsWith("Car", StringComparison.Ordinal));
            Assert.True(isJoined == (IsCarried(0) && IsCarried(1)), string.Join('\n', [.. story, .. order.Select(record => $"{record}")]));
            Assert.Equal(
                told.Exists(record => record.Flow == 0) && !IsCarried(0),
                activities.Any(line => line.StartsWith("MapperOnly, refused", StringComparison.Ordinal)));
            Assert.Equal(told.Exists(record => record.Flow == 0) ? 1 : 0, activities.Length);
        }
    }

    /// <summary>One record: of the mapper flow (0) or the endpoint flow (1), by one of two devices.</summary>
    private static CapturedDatagram Record(int flow, int device, int code, int way, int number)
    {
        (int Element, int Length) element = device == 0 || way == 0 ? (233, 1) : way == 1 ? (33_002, 2) : (89, 1);
        return Datagram(true, number, [.. OneWay, element], set =>
        {
            set.FlowRecord(Client, 49_731 + flow, Server, flow == 0 ? 135 : 49_667, Start + (5 * flow), Start + (5 * flow) + 100)
                .U32(600).U32(5);
            if (element.Element == 233) set.U8(code);
            else if (element.Element == 89) set.U8(code == Denied ? 0x81 : 0x40);
            else set.U16(code == Denied ? 1_001 : 0);
        }, $"192.0.2.{1 + device}");
    }

    /// <summary>Both halves of a mapper flow and of the endpoint flows that follow it, and perhaps the same the other way round.</summary>
    private static IEnumerable<Action<MessageBuilder>> Halves(Random random, bool isPlain = false)
    {
        foreach (var (client, server) in isPlain || random.Next(3) > 0
            ? [(Client, Server)]
            : (IEnumerable<(string, string)>)[(Client, Server), (Server, Client)])
        {
            var at = client == Client ? Start : Start + random.Next(4_000);
            foreach (var half in Flow(client, 49_731, server, 135, at, 12_000, 500)) yield return half;
            var flows = isPlain ? 1 : random.Next(3);
            for (var i = 0; i < flows; i++)
            {
                var (from, to) = isPlain ? (49_732, 49_667) : (49_732 + random.Next(300), 49_664 + random.Next(60));
                var after = isPlain ? 5 : 1 + random.Next(1_500);
                foreach (var half in Flow(client, from, server, to, at + after, 2_395, 52_000)) yield return half;
            }
        }
    }

    private static Action<MessageBuilder>[] Flow(
        string client, int clientPort, string server, int serverPort, long start, int duration, int serverOctets) =>
    [
        set => set.FlowRecord(client, clientPort, server, serverPort, start, start + duration).U32(20_000).U32(60),
        set => set.FlowRecord(server, serverPort, client, clientPort, start, start + duration).U32((uint)serverOctets).U32(60),
    ];

    private static CapturedDatagram Datagram(
        bool isNetFlow, int number, (int Element, int Length)[] layout, Action<MessageBuilder> record, string exporter = "192.0.2.1")
    {
        var message = isNetFlow ? MessageBuilder.NetFlowV9(sequence: (uint)number) : MessageBuilder.Ipfix(sequence: (uint)number);
        return message.Template(256, layout).Set(256, record).From(exporter);
    }
}
