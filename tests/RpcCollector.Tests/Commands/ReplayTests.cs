using System.Text;
using System.Text.Json;
using RpcCollector.Captures;
using RpcCollector.Commands;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using Spectre.Console;

namespace RpcCollector.Tests.Commands;

public class ReplayTests
{
    [Fact]
    public void Mapper_flow_and_endpoint_flow_become_one_activity_a_finding_and_a_summary()
    {
        using var folder = new TemporaryFolder();
        var capture = folder.Write("car", CaptureFiles.Pcap(Frame(Exports.MapperAndEndpoint()), Frame([1, 2, 3])));

        var lines = Json(capture).Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Equal(
            """{"type":"activity","basis":"car","client":"198.51.100.7","server":"198.51.100.20","mapper":{"client_port":50001""" +
            ""","start":"2020-09-13T12:28:00.000Z","end":"2020-09-13T12:28:05.000Z"},"endpoint":{"client_port":50002""" +
            ""","server_port":49668,"start":"2020-09-13T12:28:00.005Z","end":"2020-09-13T12:28:04.000Z"},"exporters":["192.0.2.1"]""" +
            ""","completeness":1,"sampled":false}""", lines[0]);
        Assert.Equal(
            """{"type":"summary","datagrams":1,"data_records":2,"options_records":0,"templates":0,"flow_starts":2""" +
            ""","activities":{"car":1},"findings":{"peer-to-peer-rpc":1},"incidents":{"medium":1},"rejected":{}""" +
            ""","not_read":{"not_an_export":1}}""", lines[3]);
        Assert.Empty(lines[4]);

        // Nothing is known of either host: the finding rests only on neither being known as a server.
        using var finding = JsonDocument.Parse(lines[1]);
        Assert.Equal("finding", finding.RootElement.GetProperty("type").GetString());
        Assert.Equal("peer-to-peer-rpc", finding.RootElement.GetProperty("kind").GetString());
        Assert.Equal("medium", finding.RootElement.GetProperty("severity").GetString());
        Assert.Equal("198.51.100.7", finding.RootElement.GetProperty("client").GetString());
        Assert.Equal("198.51.100.20", finding.RootElement.GetProperty("server").GetString());
        Assert.Equal(1, finding.RootElement.GetProperty("count").GetInt32());
        using var incident = JsonDocument.Parse(lines[2]);
        Assert.Equal("incident", incident.RootElement.GetProperty("type").GetString());
        Assert.Equal("198.51.100.7 drove 198.51.100.20", incident.RootElement.GetProperty("title").GetString());
        Assert.Equal(
            [finding.RootElement.GetProperty("id").GetString()],
            incident.RootElement.GetProperty("findings").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(
            (finding.RootElement.GetProperty("id").GetString(), finding.RootElement.GetProperty("reason").GetString()),
            (incident.RootElement.GetProperty("id").GetString(), incident.RootElement.GetProperty("reason").GetString()));
    }

    [Fact]
    public void Activities_come_in_the_order_of_their_start_whatever_the_order_of_files()
    {
        using var folder = new TemporaryFolder();
        string[] captures = [.. Enumerable.Range(0, 20).Select(i => folder.Write($"{i}", CaptureFiles.Pcap(Frame(Exports.NetFlow5(
            new Exports.Flow($"198.51.100.{i + 1}", "198.51.100.100", 50_001, 135, -20_000 + (i * 7919 % 20), -15_000))))))];

        var forward = Json(captures);
        var backward = Json([.. captures.Reverse()]);

        Assert.Equal(forward, backward);
        var starts = forward.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("type").ValueEquals("activity"))
            .Select(line => line.GetProperty("mapper").GetProperty("start").GetString()).ToList();
        Assert.Equal(20, starts.Count);
        Assert.Equal(starts.Order(StringComparer.Ordinal), starts);
    }

    [Fact]
    public void Text_names_the_pair_and_says_what_was_not_used()
    {
        using var folder = new TemporaryFolder();
        var capture =
            folder.Write(
                "car", CaptureFiles.Pcap(
                    Frame(Exports.MapperAndEndpoint()),
                    Frame(Exports.NetFlow5(new Exports.Flow("192.0.2.7", "192.0.2.8", 1024, 80, 0, 0)))));
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = 200;

        ReplayText.Write(console, Run(capture));

        Assert.Matches("198.51.100.7 .*198.51.100.20 .*car .*0.005 s .*49668 .*192.0.2.1", text.ToString());
        Assert.Contains("flows on ports that RPC and remote administration do not use", text.ToString());
    }

    [Fact]
    public async Task Json_goes_to_standard_output_with_nothing_on_standard_error()
    {
        using var folder = new TemporaryFolder();
        var capture = folder.Write("car", CaptureFiles.Pcap(Frame(Exports.MapperAndEndpoint())));

        var outcome = await CollectorProgram.RunAsync("replay", "--format", "json", capture, "--Detection:Join:Window=00:00:05");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(Json(capture), outcome.Output);
    }

    [Fact]
    public void Every_reason_has_a_meaning_for_people()
    {
        Assert.All(Enum.GetValues<Flows.Rejection>().Skip(1), reason => Assert.NotEqual(reason.ToString(), RejectionMeaning.Of(reason)));
        Assert.All(Enum.GetValues<CaptureLoss>(), loss => Assert.NotEqual(loss.ToString(), RejectionMeaning.Of(loss)));
    }

    private static byte[] Frame(byte[] export) => Frames.Ethernet(Frames.IPv4(Frames.Udp(export)));

    private static string Json(params string[] captures)
    {
        using var output = new MemoryStream();
        ReplayJson.Write(output, Run(captures));
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static ReplayResult Run(params string[] captures)
    {
        var tally = new CaptureTally();
        using var merged = new CaptureMerge(CaptureInput.Find(captures), tally);
        return new Replay(new CollectorOptions(), merged, tally).Run(progress: null);
    }
}
