using System.Text;
using RpcCollector.Captures;
using RpcCollector.Commands;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using RpcCollector.Tests.Commands;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Tests.ZeekLogs;

public class ZeekReplayTests
{
    private const string MapperFlow =
        """{"ts":1588316990.000000,"uid":"Cm","id.orig_h":"10.0.1.5","id.orig_p":50000,"id.resp_h":"10.0.0.4","id.resp_p":135""" +
        ""","proto":"tcp","duration":12.0,"conn_state":"SF","history":"ShADadFf","orig_pkts":6,"resp_pkts":5}""";

    private const string EndpointFlow =
        """{"ts":1588316990.007000,"uid":"Ce","id.orig_h":"10.0.1.5","id.orig_p":50001,"id.resp_h":"10.0.0.4","id.resp_p":49667""" +
        ""","proto":"tcp","duration":1.0,"conn_state":"SF","history":"ShADadFf","orig_pkts":6,"resp_pkts":5}""";

    private const string Operation =
        """{"ts":1588316990.012000,"uid":"Ce","id.orig_h":"10.0.1.5","id.orig_p":50001,"id.resp_h":"10.0.0.4","id.resp_p":49667""" +
        ""","rtt":0.001,"named_pipe":"49667","endpoint":"drsuapi","operation":"DRSGetNCChanges"}""";

    [Fact]
    public void Every_line_of_real_logs_is_used_or_rejected_for_a_reason()
    {
        var folder = ZeekShared.Apt29();

        var collected = new ZeekCollected().Read(folder);

        var counters = collected.Counters;
        Assert.Equal(ZeekShared.NumLines(folder), counters.Received(Hop.ZeekLine));
        Assert.Equal(counters.Received(Hop.ZeekLine), counters.Used(Hop.ZeekLine));
        Assert.Equal(counters.Received(Hop.FlowRecord), counters.Used(Hop.FlowRecord) + counters.Rejected(Hop.FlowRecord));
        Assert.Equal(counters.Used(Hop.FlowRecord), collected.FlowStarts.Count);
        Assert.NotEmpty(collected.FlowStarts);
        Assert.Equal(ZeekShared.NumLines(folder, "dce_rpc.log"), collected.Operations.Count);
        Assert.Equal(counters.Used(Hop.ZeekLine), counters.Received(Hop.FlowRecord) + collected.Operations.Count);
    }

    [Fact]
    public void Columns_and_gzip_tell_the_same_as_json()
    {
        var folder = ZeekShared.Apt29();
        using var columns = new TemporaryFolder();
        using var gzip = new TemporaryFolder();
        using var columnsInGzip = new TemporaryFolder();
        ZeekShared.Render(folder, columns.Path, ZeekShared.AsColumns);
        ZeekShared.Render(folder, gzip.Path, ZeekShared.AsGzip);
        ZeekShared.Render(columns.Path, columnsInGzip.Path, ZeekShared.AsGzip);

        var json = new ZeekCollected().Read(folder).Describe();

        Assert.NotEmpty(json);
        Assert.Equal(json, new ZeekCollected().Read(columns.Path).Describe());
        Assert.Equal(json, new ZeekCollected().Read(gzip.Path).Describe());
        Assert.Equal(json, new ZeekCollected().Read(columnsInGzip.Path).Describe());
    }

    [Fact]
    public void Real_logs_of_several_sensors_arrive_in_the_order_of_time()
    {
        var collected = new ZeekCollected().Read(ZeekShared.Apt29());

        Assert.Equal(collected.Arrivals.Order(), collected.Arrivals);
    }

    [Fact]
    public void WinRM_from_Utica_to_Scranton_and_to_the_domain_controller_is_told_nine_times_each()
    {
        var flows = new ZeekCollected()
            .Read(ZeekShared.Apt29()).FlowStarts.Where(flow => flow.ServerPort == 5985 && flow.Client.ToString() == "10.0.1.5").ToList();

        foreach (var server in new[] { "10.0.1.4", "10.0.0.4" })
            Assert.Equal(9, flows.Where(flow => flow.Server.ToString() == server).Select(flow => flow.ClientPort).Distinct().Count());
    }

    [Theory]
    [InlineData(HostRole.Unknown, HostRole.Unknown)]
    [InlineData(HostRole.Workstation, HostRole.DomainController)]
    public void What_ordinary_clients_really_ask_of_a_domain_controller_is_low(HostRole client, HostRole server)
    {
        var pairs = new ZeekCollected().Read(ZeekShared.Apt29()).Operations.GroupBy(operation => (operation.Client, operation.Server))
            .ToList();

        var drafts = pairs.SelectMany(pair => OperationRules.Judge(new OperationWindow(client, server, pair), new OperationOptions()))
            .ToList();

        Assert.NotEmpty(drafts);
        Assert.All(drafts, draft => Assert.Equal((draft.Reason, FindingSeverity.Low), (draft.Reason, draft.Severity)));
    }

