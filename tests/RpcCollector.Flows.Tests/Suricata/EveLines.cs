using System.Text;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Flows.Tests.Suricata;

/// <summary>Suricata's events with the decoder behind them, for a test.</summary>
internal sealed class EveLines
{
    private readonly EveLog _log;
    private readonly EveFlowDecoder _decoder;

    public EveLines()
    {
        _log = new EveLog(Counters);
        _decoder = new EveFlowDecoder(new FlowOptions(), Counters, Collected);
        Sensor = ZeekSensor.Of(new ExporterCatalog(new ExporterDirectory()), ZeekSensor.DefaultAddress(0))!;
    }

    public HopCounters Counters { get; } = new();

    public CollectedFlowStarts Collected { get; } = new();

    public ZeekSensor Sensor { get; }

    public FlowStart Only => Assert.Single(Collected.FlowStarts);

    public EveLines Read(params string[] lines)
    {
        foreach (var line in lines)
        {
            var kind = _log.Read(Encoding.UTF8.GetBytes(line));
            if (kind is EveEventKind.DceRpc or EveEventKind.Smb) Counters.Use(Hop.SuricataLine);
            if (kind is not (EveEventKind.Flow or EveEventKind.NetFlow)) continue;
            if (_decoder.TryRead(_log.Event, kind, Sensor, out var flow)) _decoder.Offer(flow);
        }

        foreach (var hop in (Hop[])[Hop.SuricataLine, Hop.FlowRecord])
            Assert.Equal((hop, Counters.Received(hop)), (hop, Counters.Used(hop) + Counters.Rejected(hop)));
        return this;
    }

    public void AssertRejected(Hop hop, Rejection reason)
    {
        Assert.Equal((1, 1), (Counters.Rejected(hop, reason), Counters.Rejected(Hop.SuricataLine) + Counters.Rejected(Hop.FlowRecord)));
        Assert.Empty(Collected.FlowStarts);
    }
}
