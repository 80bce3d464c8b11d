using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Http;
using RpcCollector.Judging;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Scale;
using RpcCollector.Store;
using RpcCollector.Transport;
using RpcCollector.Vitals;
using RpcCollector.ZeekLogs;

namespace RpcCollector;

/// <summary>
/// The live path, hop by hop: Datagram, ExportMessage, DataRecord, FlowRecord, FlowStart, ClientShard, RpcActivity, feed (RFC 7011, 2:
/// Collecting Process). In a sensor it ends with FlowStart, which goes to the log.
/// </summary>
/// <remarks>
/// One or more threads for each UDP endpoint receive and decode, one thread decodes what comes over TCP, and one thread for each shard
/// joins. Between them are bounded rings, one for each decoding thread and shard. When a shard is behind, decoding waits, the kernel's
/// buffer fills, and the loss is counted there.
/// </remarks>
internal sealed class CollectingProcess : IHostedService, IDisposable
{
    /// <summary>Flow starts between one decoding thread and one shard: 256 KiB.</summary>
    private const int RingCapacity = 2_048;

    private readonly ILogger<CollectingProcess> _logger;
    private readonly UdpOptions _udp;
    private readonly List<UdpListener> _listeners = [];
    private readonly Forwarder? _forwarder;
    private readonly StreamListener? _streams;
    private readonly ZeekFollower? _zeek;
    private readonly ShardThread[] _shards;
    private readonly ClientShard[] _joining;
    private readonly HopCounters[] _counters;
    private readonly CollectorHealth _health;
    private readonly StopDeadline _stop;
    private readonly HeldFlows? _held;
    private bool _started;
    private bool _stopped;

    /// <summary>Builds every hop and binds the sockets; nothing is read before the start.</summary>
    /// <param name="log">Where a sensor's flow starts go, to be joined elsewhere; null where they are joined here.</param>
    /// <param name="telling">The same of what logs tell besides flows, to be judged elsewhere.</param>
    /// <param name="held">Carries what the shards hold over a planned restart; null when nothing is kept.</param>
    /// <exception cref="StartupException">An endpoint cannot be opened.</exception>
    /// <param name="state">Asked for at the start: the sockets are bound before the store is touched.</param>
    public CollectingProcess(
        CollectorOptions options, ExporterCatalog catalog, Func<StateStore> state, IActivitySink feed, JudgeThread judge,
        NameBook names, ArrivalClock clock, CollectorGauges gauges, CollectorHealth health, Heartbeats heartbeats, StopDeadline stop,
        ILogger<CollectingProcess> logger, HeldFlows? held = null, FlowLogWriting? log = null, LogTelling? telling = null)
    {
        (_udp, _health, _stop, _logger, _held) = (options.Udp, health, stop, logger, held);
        var numShards = log?.NumPartitions ?? options.Detection.NumShards;
        var perEndpoint = Math.Min(options.Udp.NumReceivers(Environment.ProcessorCount), UdpSocket.MostReceivers);
        var numReceivers = options.Udp.Listen.Count * perEndpoint;
        var numDatagramDecoders = numReceivers + (options.Tcp.Listen.Count > 0 ? 1 : 0);
        var numDecoders = numDatagramDecoders + (options.Zeek.Folders.Length + options.Suricata.Files.Length > 0 ? 1 : 0);
        _counters = [.. Enumerable.Range(0, numDecoders + numShards).Select(_ => new HopCounters())];
        var rings = new FlowStartRing[numDecoders, numShards];

        // Built from the last hop to the first, because each hop is given the next one.
        // 4. FlowStart to RpcActivity, and on to the feed; or, in a sensor, to the log.
        _joining = log is not null ? [] :
        [
            .. Enumerable.Range(0, numShards).Select(shard =>
                new ClientShard(options.Detection.Join, feed, _counters[numDecoders + shard], numShards, catalog.Directory)
                {
                    KnownEndpoints = judge.KnownEndpoints,
                }),
        ];
        _shards = new ShardThread[numShards];
        for (var shard = 0; shard < numShards; shard++)
        {
            var incoming = new FlowStartRing[numDecoders];
            for (var decoder = 0; decoder < numDecoders; decoder++)
                incoming[decoder] = rings[decoder, shard] = new FlowStartRing(RingCapacity);
            IShard taking = log is null ? _joining[shard] : log.PartitionOf(shard, _counters[numDecoders + shard]);
            _shards[shard] = new ShardThread(shard, taking, incoming, clock);
        }

        try
        {
            // 3. FlowStart to the shard that owns its client.
            var site = options.Scale.FindSite();
            ShardRouter[] routers =
                [.. Enumerable.Range(0, numDecoders)
                    .Select(decoder =>
                    new ShardRouter(
                        [.. Enumerable.Range(0, numShards).Select(shard => rings[decoder, shard])], _shards, site, catalog.Directory))];

            // 2. Datagram to ExportMessage, DataRecord, FlowRecord and FlowStart.
            DatagramDecoder[] decoders =
                [.. Enumerable.Range(0, numDatagramDecoders)
                    .Select(number => new DatagramDecoder(options.Flows, catalog, _counters[number], routers[number]))];

            // 1. Socket to Datagram, of which a copy may go on to other collectors; over TCP, connection to Message.
            _forwarder = Forwarder.Open(options.Udp, numReceivers);
            for (var number = 0; number < options.Udp.Listen.Count; number++)
            {
                var first = number * perEndpoint;
                var (endpoint, sources) = Open(options.Udp, number, perEndpoint);
                _listeners.Add(new UdpListener(
                    endpoint,
                    [.. sources.Select((source, i) => new UdpReceiver(
                        source, decoders[first + i], routers[first + i], clock, perEndpoint == 1 ? 0 : i + 1,
                        _forwarder?.Lane(first + i)))]));
            }

            if (numDatagramDecoders > numReceivers)
                _streams = new StreamListener(options.Tcp, catalog, decoders[^1], routers[numReceivers], clock, logger);

            // 1 to 3 for Zeek and Suricata: lines of conn.log and flow events to FlowRecord and FlowStart, lines of dce_rpc.log and
            // dcerpc and smb events to RpcOperation and the judge, those about hosts and users to the book of names.
            if (numDecoders > numDatagramDecoders)
                _zeek = new ZeekFollower(
                    options, catalog, state, _counters[numDatagramDecoders], routers[^1], telling is null ? judge : telling, names, clock,
                    logger, telling);
        }
        catch
        {
            Dispose();
            throw;
        }

        ShowIn(gauges);
        foreach (var heartbeat in OwnHeartbeats) heartbeats.Add(heartbeat);
        health.StoppedThreads = StoppedThreads;
    }

