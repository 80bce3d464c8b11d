using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Time;
using RpcCollector.Vitals;

namespace RpcCollector.Transport;

/// <summary>
/// One thread with one socket: receives datagrams and decodes them. While a sibling on the same port cannot keep up and this one can,
/// it takes from the sibling's socket too.
/// </summary>
internal sealed class UdpReceiver : IDisposable
{
    // While the process ends, what the kernel has kept is still read, but exporters that never pause must not hold it up.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(2);

    private readonly IDatagramSource _source;
    private readonly ShardRouter _router;
    private readonly ArrivalClock _clock;
    private readonly ReceivePace _pace;
    private readonly ForwardLane? _forward;
    private readonly Thread _thread;
    private readonly HostAddress _address;
    private readonly ushort _port;
    private IReadOnlyList<UdpReceiver> _siblings = [];
    private long _drainUntil;
    private volatile bool _stopping;
    private volatile bool _isWaiting;
    private volatile bool _isBehind;

    /// <summary>Takes a bound source; datagrams wait in the kernel's buffer until <see cref="Start"/>.</summary>
    /// <param name="source">Belongs to the receiver from here on.</param>
    /// <param name="forward">Where a copy of every datagram goes; null for nowhere.</param>
    /// <param name="number">Which of the receivers of its port it is, from 1 on; 0 when it is the only one.</param>
    public UdpReceiver(IDatagramSource source, DatagramDecoder decoder, ShardRouter router, ArrivalClock clock, int number = 0,
        ForwardLane? forward = null)
    {
        (_source, Decoder, _router, _clock, _forward) = (source, decoder, router, clock, forward);
        (_address, _port) = (HostAddress.From(source.LocalEndPoint.Address), (ushort)source.LocalEndPoint.Port);
        _pace = new ReceivePace(source.BatchSize, source.ReceiveBufferBytes);
        Heartbeat = new Heartbeat(Part.UdpReceiver, number == 0 ? $"udp {_port}" : $"udp {_port} receiver {number}", Heartbeat.OfThread);
        _thread = new Thread(() => Heartbeat.Run(Run)) { Name = $"udp {_port}", IsBackground = true };
    }

    public DatagramDecoder Decoder { get; }

    public ushort Port => _port;

    /// <summary>The receive buffer that the kernel granted.</summary>
    public int ReceiveBufferBytes => _source.ReceiveBufferBytes;

    /// <summary>Datagrams that the kernel dropped because the receive buffer was full.</summary>
    public long KernelDrops => _source.KernelDrops;

    public Heartbeat Heartbeat { get; }

    public bool IsRunning => _thread.IsAlive;

    /// <param name="siblings">The other receivers of the port.</param>
    public void Start(IReadOnlyList<UdpReceiver> siblings)
    {
        _siblings = siblings;
        _thread.Start();
    }

    /// <summary>Asks the thread to read what has arrived and to end.</summary>
    public void Stop()
    {
        _drainUntil = Environment.TickCount64 + (long)LongestDrain.TotalMilliseconds;
        _stopping = true;
        _source.EndWait();
    }

    /// <summary>Waits for the end of the thread.</summary>
    /// <returns>False when it has not ended by then.</returns>
    public bool Join(TimeSpan? patience = null) => _thread.Join(patience ?? Timeout.InfiniteTimeSpan);

    public void Dispose() => _source.Dispose();

    private void Run()
    {
        var next = NextLook.WhenOneComes;
        while (true)
        {
            // 1. Its own socket. The stop flag is read before the socket, so that everything that had arrived by then is taken.
            Heartbeat.Beat();
            var stopping = _stopping;
            var wait = next == NextLook.WhenOneComes && !stopping;
            _isWaiting = wait;
            var count = _source.Receive(wait);
            _isWaiting = false;

            // The clock is read once for the whole batch.
            var now = _clock.Read();
            _router.ArrivalEra = now.Era;
            var arrival = Decoder.Enter(now);
            Take(count, arrival);
            if (count == 0) Decoder.AdvanceTo(arrival);
            next = _pace.After(count, arrival);

            // 2. Its siblings'.
            _isBehind = _pace.IsBehind;
            if (_pace.ShouldCallSibling) CallSibling();
            if (count < _source.BatchSize && HelpsSibling(arrival)) next = NextLook.AtOnce;

            // 3. Copies to the forwarder, which sends what gathered during a pause at once.
            _forward?.Show(isPausing: next != NextLook.AtOnce);

            // 4. On to the shards, whose work this thread does itself while it has the time.
            _router.IsBehind = _isBehind;
            if (next == NextLook.WhenOneComes) _router.Flush();
            else _router.Show(arrival);
            if (stopping && (count == 0 || Environment.TickCount64 >= _drainUntil)) break;
            if (next == NextLook.AfterPause && !stopping) Thread.Sleep(_pace.PauseMilliseconds);
        }

        Decoder.Complete();
        _router.Flush();
        _forward?.Show(isPausing: true);

        // Reads the count a last time, because the system no longer reports it once the socket is closed.
        _ = _source.KernelDrops;
    }

    private void Take(int count, long arrivalUnixMilliseconds)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % DatagramDecoder.GroupSize == 0 && Decoder.LooksAhead) LookAhead(i, Math.Min(count, i + DatagramDecoder.GroupSize));
            var datagram = _source.Datagram(i);
            _forward?.Write(datagram);
            if (datagram.IsTruncated) Decoder.Counters.Note(Irregularity.DatagramTruncated);
            Decoder.Decode(datagram.Payload, SessionOf(datagram), arrivalUnixMilliseconds);
        }
    }

    private void LookAhead(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var datagram = _source.Datagram(i);
            Decoder.Expect(datagram.Payload, SessionOf(datagram));
        }

        Decoder.Prepare();
    }

    private TransportSession SessionOf(in ReceivedDatagram datagram) =>
        new(datagram.ExporterAddress, datagram.ExporterPort, _address, _port);

    // Siblings are called one at a time, so that no more help than are needed. A sibling that is awake notices by itself.
    private void CallSibling()
    {
        foreach (var sibling in _siblings)
        {
            if (!sibling._isWaiting) continue;
            sibling._source.EndWait();
            _pace.Called();
            return;
        }
    }

    private bool HelpsSibling(long arrivalUnixMilliseconds)
    {
        foreach (var sibling in _siblings)
        {
            if (!sibling._isBehind) continue;
            var count = _source.ReceiveFrom(sibling._source);
            Take(count, arrivalUnixMilliseconds);
            if (count > 0) return true;
        }

        return false;
    }
}
