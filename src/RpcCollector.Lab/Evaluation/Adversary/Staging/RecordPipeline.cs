using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;
using RpcCollector.Transport;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>
/// Datagrams of true and forged exporters, through the real decoder, orientation and join: what is left of a trick on the wire when it
/// reaches the judge.
/// </summary>
internal sealed class RecordPipeline : IActivitySink
{
    // Between two datagrams the clock is moved so far at a time, and no further than what the join holds.
    private const long Step = 60_000;
    private const long LongestHold = 45 * 60_000;

    private readonly List<ArrivedChange> _changes = [];
    private readonly ClientShard _shard;
    private readonly DatagramDecoder _decoder;
    private long _clock;

    public RecordPipeline(CollectorOptions options, ExporterDirectory exporters, IKnownEndpoints endpoints)
    {
        var catalog = new ExporterCatalog(exporters);
        catalog.Admit(options.Flows);
        _shard = new ClientShard(options.Detection.Join, this, new HopCounters(), exporters: exporters) { KnownEndpoints = endpoints };
        _decoder = new DatagramDecoder(options.Flows, catalog, new HopCounters(), new DirectRoute(_shard));
    }

    /// <param name="datagrams">In any order; taken in that of their arrival.</param>
    /// <returns>In the order of arrival.</returns>
    public IReadOnlyList<ArrivedChange> Run(IEnumerable<StagedDatagram> datagrams)
    {
        foreach (var datagram in datagrams.OrderBy(datagram => datagram.ArrivalUnixMilliseconds))
        {
            AdvanceTo(datagram.ArrivalUnixMilliseconds);
            _decoder.Decode(datagram.Payload, datagram.Session, _clock);
        }

        if (_clock > 0) AdvanceTo(_clock + LongestHold);
        _decoder.Complete();
        _shard.Complete();
        return _changes;
    }

    public void Publish(in ActivityChange change) => _changes.Add(new ArrivedChange(change, _clock));

    public void Publish(in ContactChange change) => _changes.Add(new ArrivedChange(change, _clock));

    private void AdvanceTo(long arrival)
    {
        var held = _clock == 0 ? 0 : Math.Min(arrival, _clock + LongestHold);
        while (_clock + Step < held)
        {
            _clock += Step;
            _shard.AdvanceTo(_clock);
        }

        _clock = Math.Max(_clock, arrival);
        _shard.AdvanceTo(_clock);
    }
}

/// <summary>A datagram that reaches the collector.</summary>
internal sealed record StagedDatagram(byte[] Payload, TransportSession Session, long ArrivalUnixMilliseconds);
