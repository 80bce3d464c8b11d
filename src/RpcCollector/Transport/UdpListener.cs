using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>Receives the datagrams of one endpoint on a thread of its own and decodes them there.</summary>
internal sealed class UdpListener : IDisposable
{
    // While the process ends, what the kernel has kept is still read, but exporters that never pause must not hold it up.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(2);

    private readonly IDatagramSource _source;
    private readonly DatagramDecoder _decoder;
    private readonly ShardRouter _router;
    private readonly Thread _thread;
    private readonly ushort _port;
    private readonly HostAddress _address;
    private long _drainUntil;
    private volatile bool _stopping;

    /// <summary>Takes a bound source; datagrams wait in the kernel's buffer until <see cref="Start"/>.</summary>
    /// <param name="endpoint">As it was configured.</param>
    /// <param name="source">Belongs to the listener from here on.</param>
    public UdpListener(ListenEndpoint endpoint, IDatagramSource source, DatagramDecoder decoder, ShardRouter router)
    {
        (_source, _decoder, _router) = (source, decoder, router);
        (_address, _port) = (HostAddress.From(source.LocalEndPoint.Address), (ushort)source.LocalEndPoint.Port);
        Endpoint = endpoint with { Port = _port };
        _thread = new Thread(Run) { Name = $"udp {Endpoint}", IsBackground = true };
    }

    /// <summary>Where it listens, with the port that was given if any would do.</summary>
    public ListenEndpoint Endpoint { get; }

    /// <summary>What the kernel granted.</summary>
    public int ReceiveBufferBytes => _source.ReceiveBufferBytes;

    public bool IsRunning => _thread.IsAlive;

    public DatagramDecoder Decoder => _decoder;

    /// <summary>Datagrams that the kernel dropped because the receive buffer was full.</summary>
    public long KernelDrops => _source.KernelDrops;

    public void Start() => _thread.Start();

    /// <summary>Asks the thread to read what has arrived and to end.</summary>
    public void Stop()
    {
        _drainUntil = Environment.TickCount64 + (long)LongestDrain.TotalMilliseconds;
        _stopping = true;
    }

    /// <summary>Waits for the end of the thread.</summary>
    public void Join() => _thread.Join();

    public void Dispose() => _source.Dispose();

    private void Run()
    {
        var pace = new ReceivePace(_source.BatchSize, _source.ReceiveBufferBytes);
        var next = NextLook.WhenOneComes;
        while (true)
        {
            // Read before the socket is: what had arrived by then is taken.
            var stopping = _stopping;
            var count = _source.Receive(wait: next == NextLook.WhenOneComes && !stopping);

            // One look at the clock for the whole batch.
            var arrival = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            for (var i = 0; i < count; i++) Take(_source.Datagram(i), arrival);
            if (count == 0) _decoder.AdvanceTo(arrival);
            next = pace.After(count, arrival);
            if (next == NextLook.WhenOneComes) _router.Flush();
            else _router.Show(arrival);
            if (stopping && (count == 0 || Environment.TickCount64 >= _drainUntil)) break;
            if (next == NextLook.AfterPause && !stopping) Thread.Sleep(pace.PauseMilliseconds);
        }

        _decoder.Complete();
        _router.Flush();

        // Once the socket is closed the system no longer tells.
        _ = _source.KernelDrops;
    }

    private void Take(in ReceivedDatagram datagram, long arrivalUnixMilliseconds)
    {
        if (datagram.IsTruncated) _decoder.Counters.Note(Irregularity.DatagramTruncated);
        _decoder.Decode(datagram.Payload, new TransportSession(datagram.ExporterAddress, datagram.ExporterPort, _address, _port), arrivalUnixMilliseconds);
    }
}
