using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Flows.Tests.Zeek;

public class ConnLogTests
{
    private const string Json =
        """{"ts":1588316990.484568,"uid":"CjWs5k2RSgw9ksdQn4","id.orig_h":"10.0.1.4","id.orig_p":63472""" +
        ""","id.resp_h":"10.0.0.4","id.resp_p":445,"proto":"tcp","service":"krb,smb","duration":10.737252950668335,"orig_bytes":4059""" +
        ""","resp_bytes":1681,"conn_state":"RSTO","history":"ShADdaR","orig_pkts":12,"orig_ip_bytes":1307,"resp_pkts":11""" +
        ""","resp_ip_bytes":2133}""";

    private const string Columns =
        "1588316990.484568\tCjWs5k2RSgw9ksdQn4\t10.0.1.4\t63472\t10.0.0.4\t445\ttcp\tkrb,smb\t10.737253\t4059\t1681\tRSTO\tShADdaR" +
        "\t12\t1307\t11\t2133";

    [Fact]
    public void A_connection_is_a_flow_start_from_the_end_that_Zeek_names()
    {
        var lines = new ZeekLines().Read(Json);

        var flow = lines.Only;
        Assert.Equal(
            ("10.0.1.4", 63_472, "10.0.0.4", 445), (flow.Client.ToString(), flow.ClientPort, flow.Server.ToString(), flow.ServerPort));
        Assert.Equal(
            (1_588_316_990_484, 1_588_317_001_221, 1_588_317_001_221),
            (flow.StartUnixMilliseconds, flow.EndUnixMilliseconds, flow.ArrivalUnixMilliseconds));
        Assert.Equal((1_307UL, 2_133UL, 12UL, 11UL), (flow.ClientOctets, flow.ServerOctets, flow.ClientPackets, flow.ServerPackets));
        Assert.Equal((FlowHalf.Both, 1U, 1, lines.Sensor.ExporterId, lines.Sensor.ClockKey), (flow.Half, flow.SamplingInterval,
            flow.ResolutionMilliseconds, flow.ExporterId, flow.ClockKey));
    }

    [Fact]
    public void Json_and_columns_and_both_styles_of_keys_mean_the_same()
    {
        var json = new ZeekLines().Read(Json).Only;

        Assert.Equal(Describe(json), Describe(new ZeekLines().Read(Json.Replace("id.", "id_", StringComparison.Ordinal)).Only));
        Assert.Equal(Describe(json), Describe(new ZeekLines().Read(ZeekLines.Header, Columns).Only));
    }

    [Fact]
    public void Columns_and_special_values_are_read_as_the_header_states_them()
    {
        const string Header =
            "#separator \\x7c\n#set_separator|,\n#empty_field|EMPTY\n#unset_field|?\n#path|conn\n#fields|id.resp_p|id.resp_h|extra" +
            "|id.orig_p|id.orig_h|proto|ts|duration|history|conn_state";

        var flow = new ZeekLines().Read(Header, "445|10.0.0.4|a\\x7cb|63472|10.0.1.4|tcp|1588316990.484568|?|EMPTY|S0").Only;

        Assert.Equal(("10.0.1.4", 445), (flow.Client.ToString(), flow.ServerPort));
        Assert.Equal(
            (flow.StartUnixMilliseconds, 0x02, 0, FlowHalf.FromClient),
            (flow.EndUnixMilliseconds, flow.ClientTcpFlags, flow.ServerTcpFlags, flow.Half));
    }

    [Theory]
    [InlineData("1588316990.484568", 1_588_316_990_484)]
    [InlineData("1588316990.4845679", 1_588_316_990_484)]
    [InlineData("1588316990.3179999", 1_588_316_990_318)]
    [InlineData("1.588316990484568e9", 1_588_316_990_484)]
    [InlineData("1588316990", 1_588_316_990_000)]
    [InlineData("1588316990484.568", 1_588_316_990_484)]
    [InlineData("1588316990484", 1_588_316_990_484)]
    [InlineData("\"2020-05-01T07:09:50.484568Z\"", 1_588_316_990_484)]
    [InlineData("\"2020-05-01T09:09:50.484+02:00\"", 1_588_316_990_484)]
    [InlineData("\"2020-05-01T07:09:50\"", 1_588_316_990_000)]
    public void A_time_is_read_to_the_millisecond_however_it_is_written(string time, long start) =>
        Assert.Equal(
            start, new ZeekLines().Read(Json.Replace("1588316990.484568", time, StringComparison.Ordinal)).Only.StartUnixMilliseconds);

    [Theory]
    [InlineData("9223372037")]
    [InlineData("9999999999999")]
    [InlineData("1e308")]
    [InlineData("\"9999-12-31T23:59:59Z\"")]
    public void A_time_that_no_capture_could_have_is_rejected(string time) =>
        Assert.Empty(new ZeekLines().Read(Json.Replace("1588316990.484568", time, StringComparison.Ordinal)).Collected.FlowStarts);

