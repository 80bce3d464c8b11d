using System.Text;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Flows.Tests.Zeek;

/// <summary>A log with the decoder behind it, for a test.</summary>
internal sealed class ZeekLines
{
    public const string Fields =
        "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\thistory" +
        "\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes";
    public const string Header =
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2020-05-01-07-00-00\n#fields\t"
        + Fields + "\n#types\ttime";

    private readonly ConnDecoder _decoder;
    private readonly ZeekLog _log;

    public ZeekLines(ZeekLogKind byName = ZeekLogKind.Unknown)
    {
        _log = new ZeekLog(byName, Counters);
        _decoder = new ConnDecoder(new FlowOptions(), Counters, Collected);
        Sensor = ZeekSensor.Of(new ExporterCatalog(new ExporterDirectory()), ZeekSensor.DefaultAddress(0))!;
    }

    public HopCounters Counters { get; } = new();

    public CollectedFlowStarts Collected { get; } = new();

    public ZeekSensor Sensor { get; }

    public FlowStart Only => Assert.Single(Collected.FlowStarts);

    public ZeekLines Read(params string[] lines)
    {
        foreach (var line in lines.SelectMany(line => line.Split('\n')))
        {
            if (_log.Read(Encoding.UTF8.GetBytes(line)) != ZeekLogKind.Conn || !_decoder.TryRead(_log.Line, Sensor, out var flow)) continue;
            _decoder.Offer(flow);
        }

        foreach (var hop in (Hop[])[Hop.ZeekLine, Hop.FlowRecord])
            Assert.Equal((hop, Counters.Received(hop)), (hop, Counters.Used(hop) + Counters.Rejected(hop)));
        return this;
    }

    public void AssertRejected(Hop hop, Rejection reason)
    {
        Assert.Equal((1, 1), (Counters.Rejected(hop, reason), Counters.Rejected(Hop.ZeekLine) + Counters.Rejected(Hop.FlowRecord)));
        Assert.Empty(Collected.FlowStarts);
    }
}