    [Fact]
    public void A_connection_that_two_sensors_saw_is_one_activity_with_both_as_exporters()
    {
        var result = Replay(ZeekShared.Apt29());

        var activities = result.Activities.Where(activity => activity.Exporters.Count > 1).ToList();
        Assert.NotEmpty(activities);
        Assert.Equal(
            result.Activities.Count, result.Activities.Select(activity => (activity.Client, activity.Server, activity.Endpoint?.ClientPort))
                .Distinct().Count());
    }

    [Fact]
    public void Flows_and_operations_of_zeek_and_flows_of_an_exporter_are_merged_by_time()
    {
        using var folder = new TemporaryFolder();
        folder.Write("zeek/conn.log", Encoding.UTF8.GetBytes($"{MapperFlow}\n{EndpointFlow}\n"));
        folder.Write("zeek/dce_rpc.log", Encoding.UTF8.GetBytes(Operation));
        folder.Write("car.pcap", CaptureFiles.Pcap(Frames.Ethernet(Frames.IPv4(Frames.Udp(Exports.MapperAndEndpoint())))));

        var result = Replay(folder.Path);

        Assert.Equal((1, 3, 1), (result.Datagrams, result.ZeekLines, result.RpcOperations));
        var ofZeek = Assert.Single(result.Activities, activity => activity.Client.ToString() == "10.0.1.5");
        Assert.Equal((JoinBasis.Car, "127.0.0.1"), (ofZeek.Basis, Assert.Single(result.ExportersOf(ofZeek)).ToString()));
        Assert.Equal(2, result.Activities.Count);
    }

    [Fact]
    public async Task The_command_reads_a_zeek_log_that_is_named()
    {
        using var folder = new TemporaryFolder();
        var conn = folder.Write("conn.log", Encoding.UTF8.GetBytes($"{EndpointFlow}\n{MapperFlow}\n"));
        var calls = folder.Write("calls.json", Encoding.UTF8.GetBytes(Operation + "\n"));

        var outcome = await CollectorProgram.RunAsync("replay", "--format", "json", conn, calls);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("\"zeek_lines\":3,\"rpc_operations\":1", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\"activities\":{\"car\":1}", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_logs_in_a_folder_are_no_captures_and_a_log_without_use_is_counted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("files.log", Encoding.UTF8.GetBytes("""{"ts":1,"mime_type":"text/plain"}"""));
        folder.Write("conn-summary.log", Encoding.UTF8.GetBytes("""{"ts":1,"conn_state":"SF"}"""));
        folder.Write("http.log", Encoding.UTF8.GetBytes("#separator \\x09\n#path\thttp\n#fields\tts\n1\n"));
        folder.Write("conn.log", Encoding.UTF8.GetBytes("{\"ts\":1\nhalf a line\n"));

        var result = Replay(folder.Path);

        Assert.Equal((3, 2), (result.Captures[CaptureLoss.NotACapture], result.ZeekLines));
        Assert.Equal([(Rejection.MalformedLine, 1L), (Rejection.LineBeforeHeader, 1L)], result.Rejected());
    }

    [Fact]
    public void A_log_that_is_not_sorted_arrives_sorted()
    {
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(0, 1_000)
            .Select(number => MapperFlow.Replace("1588316990.000000", $"{1_588_316_990 + number}.5", StringComparison.Ordinal)).ToArray();
        new Random(1).Shuffle(lines);
        var log = folder.Write("conn.log", Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        var collected = new ZeekCollected().Read(log);

        Assert.Equal(1_000, collected.Arrivals.Count);
        Assert.Equal(collected.Arrivals.Order(), collected.Arrivals);
    }

    [Theory]
    [InlineData("logs/current/conn.log", "logs")]
    [InlineData("logs/2020-05-01/conn.07:00:00-08:00:00.log.gz", "logs")]
    [InlineData("logs/NEWYORK/conn.log", "logs/NEWYORK")]
    public void The_folder_of_a_sensor_is_the_one_above_its_days(string log, string folder) =>
        Assert.Equal(Path.GetFullPath(folder), SensorFolder.Of(log));

    private static ReplayResult Replay(params string[] paths)
    {
        var (options, tally) = (new CollectorOptions(), new CaptureTally());
        using var merged = new CaptureMerge(CaptureInput.Find(paths), tally, options.Flows);
        return new Replay(options, merged, tally).Run(progress: null);
    }
}
