using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Captures;
using RpcCollector.Commands;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using RpcCollector.Tests.Store;
using RpcCollector.Tests.Transport;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Tests.ZeekLogs;

/// <summary>Suricata's eve.json, followed and replayed; a flow's client port tells which line it was.</summary>
public sealed class SuricataFollowerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryStore _store = new();
    private readonly ZeekCollected _collected = new();

    private string Eve => Path.Combine(_folder.Path, "eve.json");

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("eve.json.1")]
    [InlineData("eve.json-20260302")]
    [InlineData("eve-2026-03-02-09.json")]
    public void Rotation_and_a_restart_during_it_lose_and_repeat_nothing(string rotated)
    {
        var log = Follow(null);
        Read(log);
        File.WriteAllText(Eve, Flow(1) + Other + Flow(2));
        Read(log);
        var position = log.Position;
        log.Dispose();
        File.AppendAllText(Eve, Flow(3));
        File.Move(Eve, Path.Combine(_folder.Path, rotated));
        File.WriteAllText(Eve, Flow(4));

        log = Follow(position);
        Read(log);
        File.AppendAllText(Eve, Flow(5));
        Read(log);

        // Cut, as logrotate's copytruncate does.
        File.WriteAllText(Eve, Flow(6));
        Read(log);
        log.Dispose();
        Assert.Equal([1, 2, 3, 4, 5, 6], _collected.ClientPorts);
        Assert.Equal((7, 6, 1), (
            _collected.Counters.Received(Hop.SuricataLine), _collected.Counters.Used(Hop.SuricataLine),
            _collected.Counters.Rejected(Hop.SuricataLine, Rejection.OtherLog)));
        Assert.Equal(0, _collected.Counters.Received(Hop.ZeekLine));
    }

    [Fact]
    public void A_line_that_is_too_long_counts_as_the_sensors_that_wrote_the_line_before()
    {
        var log = Follow(null);
        Read(log);
        File.WriteAllText(Eve, Flow(1) + new string('x', 2 << 20) + "\n" + Flow(2));
        Read(log);
        log.Dispose();

        Assert.Equal([1, 2], _collected.ClientPorts);
        Assert.Equal(1, _collected.Counters.Rejected(Hop.SuricataLine, Rejection.LineTooLong));
        Assert.Equal(0, _collected.Counters.Received(Hop.ZeekLine));
    }

    [Fact]
    public void Files_of_a_setting_are_followed_beside_the_folders_of_Zeek_each_sensor_under_its_address()
    {
        var options = new CollectorOptions();
        var threads = Directory.CreateDirectory(Path.Combine(_folder.Path, "threads")).FullName;
        options.Zeek.Folders = [Path.Combine(_folder.Path, "zeek")];
        options.Suricata.Files =
            [_folder.Path, $"192.0.2.8={Path.Combine(threads, "eve.1.json")}", $"192.0.2.8={Path.Combine(threads, "eve.2.json")}"];
        using var hops = new ListenerHops();
        var counters = new HopCounters();
        using var follower = new ZeekFollower(
            options, hops.Catalog, () =>
                _store.State, counters, hops.Router, new ZeekCollected(), new(new()), new ArrivalClock(TimeProvider.System),
            NullLogger.Instance);
        follower.Prepare();
        follower.Start();
        ListenerHops.Await(() => new LogPositionRows(_store.State).Load().Count > 0);

        File.WriteAllText(Eve, Flow(1));
        File.WriteAllText(Path.Combine(threads, "eve.1.json"), Flow(2));
        File.WriteAllText(Path.Combine(threads, "eve.2.json"), Flow(3));
        ListenerHops.Await(() => counters.Used(Hop.SuricataLine) == 3);

        follower.Stop();
        Assert.True(follower.Join(TimeSpan.FromSeconds(60)));
        hops.Finish();
        Assert.Equal(3, hops.ShardCounters.Received(Hop.FlowStart));
        foreach (var address in (string[])["127.0.0.1", "127.0.0.2", "192.0.2.8"])
            Assert.True(hops.Catalog.Directory.TryFind(HostAddress.Parse(address), out _), address);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("192.0.2.8=", false)]
    [InlineData("/var/log/suricata/eve.json", true)]
    [InlineData("2001:db8::8=/var/log/suricata", true)]
    public void A_file_may_be_given_with_the_address_that_stands_for_its_sensor(string entry, bool isRight) =>
        Assert.Equal(isRight, !new SuricataOptions { Files = [entry] }.Validate(new(new object())).Any());

    [Fact]
    public void One_file_cannot_be_followed_twice() =>
        Assert.Single(new SuricataOptions { Files = ["/var/log/eve.json", "192.0.2.8=/var/log/eve.json"] }.Validate(new(new object())));

    [Fact]
    public void Events_in_gzip_are_replayed_and_a_call_is_judged_as_one_that_Zeek_named()
    {
        var file = _folder.Write("eve.json.1.gz", ZeekShared.AsGzip("eve.json.1", Flow(1) + Other + Call).Octets);

        var result = Replay(file);

        Assert.Equal((3, 0, 1), (result.SuricataLines, result.ZeekLines, result.RpcOperations));
        Assert.Contains(result.Findings, finding => finding.Kind == FindingKind.DcSync);
    }

    [Fact]
    public void A_connection_that_Suricata_tells_twice_and_Zeek_once_is_one()
    {
        const string OfZeek =
            """{"ts":1772442901.000007,"uid":"C1","id.orig_h":"10.20.1.15","id.orig_p":7,"id.resp_h":"10.20.0.10","id.resp_p":135""" +
            ""","proto":"tcp","conn_state":"SF","history":"ShADadFf","orig_pkts":6,"resp_pkts":5}""";
        _folder.Write("suricata/eve.json", Encoding.UTF8.GetBytes(Flow(7) + NetFlow(7, isBack: true) + NetFlow(7, isBack: false)));
        _folder.Write("zeek/conn.log", Encoding.UTF8.GetBytes(OfZeek));

        var result = Replay(_folder.Path);

        Assert.Equal(2, result.ExportersOf(Assert.Single(result.Activities)).Count());
    }

    private const string Other = """{"timestamp":"2026-03-02T09:15:02.000000+0000","event_type":"tls","src_ip":"10.0.0.1","tls":{}}"""
        + "\n";

    private const string Call =
        """{"timestamp":"2026-03-02T09:15:01.500000+0000","flow_id":9,"event_type":"dcerpc","src_ip":"10.20.1.15","src_port":1""" +
        ""","dest_ip":"10.20.0.10","dest_port":49667,"proto":"TCP","dcerpc":{"request":"REQUEST","req":{"opnum":3},"interfaces":""" +
        """[{"uuid":"e3514235-4b06-11d1-ab04-00c04fc2dcd2","version":"4.0"}],"call_id":2,"rpc_version":"5.0"}}""" + "\n";

    private static string Flow(int port) =>
        $$$"""{"timestamp":"2026-03-02T09:16:01.000000+0000","flow_id":{{{port}}},"event_type":"flow","src_ip":"10.20.1.15","src_port":""" +
        $$$"""{{{port}}},"dest_ip":"10.20.0.10","dest_port":135,"proto":"TCP","flow":{"pkts_toserver":6,"pkts_toclient":5""" +
        $$$""","start":"2026-03-02T09:15:01.{{{port:000000}}}+0000","end":"2026-03-02T09:15:02.000000+0000"},"tcp":""" +
        """{"tcp_flags_ts":"1b","tcp_flags_tc":"1b"}}""" + "\n";

    private static string NetFlow(int port, bool isBack) =>
        $$"""{"timestamp":"2026-03-02T09:16:01.000000+0000","flow_id":{{port}},"event_type":"netflow",""" + (isBack
            ? $$""" "src_ip":"10.20.0.10","src_port":135,"dest_ip":"10.20.1.15","dest_port":{{port}} """
            : $$""" "src_ip":"10.20.1.15","src_port":{{port}},"dest_ip":"10.20.0.10","dest_port":135 """) +
        $$$""","proto":"TCP","netflow":{"pkts":5,"start":"2026-03-02T09:15:01.{{{port:000000}}}+0000","end":""" +
        """ "2026-03-02T09:15:02.000000+0000"},"tcp":{"tcp_flags":"1b"}}""" + "\n";

    private static ReplayResult Replay(string path)
    {
        var (options, tally) = (new CollectorOptions(), new CaptureTally());
        using var merged = new CaptureMerge(CaptureInput.Find([path]), tally, options.Flows);
        return new Replay(options, merged, tally).Run(progress: null);
    }

    private FollowedLog Follow(LogPosition? saved) => new(_folder.Path, "eve.json", _collected.Sensor, _collected.Decoder, saved);

    private static void Read(FollowedLog log)
    {
        while (log.Read(1_772_442_961_000))
        {
        }
    }
}
