namespace RpcCollector.Flows.Tests.Suricata;

public class EveFlowTests
{
    private const string Flow =
        """{"timestamp":"2026-03-02T09:16:13.120001+0000","flow_id":1586217812345678,"event_type":"flow","vlan":[20]""" +
        ""","src_ip":"10.20.1.15","src_port":49732,"dest_ip":"10.20.0.10","dest_port":49667,"proto":"TCP","ip_v":4""" +
        ""","app_proto":"dcerpc","flow":{"pkts_toserver":6,"pkts_toclient":5,"bytes_toserver":984,"bytes_toclient":870""" +
        ""","start":"2026-03-02T09:15:01.005250+0000","end":"2026-03-02T09:15:03.400000+0000","age":2,"state":"closed"},"tcp":""" +
        """{"tcp_flags":"1b","tcp_flags_ts":"1b","tcp_flags_tc":"1b","syn":true,"fin":true,"ack":true,"state":"closed"}}""";

    private const string NetFlow =
        """{"timestamp":"2026-03-02T09:16:13.120001+0000","flow_id":1586217812345678,"event_type":"netflow","src_port":135""" +
        ""","src_ip":"10.20.0.10","dest_ip":"10.20.1.15","dest_port":49731,"proto":"TCP","netflow":{"pkts":5,"bytes":870""" +
        ""","start":"2026-03-02T09:15:01.000000+0000","end":"2026-03-02T09:15:03.400000+0000","age":2,"min_ttl":128}""" +
        ""","tcp":{"tcp_flags":"1a","syn":true,"psh":true,"ack":true}}""";