    [Theory]
    [InlineData("9223372035", 9_223_372_036_854)]
    [InlineData("1e308", 1_588_316_990_484)]
    [InlineData("-5", 1_588_316_990_484)]
    public void No_duration_moves_an_end_beyond_the_times_that_captures_can_have(string duration, long end) =>
        Assert.Equal(
            end, new ZeekLines().Read(Json.Replace("10.737252950668335", duration, StringComparison.Ordinal)).Only.ArrivalUnixMilliseconds);

    [Theory]
    [InlineData("""{"_path":"conn",""", "")]
    [InlineData("""{"@stream":"conn","@system":"test-nsm","@proc":"zeek",""", "")]
    [InlineData("""{"_system_name":"sensor","_write_ts":"2020-05-01T07:10:10Z","tunnel_parents":["a",{"b":[1]}],"id_vlan":null,""", "")]
    public void What_shippers_add_to_a_line_does_no_harm(string beginning, string end) =>
        Assert.Single(new ZeekLines().Read(beginning + Json[1..] + end).Collected.FlowStarts);

    [Theory]
    [InlineData("S0", "S", 0x02, 0, FlowHalf.FromClient)]
    [InlineData("REJ", "Sr", 0x02, 0x04, FlowHalf.Both)]
    [InlineData("RSTOS0", "SR", 0x06, 0, FlowHalf.FromClient)]
    [InlineData("SF", "ShADadFf", 0x1B, 0x1B, FlowHalf.Both)]
    [InlineData("S1", "ShADad", 0x1A, 0x1A, FlowHalf.Both)]
    [InlineData("SF", "", 0x13, 0x13, FlowHalf.Both)]
    [InlineData("S0", "", 0x02, 0, FlowHalf.FromClient)]
    [InlineData("REJ", "", 0x02, 0x14, FlowHalf.Both)]
    public void Unanswered_and_refused_connections_differ_from_answered_ones(
        string state, string history, int client, int server, FlowHalf half)
    {
        var line =
            $$"""{"ts":1588316990.4,"id.orig_h":"10.0.1.4","id.orig_p":50000,"id.resp_h":"10.0.0.4","id.resp_p":49667""" +
            $$""","proto":"tcp","conn_state":"{{state}}","history":"{{history}}","resp_pkts":{{(server == 0 ? 0 : 1)}}}""";

        var flow = new ZeekLines().Read(line).Only;

        Assert.Equal(
            (client, server, half, DirectionConfidence.Stated), (flow.ClientTcpFlags, flow.ServerTcpFlags, flow.Half, flow.Direction));
    }

