using RpcCollector.Captures;
using RpcCollector.Commands;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Tests.Commands;

public class SendNowTests
{
    private static readonly DateTimeOffset Now = new(2027, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    /// <summary>
    /// What real exporters sent: NetFlow v5 by uptime, v9 by uptime and absolute, IPFIX absolute and relative to the exporter's start,
    /// with Templates and options.
    /// </summary>
    public static TheoryData<string> Captures() =>
        [.. Directory.EnumerateFiles(Folder(), "*.pcap").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_flow_is_moved_by_the_same_time_and_the_last_ends_now(string capture)
    {
        var (recorded, moved, times) = Move(Path.Combine(Folder(), capture));

        Assert.NotEmpty(recorded);
        Assert.Equal(0, times.SetsNotMoved);
        Assert.Equal(
            recorded.Select(
                flow => (flow.Start + (times.Seconds * 1000), flow.End + (times.Seconds * 1000), flow.Exported + (times.Seconds * 1000))),
                moved.Select(flow => ((long?)flow.Start, (long?)flow.End, (long?)flow.Exported)));
        Assert.InRange(Now.ToUnixTimeMilliseconds() - moved.Max(flow => flow.End), 0, 999);
    }

    [Fact]
    public void Records_before_their_Template_are_moved_too()
    {
        using var folder = new TemporaryFolder();
        byte[][] datagrams = [Exports.IpfixData(0, Exports.MapperAndEndpointFlows()), Exports.IpfixTemplate(2)];

        var (recorded, moved, times) = Move(Write(folder, datagrams));

        Assert.NotEmpty(recorded);
        Assert.Equal((recorded.Count, 0), (moved.Count, times.SetsNotMoved));
        Assert.InRange(Now.ToUnixTimeMilliseconds() - moved.Max(flow => flow.End), 0, 999);
    }

    [Fact]
    public void Sets_that_cannot_be_read_stay_and_are_counted()
    {
        using var folder = new TemporaryFolder();
        var foreign = Exports.IpfixSet(300, [1, 2, 3, 4, 5, 6, 7, 8], sequence: 4);
        byte[][] datagrams = [Exports.IpfixTemplate(), Exports.IpfixData(0, Exports.MapperAndEndpointFlows()), foreign];

        var (recorded, moved, times) = Move(Write(folder, datagrams));

        Assert.NotEmpty(recorded);
        Assert.Equal((recorded.Count, 1), (moved.Count, times.SetsNotMoved));
    }

    [Fact]
    public void Capture_without_flows_of_the_family_stays_as_it_is()
    {
        using var folder = new TemporaryFolder();
        var file = Write(folder, [Exports.Ipfix()]);

        var times = ExportTimes.EndingAt(Now, file);
        var datagram = Exports.Ipfix();
        times.Move(default, datagram);

        Assert.Null(times.Seconds);
        Assert.Equal(Exports.Ipfix(), datagram);
    }

    private static (List<Told> Recorded, List<Told> Moved, ExportTimes Times) Move(string file)
    {
        var times = ExportTimes.EndingAt(Now, file);
        return (Read(file, null), Read(file, times), times);
    }

    private static List<Told> Read(string file, ExportTimes? times)
    {
        using var captures = new CaptureMerge([new CaptureInput(file, IsNamed: true)], new CaptureTally());
        var flows = new Collected();
        var decoder = new DatagramDecoder(new FlowOptions(), new ExporterCatalog(new ExporterDirectory()), new HopCounters(), flows);
        while (captures.TryRead(out var datagram))
        {
            byte[] payload = [.. datagram.Payload];
            times?.Move(datagram.Session, payload);
            flows.Exported = ExportHeader.UnixSeconds(payload) * 1000L;
            decoder.Decode(payload, datagram.Session, datagram.ArrivalUnixMilliseconds + ((times?.Seconds ?? 0) * 1000));
        }

        decoder.Complete();
        return flows.Told;
    }

    private static string Write(TemporaryFolder folder, byte[][] datagrams) =>
        folder.Write("exports", CaptureFiles.Pcap([.. datagrams.Select(datagram => Frames.Ethernet(Frames.IPv4(Frames.Udp(datagram))))]));

    private static string Folder([System.Runtime.CompilerServices.CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "captures"));

    private readonly record struct Told(long Start, long End, long Exported);

    private sealed class Collected : IFlowStartSink
    {
        public List<Told> Told { get; } = [];

        public long Exported { get; set; }

        public void Offer(in FlowStart start) => Told.Add(new Told(
            start.StartUnixMilliseconds + start.ClockCorrectionMilliseconds, start.EndUnixMilliseconds + start.ClockCorrectionMilliseconds,
            Exported));
    }
}
