using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Transport;

/// <summary>
/// Receives the datagrams of one endpoint, on one socket and thread or on several among which the kernel spreads the exporters.
/// </summary>
internal sealed class UdpListener : IDisposable
{
    private readonly IReadOnlyList<UdpReceiver> _receivers;

    /// <param name="endpoint">As it was configured.</param>
    /// <param name="receivers">Of one port; they belong to the listener from here on.</param>
    public UdpListener(ListenEndpoint endpoint, IReadOnlyList<UdpReceiver> receivers)
    {
        _receivers = receivers;
        Endpoint = endpoint with { Port = receivers[0].Port };
    }

    /// <summary>Where it listens, with the port that the system chose if the settings say 0.</summary>
    public ListenEndpoint Endpoint { get; }

    public int NumReceivers => _receivers.Count;

    /// <summary>The smallest receive buffer that the kernel granted to any of its sockets.</summary>
    public int LeastReceiveBufferBytes => _receivers.Min(receiver => receiver.ReceiveBufferBytes);

    /// <summary>The receive buffers that the kernel granted to all its sockets together.</summary>
    public long ReceiveBufferBytes => _receivers.Sum(receiver => (long)receiver.ReceiveBufferBytes);

    /// <summary>Datagrams that the kernel dropped because a receive buffer was full.</summary>
    public long KernelDrops => _receivers.Sum(receiver => receiver.KernelDrops);

    /// <summary>Datagrams received.</summary>
    public long Datagrams => _receivers.Sum(receiver => receiver.Decoder.Counters.Received(Hop.Datagram));

    public IEnumerable<DatagramDecoder> Decoders => _receivers.Select(receiver => receiver.Decoder);

    /// <summary>True while every thread of it runs.</summary>
    public bool IsRunning => _receivers.All(receiver => receiver.IsRunning);

    public void Start()
    {
        foreach (var receiver in _receivers) receiver.Start([.. _receivers.Where(other => other != receiver)]);
    }

    /// <summary>Asks the threads to read what has arrived and to end.</summary>
    public void Stop()
    {
        foreach (var receiver in _receivers) receiver.Stop();
    }

    public IEnumerable<Heartbeat> Heartbeats => _receivers.Select(receiver => receiver.Heartbeat);

    /// <summary>Waits for the end of the threads.</summary>
    /// <param name="patience">For all of them; null for as long as it takes.</param>
    /// <returns>False when one has not ended by then.</returns>
    public bool Join(TimeSpan? patience = null)
    {
        var until = Environment.TickCount64 + (long)(patience ?? TimeSpan.Zero).TotalMilliseconds;
        return _receivers.All(receiver =>
            receiver.Join(patience is null ? null : TimeSpan.FromMilliseconds(Math.Max(0, until - Environment.TickCount64))));
    }

    public void Dispose()
    {
        foreach (var receiver in _receivers) receiver.Dispose();
    }
}