    [Fact]
    public void Direction_of_a_connection_whose_beginning_Zeek_missed_is_uncertain()
    {
        var lines = new ZeekLines()
            .Read("""{"ts":1588316990.4,"id.orig_h":"10.0.1.4","id.orig_p":50000,"id.resp_h":"10.0.0.4","id.resp_p":49667""" +
                ""","proto":"tcp","conn_state":"OTH","history":"DadA"}""");

        Assert.Equal((1, 1), (lines.Collected.FlowStarts.Count, lines.Collected.Mirrors.Count));
        Assert.Equal(DirectionConfidence.Uncertain, lines.Only.Direction);
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    public void An_address_of_either_family_is_read(string written, string read) =>
        Assert.Equal(
            HostAddress.Parse(read), new ZeekLines().Read(Json.Replace("10.0.1.4", written, StringComparison.Ordinal)).Only.Client);

    [Theory]
    [InlineData(Hop.ZeekLine, Rejection.MalformedLine, """{"ts":1588316990.4,"id.orig_h":"10.0.1.4" """)]
    [InlineData(Hop.ZeekLine, Rejection.MalformedLine, """{"ts":1588316990.4,,}""")]
    [InlineData(Hop.ZeekLine, Rejection.MalformedLine, """{"ts":1588316990.4}}""")]
    [InlineData(Hop.ZeekLine, Rejection.MalformedLine, """{"uid":"\ud800"}""")]
    [InlineData(Hop.ZeekLine, Rejection.LineBeforeHeader, Columns)]
    [InlineData(Hop.ZeekLine, Rejection.LineBeforeHeader, "[]")]
    [InlineData(Hop.ZeekLine, Rejection.MalformedLine, ZeekLines.Header + "\n1588316990.484568\tCjWs5k2RSgw9ksdQn4\t10.0.1.4")]
    [InlineData(Hop.ZeekLine, Rejection.MalformedLine, ZeekLines.Header + "\n" + Columns + "\tmore")]
    [InlineData(Hop.ZeekLine, Rejection.OtherLog, """{"_path":"http","ts":1588316990.4}""")]
    [InlineData(Hop.ZeekLine, Rejection.OtherLog, """{"ts":1588316990.4,"query":"example.com"}""")]
    [InlineData(Hop.ZeekLine, Rejection.OtherLog, "#separator \\x09\n#path\thttp\n#fields\tts\tuid\n1588316990.4\tC1")]
    [InlineData(Hop.ZeekLine, Rejection.NotATransportFlow, """{"ts":1588316990.4,"conn_state":"SF"}""")]
    [InlineData(
        Hop.ZeekLine, Rejection.NotATransportFlow,
        """{"conn_state":"SF","ts":1,"id.orig_h":"1.2","id.orig_p":1,"id.resp_h":"10.0.0.4","id.resp_p":135,"proto":"tcp"}""")]
    [InlineData(
        Hop.ZeekLine, Rejection.NotATransportFlow,
        """{"conn_state":"SF","ts":1,"id.orig_h":"10.0.0.1","id.orig_p":65536,"id.resp_h":"10.0.0.4","id.resp_p":135,"proto":"tcp"}""")]
    [InlineData(
        Hop.FlowRecord, Rejection.NotTcp,
        """{"conn_state":"SF","ts":1,"id.orig_h":"10.0.0.1","id.orig_p":6553,"id.resp_h":"10.0.0.4","id.resp_p":135,"proto":"udp"}""")]
    [InlineData(
        Hop.FlowRecord, Rejection.IrrelevantPorts,
        """{"conn_state":"SF","ts":1,"id.orig_h":"10.0.0.1","id.orig_p":6553,"id.resp_h":"10.0.0.4","id.resp_p":80,"proto":"tcp"}""")]
    [InlineData(
        Hop.FlowRecord, Rejection.NoStartTime,
        """{"conn_state":"SF","ts":"noon","id.orig_h":"10.0.0.1","id.orig_p":6553,"id.resp_h":"10.0.0.4","id.resp_p":135,"proto":"tcp"}""")]
    [InlineData(
        Hop.FlowRecord, Rejection.NoStartTime,
        """{"conn_state":"SF","ts":-1,"id.orig_h":"10.0.0.1","id.orig_p":6553,"id.resp_h":"10.0.0.4","id.resp_p":135,"proto":"tcp"}""")]
    [InlineData(
        Hop.FlowRecord, Rejection.NoStartTime,
        """{"conn_state":"SF","ts":1e300,"id.orig_h":"10.0.0.1","id.orig_p":6553,"id.resp_h":"10.0.0.4","id.resp_p":135,"proto":"tcp"}""")]
    public void What_cannot_be_used_is_counted_by_its_reason(Hop hop, Rejection reason, string lines) =>
        new ZeekLines().Read(lines).AssertRejected(hop, reason);

    [Theory]
    [InlineData("conn.log", ZeekLogKind.Conn)]
    [InlineData("/opt/zeek/logs/2020-05-01/conn.07:00:00-08:00:00.log.gz", ZeekLogKind.Conn)]
    [InlineData("conn_20200501_070000.log", ZeekLogKind.Conn)]
    [InlineData("dce_rpc.2020-05-01-07-00-00.log", ZeekLogKind.DceRpc)]
    [InlineData("CONN.LOG", ZeekLogKind.Conn)]
    [InlineData("conn_red.log", ZeekLogKind.Conn)]
    [InlineData("conn_red_20200501_070000.log.zst", ZeekLogKind.Conn)]
    [InlineData("conn_reduced.log", ZeekLogKind.Unknown)]
    [InlineData("conn-summary.log", ZeekLogKind.Other)]
    [InlineData("conn_long.log", ZeekLogKind.Other)]
    [InlineData("connections.json", ZeekLogKind.Unknown)]
    public void A_files_name_shows_which_log_it_is(string path, ZeekLogKind kind) => Assert.Equal(kind, ZeekLogKinds.OfFile(path));

    [Fact]
    public void No_mutation_of_a_line_is_lost_uncounted()
    {
        var random = new Random(5);
        var lines = new ZeekLines();
        foreach (var original in new[] { Json, Columns })
        {
            lines.Read(ZeekLines.Header);
            for (var round = 0; round < 3_000; round++)
            {
                var line = original.ToCharArray();
                for (var change = random.Next(1, 5); change > 0; change--) line[random.Next(line.Length)] = (char)random.Next(0, 256);
                lines.Read(new string(line, 0, random.Next(1, line.Length + 1)).Replace('\n', ' '));
            }
        }

        Assert.NotEqual(0, lines.Counters.Used(Hop.ZeekLine));
    }

    private static string Describe(FlowStart flow) =>
        $"{flow.Client} {flow.ClientPort} {flow.Server} {flow.ServerPort} {flow.StartUnixMilliseconds} {flow.EndUnixMilliseconds} " +
            $"{flow.ClientOctets} {flow.ServerOctets} {flow.ClientTcpFlags} {flow.ServerTcpFlags} {flow.Direction} {flow.Half}";
}
