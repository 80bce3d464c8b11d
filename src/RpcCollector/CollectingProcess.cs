using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Http;
using RpcCollector.Metrics;
using RpcCollector.Options;
using RpcCollector.Transport;

namespace RpcCollector;

/// <summary>The live way, hop by hop: Datagram, ExportMessage, DataRecord, FlowRecord, FlowStart, ClientShard, RpcActivity, feed (RFC 7011, 2: Collecting Process).</summary>
/// <remarks>
/// A thread a listener receives and decodes; a thread a shard joins. Between them stand bounded rings, one for each pair. When a shard is behind, decoding waits,
/// the kernel's buffer fills, and the loss is counted there.
/// </remarks>
internal sealed class CollectingProcess : IHostedService, IDisposable
{
    /// <summary>Flow starts between one decoding thread and one shard: about 120 KiB.</summary>
    private const int RingCapacity = 1_024;

    private readonly ILogger<CollectingProcess> _logger;
    private readonly UdpOptions _udp;
    private readonly List<UdpListener> _listeners = [];
    private readonly ShardThread[] _shards;
    private readonly HopCounters[] _counters;
    private readonly CollectorHealth _health;
    private bool _started;
    private bool _stopped;

    /// <summary>Builds every hop and binds the sockets; nothing is read before the start.</summary>
    /// <exception cref="StartupException">An endpoint cannot be had.</exception>
    public CollectingProcess(CollectorOptions options, ExporterCatalog catalog, IActivitySink feed, CollectorGauges gauges, CollectorHealth health, ILogger<CollectingProcess> logger)
    {
        (_udp, _health, _logger) = (options.Udp, health, logger);
        var (numListeners, numShards) = (options.Udp.Listen.Count, options.Detection.NumShards);
        _counters = [.. Enumerable.Range(0, numListeners + numShards).Select(_ => new HopCounters())];
        var rings = new FlowStartRing[numListeners, numShards];

        // From the end of the way to its beginning, since each hop is given the next.
        // 4. FlowStart to RpcActivity, and on to the feed.
        _shards = new ShardThread[numShards];
        for (var shard = 0; shard < numShards; shard++)
        {
            var incoming = new FlowStartRing[numListeners];
            for (var listener = 0; listener < numListeners; listener++) incoming[listener] = rings[listener, shard] = new FlowStartRing(RingCapacity);
            _shards[shard] = new ShardThread(shard, new ClientShard(options.Detection.Join, feed, _counters[numListeners + shard], numShards), incoming);
        }

        try
        {
            for (var listener = 0; listener < numListeners; listener++)
            {
                // 3. FlowStart to the shard that owns its client.
                var router = new ShardRouter([.. Enumerable.Range(0, numShards).Select(shard => rings[listener, shard])], _shards);

                // 2. Datagram to ExportMessage, DataRecord, FlowRecord and FlowStart.
                var decoder = new DatagramDecoder(options.Flows, catalog, _counters[listener], router);

                // 1. Socket to Datagram.
                var setting = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Udp)}:{nameof(UdpOptions.Listen)}:{listener}";
                if (!ListenEndpoint.TryParse(options.Udp.Listen[listener], out var endpoint)) throw new StartupException($"{setting}: not an endpoint");
                _listeners.Add(new UdpListener(endpoint, setting, options.Udp, decoder, router));
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        ShowIn(gauges);
        health.StoppedThreads = StoppedThreads;
    }

    public IReadOnlyList<UdpListener> Listeners => _listeners;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var shard in _shards) shard.Start();
        foreach (var listener in _listeners) listener.Start();
        _started = _health.ListenersBound = true;
        var granted = _listeners.Min(listener => listener.ReceiveBufferBytes);
        if (granted < _udp.ReceiveBufferBytes)
            LogEvents.BufferIsSmall(_logger, granted, _udp.ReceiveBufferBytes, $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Udp)}:{nameof(UdpOptions.ReceiveBufferBytes)}");
        return Task.CompletedTask;
    }

    /// <summary>Stops in flow order: what the kernel still holds is read, what the rings hold is joined, what waits in the shards is reported.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started || _stopped) return Task.CompletedTask;
        _stopped = true;
        _health.ListenersBound = false;
        foreach (var listener in _listeners) listener.Stop();
        foreach (var listener in _listeners) listener.Join();
        foreach (var shard in _shards) shard.Finish();
        LogEvents.Stopped(
            _logger, _counters.Sum(c => c.Received(Hop.Datagram)), _counters.Sum(c => c.Received(Hop.DataRecord)), _counters.Sum(c => c.Received(Hop.FlowStart)));
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        foreach (var listener in _listeners) listener.Dispose();
        foreach (var shard in _shards) shard.Dispose();
    }

    private void ShowIn(CollectorGauges gauges)
    {
        gauges.Counters = _counters;
        gauges.Listeners = [.. _listeners.Select(listener => new ListenerGauges(listener.Endpoint.Port, () => listener.ReceiveBufferBytes, () => listener.KernelDrops) { Datagrams = () => listener.Decoder.Counters.Received(Hop.Datagram) })];
        gauges.ReceivedBytes = () => _listeners.Sum(listener => listener.Decoder.ReceivedOctets);
        gauges.OptionsRecords = () => _listeners.Sum(listener => listener.Decoder.OptionsRecords);
        gauges.WaitingSets = () => _listeners.Sum(listener => listener.Decoder.WaitingSets);
        gauges.WaitingBytes = () => _listeners.Sum(listener => listener.Decoder.WaitingBytes);
        gauges.QueuedFlowStarts = () => _shards.Sum(shard => shard.NumQueued);
        gauges.OpenMapperFlows = () => _shards.Sum(shard => shard.Shard.OpenMapperFlows);
        gauges.EvictedMapperFlows = () => _shards.Sum(shard => shard.Shard.EvictedMapperFlows);
        gauges.EvictedEndpointFlows = () => _shards.Sum(shard => shard.Shard.EvictedEndpointFlows);
        gauges.LateFlowStarts = () => _shards.Sum(shard => shard.Shard.LateFlowStarts);
        gauges.WaitingEndpointFlows = () => _shards.Sum(shard => shard.Shard.WaitingEndpointFlows);
    }

    private IReadOnlyList<string> StoppedThreads() => !_started ? [] :
    [
        .. _listeners.Where(listener => !listener.IsRunning).Select(listener => $"udp {listener.Endpoint}"),
        .. _shards.Where(shard => !shard.IsRunning).Select(shard => $"shard {shard.Number}"),
    ];
}
