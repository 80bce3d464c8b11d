using RpcCollector.Captures;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Transport;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Commands;

/// <summary>
/// Runs recorded exports and Zeek logs from datagram or line to finding: the hops of <see cref="CollectingProcess"/>, in capture time,
/// on one thread.
/// </summary>
internal sealed class Replay
{
    private const int ClockStepMilliseconds = 100;

    private readonly CaptureMerge _captures;
    private readonly CaptureTally _tally;
    private readonly ExporterCatalog _catalog;
    private readonly ReplayJudgement _judgement;
    private readonly NameBook _names;
    private readonly HopCounters _decoded = new();
    private readonly HopCounters _joined = new();
    private readonly ClientShard _shard;
    private readonly DatagramDecoder _decoder;
    private readonly ZeekDecoder _zeek;
    private long _clockUnixMilliseconds = long.MinValue;

    public Replay(CollectorOptions options, CaptureMerge captures, CaptureTally tally)
    {
        (_captures, _tally) = (captures, tally);
        _catalog = new ExporterCatalog(new ExporterDirectory(options.Flows.MaxExporters));
        _catalog.Admit(options.Flows);
        _names = new NameBook(options.Names);
        _judgement = new ReplayJudgement(options.Judgement, _catalog.Directory);
        _shard = new ClientShard(options.Detection.Join, _judgement, _joined, exporters: _catalog.Directory);
        var route = new DirectRoute(_shard);
        _decoder = new DatagramDecoder(options.Flows, _catalog, _decoded, route);
        _zeek = new ZeekDecoder(options.Flows, _decoded, route, _judgement);
        captures.Zeek?.DeliverTo(_zeek, _catalog);
    }

    /// <summary>Reads everything.</summary>
    /// <param name="progress">Called now and then, so that progress can be shown.</param>
    public ReplayResult Run(Action<CaptureMerge>? progress)
    {
        for (var count = 0; _captures.TryRead(out var recorded); count++)
        {
            var arrival = recorded.ArrivalUnixMilliseconds;
            if (arrival - ClockStepMilliseconds >= _clockUnixMilliseconds)
            {
                _judgement.AdvanceTo(arrival);
                _shard.KnownEndpoints = _judgement.KnownEndpoints;
                _shard.AdvanceTo(arrival);
                _clockUnixMilliseconds = arrival;
            }

            if (recorded is ZeekLogReader line) line.Deliver();
            else _decoder.Decode(recorded.Payload, recorded.Session, arrival);
            if (count % 1024 == 0) progress?.Invoke(_captures);
        }

        // Sets that wait for a Template are given up before the shard learns that the input has ended.
        _decoder.Complete();
        _shard.Complete();
        _judgement.Complete();
        progress?.Invoke(_captures);
        var findings = _judgement.Findings;
        return new ReplayResult(_judgement.Activities, findings, _catalog, _decoder.OptionsRecords, [_decoded, _joined], _tally)
        {
            RpcOperations = _zeek.NumOperations,
            Incidents = ReplayIncidents.Of(findings, _names),
        };
    }
}