    public IReadOnlyList<UdpListener> Listeners => _listeners;

    /// <summary>What listens on TCP; null when nothing does.</summary>
    public StreamListener? Streams => _streams;

    private IEnumerable<Heartbeat> OwnHeartbeats =>
    [
        .. _listeners.SelectMany(listener => listener.Heartbeats),
        .. _forwarder is null ? Array.Empty<Heartbeat>() : [_forwarder.Heartbeat],
        .. _streams?.Heartbeats ?? [],
        .. _zeek is null ? Array.Empty<Heartbeat>() : [_zeek.Heartbeat],
        .. _shards.Select(shard => shard.Heartbeat),
    ];

    private IEnumerable<DatagramDecoder> Decoders =>
        _streams is null
        ? _listeners.SelectMany(listener => listener.Decoders)
        : [.. _listeners.SelectMany(listener => listener.Decoders), _streams.Decoder];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // What refuses to start does so before anything runs.
        _zeek?.Prepare();
        _held?.Restore(_joining);
        foreach (var shard in _shards) shard.Start();
        _forwarder?.Start();
        foreach (var listener in _listeners) listener.Start();
        _streams?.Start();
        _zeek?.Start();
        _started = _health.ListenersBound = true;
        var granted = _listeners.Min(listener => listener.LeastReceiveBufferBytes);
        if (granted < _udp.ReceiveBufferBytes)
            LogEvents.BufferIsSmall(
                _logger, granted, _udp.ReceiveBufferBytes,
                $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Udp)}:{nameof(UdpOptions.ReceiveBufferBytes)}");
        foreach (var destination in _forwarder?.Destinations ?? [])
        {
            if (destination.AddressesLostBecause is { } reason) LogEvents.ForwardingFromHere(_logger, destination.Target, reason);
            else LogEvents.Forwarding(_logger, destination.Target);
        }

        if (_streams is not null)
            LogEvents.ReceivingOverTcp(_logger, _streams.IsEncrypted ? "TLS" : "TCP", string.Join(", ", _streams.Endpoints));
        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops in flow order: what the kernel still holds is read, what the rings hold is joined, what waits in the shards is kept, or
    /// reported.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started || _stopped) return Task.CompletedTask;
        _stopped = true;
        _health.ListenersBound = false;
        foreach (var listener in _listeners) listener.Stop();
        _streams?.Stop();
        _zeek?.Stop();
        foreach (var listener in _listeners)
            _stop.Await($"udp {listener.Endpoint}", StopDeadline.Receivers, left => listener.Join(left));
        if (_forwarder is not null)
        {
            _forwarder.Stop();
            _stop.Await("forwarder", StopDeadline.Receivers, left => _forwarder.Join(left));
        }

        if (_streams is not null) _stop.Await("tcp", StopDeadline.Receivers, left => _streams.Join(left));
        if (_zeek is not null) _stop.Await("zeek", StopDeadline.Receivers, left => _zeek.Join(left));
        EndShards();
        LogEvents.Stopped(
            _logger, _counters.Sum(c => c.Received(Hop.Datagram)), _counters.Sum(c => c.Received(Hop.DataRecord)),
            _counters.Sum(c => c.Received(Hop.FlowStart)));
        return Task.CompletedTask;
    }

    /// <summary>The process has started for good.</summary>
    public void Settle() => _held?.Settle();

    private void EndShards()
    {
        // A shard whose thread goes on is its own, and what it holds is lost.
        IShard[] ended =
            [.. _shards.Where(shard => _stop.Await($"shard {shard.Number}", StopDeadline.Shards, left => shard.End(left)))
                .Select(shard => shard.Shard)];

        // A start that failed: what was taken is still there for the next.
        if (_held is { IsSettled: false }) return;
        var isKept = false;
        if (_held is { } held)
        {
            void Save() => isKept = held.Save([.. ended.OfType<ClientShard>()], _stop.Left(StopDeadline.HeldFlows));
            if (!_stop.Do("held flows", StopDeadline.HeldFlows, Save)) return;
        }

        if (isKept) return;
        _stop.Do("flows that wait", StopDeadline.Completing, () =>
        {
            foreach (var shard in ended) shard.Complete();
        });
    }

    public void Dispose()
    {
        StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        foreach (var listener in _listeners) listener.Dispose();
        if (_forwarder is { IsRunning: false }) _forwarder.Dispose();
        _streams?.Dispose();
        _zeek?.Dispose();
        foreach (var shard in _shards) shard.Dispose();
    }

    private static (ListenEndpoint Endpoint, IReadOnlyList<IDatagramSource> Sources) Open(UdpOptions options, int number, int count)
    {
        var setting = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Udp)}:{nameof(UdpOptions.Listen)}:{number}";
        if (!ListenEndpoint.TryParse(options.Listen[number], out var endpoint)) throw new StartupException($"{setting}: not an endpoint");
        return (endpoint, UdpSocket.Open(endpoint, setting, options, count));
    }

    private void ShowIn(CollectorGauges gauges)
    {
        gauges.Counters = _counters;
        gauges.Listeners = [.. _listeners.Select(Gauges)];
        if (_streams is { } streams)
        {
            gauges.Streams =
            [
                new StreamGauges(
                    streams.IsEncrypted ? "tls" : "tcp", string.Join(", ", streams.Endpoints),
                    () => streams.Decoder.Counters.Received(Hop.Datagram)),
            ];
        }

        gauges.Forwarder = _forwarder;
        gauges.Connections = _streams?.Connections ?? gauges.Connections;
        gauges.ReceivedBytes = () => Decoders.Sum(decoder => decoder.ReceivedOctets);
        gauges.OptionsRecords = () => Decoders.Sum(decoder => decoder.OptionsRecords);
        gauges.WaitingSets = () => Decoders.Sum(decoder => decoder.WaitingSets);
        gauges.WaitingBytes = () => Decoders.Sum(decoder => decoder.WaitingBytes);
        gauges.QueuedFlowStarts = () => _shards.Sum(shard => shard.NumQueued);
        gauges.Show(_joining);
    }

    private ListenerGauges Gauges(UdpListener listener) =>
        new(listener.Endpoint.Port, () => listener.ReceiveBufferBytes, () => (long)listener.NumReceivers * _udp.ReceiveBufferBytes,
            () => listener.KernelDrops)
        { Datagrams = () => listener.Datagrams, Endpoint = listener.Endpoint.ToString() };

    private IReadOnlyList<string> StoppedThreads() => !_started ? [] :
    [
        .. _listeners.Where(listener => !listener.IsRunning).Select(listener => $"udp {listener.Endpoint}"),
        .. _forwarder is { IsRunning: false } ? ["forwarder"] : Array.Empty<string>(),
        .. _streams is { IsRunning: false } ? ["tcp"] : Array.Empty<string>(),
        .. _zeek is { IsRunning: false } ? ["zeek"] : Array.Empty<string>(),
        .. _shards.Where(shard => !shard.IsRunning).Select(shard => $"shard {shard.Number}"),
    ];
}
