using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Transport;

/// <summary>
/// One thread that sends every datagram on to other collectors, unchanged. The receiving threads leave copies in their rings and never
/// wait for it.
/// </summary>
internal sealed class Forwarder : IDisposable
{
    // While the process ends, what waits is still sent, as long as that does not hold it up.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly DatagramRing[] _rings;
    private readonly ForwardTurn _turn = new();
    private readonly AutoResetEvent _arrived = new(initialState: false);
    private readonly Thread _thread;
    private int _isWaiting;
    private long _drainUntil;
    private volatile bool _stopping;

    /// <param name="destinations">Belong to it from here on.</param>
    /// <param name="numReceivers">How many threads receive: each has a ring.</param>
    public Forwarder(IReadOnlyList<ForwardDestination> destinations, int numReceivers, int ringBytes)
    {
        Destinations = destinations;
        _rings = [.. Enumerable.Range(0, numReceivers).Select(_ => new DatagramRing(ringBytes))];
        Heartbeat = new Heartbeat(Part.Forwarder, "forwarder", Heartbeat.OfThread);
        _thread = new Thread(() => Heartbeat.Run(Run)) { Name = "forwarder", IsBackground = true };
    }

    public IReadOnlyList<ForwardDestination> Destinations { get; }

    public Heartbeat Heartbeat { get; }

    public bool IsRunning => _thread.IsAlive;

    /// <summary>A forwarder for the collectors that the settings name; null when they name none.</summary>
    /// <exception cref="StartupException">A collector cannot be forwarded to from here.</exception>
    public static Forwarder? Open(UdpOptions options, int numReceivers)
    {
        if (options.ForwardTo.Count == 0) return null;
        var destinations = new List<ForwardDestination>();
        try
        {
            for (var i = 0; i < options.ForwardTo.Count; i++) destinations.Add(OpenOne(options, i));
            return new Forwarder(destinations, numReceivers, options.ForwardBufferBytes);
        }
        catch
        {
            foreach (var destination in destinations) destination.Dispose();
            throw;
        }
    }

    /// <summary>The way from one receiving thread.</summary>
    public ForwardLane Lane(int receiver) => new(_rings[receiver], this);

    /// <summary>How many datagrams a collector was not sent, for one reason; from any thread.</summary>
    public long NotForwarded(ForwardDestination destination, NotForwarded reason) => reason switch
    {
        Transport.NotForwarded.QueueFull => _rings.Sum(ring => ring.Full),
        Transport.NotForwarded.Cut => _rings.Sum(ring => ring.Cut),
        _ => destination.Counters.Not(reason),
    };

    public void Start() => _thread.Start();

    /// <summary>Receiving threads: something was put into a ring.</summary>
    public void Wake()
    {
        // The ring's tail is written before this is read, and this is written before the tail is read: one of the two sees the other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isWaiting) != 0) _arrived.Set();
    }

    /// <summary>Asks the thread to send what waits and to end; the receiving threads have ended.</summary>
    public void Stop()
    {
        _drainUntil = Environment.TickCount64 + (long)LongestDrain.TotalMilliseconds;
        _stopping = true;
        _arrived.Set();
    }

    /// <summary>Waits for the end of the thread.</summary>
    /// <returns>False when it has not ended by then.</returns>
    public bool Join(TimeSpan? patience = null) => _thread.Join(patience ?? Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        foreach (var destination in Destinations) destination.Dispose();
        foreach (var ring in _rings) ring.Dispose();
        _arrived.Dispose();
    }

    private static ForwardDestination OpenOne(UdpOptions options, int index)
    {
        var setting = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Udp)}:{nameof(UdpOptions.ForwardTo)}:{index}";
        if (!LinuxSocket.IsSupported) throw new StartupException($"{setting}: forwarding needs 64-bit Linux");
        if (!ForwardTarget.TryParse(options.ForwardTo[index], out var target)) throw new StartupException($"{setting}: not a collector");
        if (options.Listen.FirstOrDefault(own => IsItself(target, own)) is { } itself)
            throw new StartupException($"{setting}: {target} is this collector itself, which listens on {itself}");
        try
        {
            return new ForwardDestination(target);
        }
        catch (SocketException e)
        {
            throw new StartupException($"{setting}: cannot send to {target}: {e.Message}", e);
        }
    }

    /// <summary>True when what is sent there would come back here, to be sent there again, without end.</summary>
    private static bool IsItself(ForwardTarget target, string listen)
    {
        if (!ListenEndpoint.TryParse(listen, out var own) || own.Port != target.Port) return false;
        return own.Address is { } address && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address.Equals(target.Address)
            : IsOfThisMachine(target.Address);
    }

    private static bool IsOfThisMachine(IPAddress address) =>
        IPAddress.IsLoopback(address) || NetworkInterface.GetAllNetworkInterfaces()
            .Any(network => network.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address)));

    private void Run()
    {
        while (true)
        {
            Heartbeat.Beat();
            var stopping = _stopping;
            var hasSent = false;
            foreach (var ring in _rings)
            {
                if (!_turn.Read(ring)) continue;
                foreach (var destination in Destinations) destination.Send(_turn);
                ring.Release();
                hasSent = true;
            }

            if (stopping && (!hasSent || Environment.TickCount64 >= _drainUntil)) return;
            if (!hasSent && !stopping) Wait();
        }
    }

    private void Wait()
    {
        Interlocked.Exchange(ref _isWaiting, 1);
        if (Array.TrueForAll(_rings, static ring => ring.IsEmpty)) _arrived.WaitOne(LongestWait);
        Volatile.Write(ref _isWaiting, 0);
    }
}
