using System.Buffers;
using System.Threading.Channels;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Transport;

/// <summary>
/// Receives IPFIX over TCP, and over TLS: connections of all endpoints are read as they come, and one thread decodes the Messages of
/// all.
/// </summary>
/// <remarks>
/// Between them stands a bounded queue. When it is full the connections are not read, and TCP holds the exporters back: nothing is
/// lost.
/// </remarks>
internal sealed class StreamListener : IDisposable
{
    /// <summary>Messages between the connections and the decoding thread: 16 MiB if all are as long as they can be.</summary>
    private const int MaxQueuedMessages = 256;

    // After this many milliseconds without a pause, the decoding thread is so busy that it leaves all joining to the shards' threads.
    private const long Patience = 20;

    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(2);

    private readonly OpenConnections _open = new();
    private readonly List<ConnectionAcceptor> _acceptors = [];
    private readonly Channel<StreamedMessage> _messages =
        Channel.CreateBounded<StreamedMessage>(
            new BoundedChannelOptions(MaxQueuedMessages) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly DatagramDecoder _decoder;
    private readonly ShardRouter _router;
    private readonly ArrivalClock _clock;
    private readonly Thread _thread;
    private long _busySince;

    /// <summary>Reads the certificates and binds the sockets; connections queue in the kernel until <see cref="Start"/>.</summary>
    /// <exception cref="StartupException">An endpoint cannot be bound, or a certificate cannot be used.</exception>
    public StreamListener(
        TcpOptions options, ExporterCatalog catalog, DatagramDecoder decoder, ShardRouter router, ArrivalClock clock, ILogger logger)
    {
        (_decoder, _router, _clock) = (decoder, router, clock);
        Heartbeat = new Heartbeat(Part.TcpDecoder, "tcp decoder", Heartbeat.OfThread);
        _thread = new Thread(() => Heartbeat.Run(Run)) { Name = "tcp", IsBackground = true };
        try
        {
            var tls = TlsIdentity.Load(options);
            IsEncrypted = tls is not null;
            for (var i = 0; i < options.Listen.Count; i++)
            {
                var setting = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Tcp)}:{nameof(TcpOptions.Listen)}:{i}";
                if (!ListenEndpoint.TryParse(options.Listen[i], out var endpoint))
                    throw new StartupException($"{setting}: not an endpoint");
                _acceptors.Add(new ConnectionAcceptor(endpoint, setting, options, tls, catalog, Connections, _open, logger));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where it listens, with the ports that the system chose where the settings say 0.</summary>
    public IEnumerable<ListenEndpoint> Endpoints => _acceptors.Select(acceptor => acceptor.Endpoint);

    /// <summary>True when connections are over TLS.</summary>
    public bool IsEncrypted { get; }

    public ConnectionCounters Connections { get; } = new();

    /// <summary>Of the decoding thread.</summary>
    public Heartbeat Heartbeat { get; }

    public IEnumerable<Heartbeat> Heartbeats => [Heartbeat, .. _acceptors.Select(acceptor => acceptor.Heartbeat)];

    public bool IsRunning => _thread.IsAlive;

    public DatagramDecoder Decoder => _decoder;

    public void Start()
    {
        _thread.Start();
        foreach (var acceptor in _acceptors) _ = acceptor.AcceptAsync(_messages.Writer);
    }

    /// <summary>Accepts no more, and lets the connections read what has arrived.</summary>
    public void Stop()
    {
        _open.Stop(LongestDrain);
        foreach (var acceptor in _acceptors) acceptor.Dispose();
    }

    /// <summary>Waits for the connections and for the thread.</summary>
    /// <returns>False when the thread has not ended by then.</returns>
    public bool Join(TimeSpan? patience = null)
    {
        var began = Environment.TickCount64;
        var longest = LongestDrain + TimeSpan.FromSeconds(1);
        _open.Wait(patience < longest ? patience.Value : longest);
        _messages.Writer.TryComplete();
        if (patience is null) return _thread.Join(Timeout.InfiniteTimeSpan);
        var left = patience.Value - TimeSpan.FromMilliseconds(Environment.TickCount64 - began);
        return _thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    public void Dispose()
    {
        foreach (var acceptor in _acceptors) acceptor.Dispose();
        _open.Dispose();
    }

    private void Run()
    {
        Task<bool>? more = null;
        while (true)
        {
            Heartbeat.Beat();
            _busySince = Environment.TickCount64;
            while (_messages.Reader.TryRead(out var message))
            {
                Take(message);
                Heartbeat.Beat();
            }

            _router.Flush();
            more ??= _messages.Reader.WaitToReadAsync().AsTask();
            if (!more.Wait(DatagramWait.Longest)) _decoder.AdvanceTo(Enter());
            else if (more.Result) more = null;
            else break;
        }

        _decoder.Complete();
        _router.Flush();
    }

    private long Enter()
    {
        var now = _clock.Read();
        _router.ArrivalEra = now.Era;
        return _decoder.Enter(now);
    }

    private void Take(in StreamedMessage message)
    {
        if (message.Octets is { } octets)
        {
            var arrival = Enter();
            _router.IsBehind = Environment.TickCount64 - _busySince >= Patience;
            _decoder.Decode(octets.AsSpan(0, message.Length), message.Session, arrival);
            ArrayPool<byte>.Shared.Return(octets);
            _router.Show(arrival);
        }
        else if (message.Fault != Rejection.None)
        {
            _decoder.Counters.Receive(Hop.Datagram);
            _decoder.Counters.Reject(Hop.Datagram, message.Fault);
        }
        else
        {
            _decoder.End(message.Session);
        }
    }
}