    [Fact]
    public void A_flow_is_a_flow_start_from_the_end_whose_handshake_Suricata_followed()
    {
        var lines = new EveLines().Read(Flow);

        var flow = lines.Only;
        Assert.Equal(
            ("10.20.1.15", 49_732, "10.20.0.10", 49_667),
            (flow.Client.ToString(), flow.ClientPort, flow.Server.ToString(), flow.ServerPort));
        Assert.Equal(
            (1_772_442_901_005, 1_772_442_903_400, 1_772_442_903_400),
            (flow.StartUnixMilliseconds, flow.EndUnixMilliseconds, flow.ArrivalUnixMilliseconds));
        Assert.Equal((984UL, 870UL, 6UL, 5UL), (flow.ClientOctets, flow.ServerOctets, flow.ClientPackets, flow.ServerPackets));
        Assert.Equal(
            (0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated, 1, lines.Sensor.ClockKey),
            (flow.ClientTcpFlags, flow.ServerTcpFlags, flow.Half, flow.Direction, flow.ResolutionMilliseconds, flow.ClockKey));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("224.0.0.252")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    [InlineData("10.20.1.15")]
    public void No_flow_goes_to_an_address_that_no_connection_has(string server) =>
        new EveLines().Read(Flow.Replace("10.20.0.10", server, StringComparison.Ordinal))
            .AssertRejected(Hop.FlowRecord, Rejection.NotATransportFlow);

    [Fact]
    public void A_netflow_record_is_one_direction_and_states_no_client()
    {
        var flow = new EveLines().Read(NetFlow).Only;

        Assert.Equal(("10.20.1.15", 49_731, 135), (flow.Client.ToString(), flow.ClientPort, flow.ServerPort));
        Assert.Equal(
            (FlowHalf.FromServer, DirectionConfidence.ServerPort, 870UL, 0x1A),
            (flow.Half, flow.Direction, flow.ServerOctets, flow.ServerTcpFlags));
        Assert.Equal((1_772_442_901_000, 1_772_442_903_400), (flow.StartUnixMilliseconds, flow.EndUnixMilliseconds));
    }

    [Theory]
    [InlineData("02", "12", DirectionConfidence.Stated)]
    [InlineData("1b", "1b", DirectionConfidence.Stated)]
    [InlineData("02", "00", DirectionConfidence.Stated)]
    [InlineData("02", "14", DirectionConfidence.Stated)]
    [InlineData("1a", "18", DirectionConfidence.Uncertain)]
    [InlineData("12", "00", DirectionConfidence.Uncertain)]
    [InlineData("18", "18", DirectionConfidence.Uncertain)]
    [InlineData("00", "00", DirectionConfidence.Uncertain)]
    [InlineData("", "zz", DirectionConfidence.Uncertain)]
    public void Only_a_handshake_that_both_ends_show_or_a_SYN_alone_tells_the_client(
        string toServer, string toClient, DirectionConfidence direction)
    {
        var line = Flow.Replace("\"tcp_flags_ts\":\"1b\"", $"\"tcp_flags_ts\":\"{toServer}\"", StringComparison.Ordinal)
            .Replace("\"tcp_flags_tc\":\"1b\"", $"\"tcp_flags_tc\":\"{toClient}\"", StringComparison.Ordinal);

        Assert.Equal(direction, new EveLines().Read(line).Collected.FlowStarts[0].Direction);
    }

    [Fact]
    public void A_SYN_alone_from_the_end_that_Suricata_takes_for_the_server_turns_the_flow()
    {
        var line = Flow.Replace("\"tcp_flags_ts\":\"1b\"", "\"tcp_flags_ts\":\"12\"", StringComparison.Ordinal)
            .Replace("\"tcp_flags_tc\":\"1b\"", "\"tcp_flags_tc\":\"02\"", StringComparison.Ordinal);

        var flow = new EveLines()
            .Read(line).Collected.FlowStarts.Single(flow => !flow.IsMirror && flow.Direction == DirectionConfidence.Stated);

        Assert.Equal("10.20.0.10", flow.Client.ToString());
    }

    [Theory]
    [InlineData("+0000", 0)]
    [InlineData("+0100", -1)]
    [InlineData("-0530", 5.5)]
    [InlineData("Z", 0)]
    [InlineData("", 0)]
    public void A_time_is_read_with_its_zone(string zone, double hours) =>
        Assert.Equal(
            1_772_442_901_005 + (long)(hours * 3_600_000),
            new EveLines().Read(Flow.Replace("05250+0000", "05250" + zone, StringComparison.Ordinal)
                .Replace("\"end\":\"2026-03-02T09:15:03.400000+0000\",", "", StringComparison.Ordinal)).Only.StartUnixMilliseconds);

    [Fact]
    public void The_order_of_what_is_in_an_event_does_not_matter()
    {
        var sorted =
            """{"dest_ip":"10.20.0.10","dest_port":49667,"event_type":"flow","flow":{"bytes_toclient":870,"bytes_toserver":984""" +
            ""","end":"2026-03-02T09:15:03.400000+0000","pkts_toclient":5,"pkts_toserver":6""" +
            ""","start":"2026-03-02T09:15:01.005250+0000"},"proto":"TCP","src_ip":"10.20.1.15","src_port":49732""" +
            ""","tcp":{"tcp_flags_tc":"1b","tcp_flags_ts":"1b"},"timestamp":"2026-03-02T09:16:13.120001+0000"}""";
        var last = sorted.Replace("\"event_type\":\"flow\",", "", StringComparison.Ordinal)[..^1] + ",\"event_type\":\"flow\"}";

        var usual = new EveLines().Read(Flow).Only;
        Assert.Equal(usual, new EveLines().Read(sorted).Only);
        Assert.Equal(usual, new EveLines().Read(last).Only);
    }

    [Theory]
    [InlineData(Hop.SuricataLine, Rejection.OtherLog, """{"timestamp":"2026-03-02T09:16:13+0000","event_type":"http","http":{}}""")]
    [InlineData(Hop.SuricataLine, Rejection.OtherLog, """{"timestamp":"2026-03-02T09:16:13+0000","event_type":"alert","flow":{}}""")]
    [InlineData(Hop.SuricataLine, Rejection.MalformedLine, """{"event_type":"flow","src_ip":"10.0.0.1" """)]
    [InlineData(Hop.SuricataLine, Rejection.MalformedLine, """{"event_type":"flow","src_ip":"10.0.0.1","src_ip":"10.0.0.2"}""")]
    [InlineData(Hop.SuricataLine, Rejection.MalformedLine, """{"event_type":"flow"}{"event_type":"flow"}""")]
    [InlineData(Hop.SuricataLine, Rejection.MalformedLine, """{"event_type":"flow","flow":{"age":NaN}}""")]
    [InlineData(Hop.SuricataLine, Rejection.NotATransportFlow, """{"event_type":"flow","proto":"TCP","flow":{}}""")]
    [InlineData(
        Hop.SuricataLine, Rejection.NotATransportFlow,
        """{"event_type":"flow","proto":"TCP","src_ip":"10.0.0.1","src_port":1,"dest_ip":"10.0.0.2"}""")]
    [InlineData(
        Hop.FlowRecord, Rejection.NotTcp,
        """{"event_type":"flow","proto":"ICMP","icmp_type":8,"src_ip":"10.0.0.1","dest_ip":"10.0.0.2"}""")]
    [InlineData(
        Hop.FlowRecord, Rejection.IrrelevantPorts,
        """{"event_type":"flow","proto":"TCP","src_ip":"10.0.0.1","src_port":4,"dest_ip":"10.0.0.2","dest_port":80}""")]
    [InlineData(
        Hop.FlowRecord, Rejection.NoStartTime,
        """{"event_type":"flow","proto":"TCP","src_ip":"10.0.0.1","src_port":50000,"dest_ip":"10.0.0.2","dest_port":135,"flow":{}}""")]
    public void What_cannot_be_used_is_counted_by_its_reason(Hop hop, Rejection reason, string line) =>
        new EveLines().Read(line).AssertRejected(hop, reason);

    [Theory]
    [InlineData("""{"ts":1,"named_pipe":"event_type"}""")]
    [InlineData("""{"a":{"event_type":"flow"}}""")]
    [InlineData("""{"event_type":null}""")]
    public void A_line_that_states_no_type_is_no_event_and_is_not_counted(string line) =>
        Assert.Equal(0, new EveLines().Read(line).Counters.Received(Hop.SuricataLine));

    [Fact]
    public void No_mutation_of_an_event_is_lost_uncounted()
    {
        var random = new Random(7);
        var lines = new EveLines();
        foreach (var original in new[] { Flow, NetFlow })
        {
            for (var round = 0; round < 5_000; round++)
            {
                var line = original.ToCharArray();
                for (var change = random.Next(1, 5); change > 0; change--)
                    line[random.Next(line.Length)] = random.Next(2) == 0 ? (char)random.Next(0, 256) : "\"{}[]:,\\0e."[random.Next(11)];
                lines.Read(new string(line, 0, random.Next(4) == 0 ? random.Next(1, line.Length + 1) : line.Length));
            }
        }

        Assert.NotEqual(0, lines.Counters.Used(Hop.FlowRecord));
        Assert.NotEqual(0, lines.Counters.Rejected(Hop.SuricataLine, Rejection.MalformedLine));
    }
}
