using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>Receives the datagrams of one endpoint on a thread of its own and decodes them there.</summary>
internal sealed class UdpListener : IDisposable
{
    // While the process ends, what the kernel has kept is still read, but exporters that never pause must not hold it up.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(2);

    private readonly Socket _socket;
    private readonly DatagramDecoder _decoder;
    private readonly ShardRouter _router;
    private readonly KernelDrops _drops;
    private readonly Thread _thread;
    private readonly byte[] _buffer;
    private readonly ushort _port;
    private readonly HostAddress _address;
    private long _drainUntil;
    private volatile bool _stopping;

    /// <summary>Binds the socket; datagrams wait in the kernel's buffer until <see cref="Start"/>.</summary>
    /// <param name="setting">The key of the setting that names the endpoint, for the operator.</param>
    /// <exception cref="StartupException">The endpoint cannot be had.</exception>
    public UdpListener(ListenEndpoint endpoint, string setting, UdpOptions options, DatagramDecoder decoder, ShardRouter router)
    {
        (_decoder, _router) = (decoder, router);
        _socket = UdpSocket.Bind(endpoint, setting, options.ReceiveBufferBytes);
        var bound = (IPEndPoint)_socket.LocalEndPoint!;
        (_address, _port) = (HostAddress.From(bound.Address), (ushort)bound.Port);
        Endpoint = endpoint with { Port = bound.Port };
        ReceiveBufferBytes = UdpSocket.GrantedBytes(_socket);
        _drops = new KernelDrops(_socket);
        _buffer = GC.AllocateUninitializedArray<byte>(options.MaxDatagramBytes, pinned: true);
        _thread = new Thread(Run) { Name = $"udp {Endpoint}", IsBackground = true };
    }

    /// <summary>Where it listens, with the port that was given if any would do.</summary>
    public ListenEndpoint Endpoint { get; }

    /// <summary>What the kernel granted.</summary>
    public int ReceiveBufferBytes { get; }

    public bool IsRunning => _thread.IsAlive;

    public DatagramDecoder Decoder => _decoder;

    /// <summary>Datagrams that the kernel dropped because the receive buffer was full.</summary>
    public long KernelDrops => _drops.Read();

    public void Start() => _thread.Start();

    /// <summary>Asks the thread to read what has arrived and to end.</summary>
    public void Stop()
    {
        _drops.Read();
        _drainUntil = Environment.TickCount64 + (long)LongestDrain.TotalMilliseconds;
        _stopping = true;
        try
        {
            // Linux: wakes the reader although the socket is not connected, and leaves what waits to be read.
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (SocketException)
        {
            // It says "not connected" all the same.
        }
    }

    /// <summary>Waits for the end of the thread.</summary>
    public void Join()
    {
        if (_thread.Join(LongestDrain + TimeSpan.FromSeconds(1))) return;

        // Where the shutdown does not wake the reader, closing does.
        _socket.Dispose();
        _thread.Join();
    }

    public void Dispose() => _socket.Dispose();

    private void Run()
    {
        var sender = new SocketAddress(_socket.AddressFamily);
        while (TryReceive(sender, out var length))
        {
            var arrival = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            _decoder.Decode(_buffer.AsSpan(0, length), SessionOf(sender), arrival);
            _router.Flush();
        }
    }

    /// <summary>Waits for a datagram; false when the listener has been stopped and nothing is left.</summary>
    private bool TryReceive(SocketAddress sender, out int length)
    {
        while (true)
        {
            try
            {
                length = _socket.ReceiveFrom(_buffer, SocketFlags.None, sender);
                if (!_stopping) return true;
                return length > 0 && Environment.TickCount64 < _drainUntil;
            }
            catch (SocketException e) when (!_stopping && e.SocketErrorCode is SocketError.ConnectionReset or SocketError.MessageSize or SocketError.Interrupted)
            {
                // Not about the datagrams to come: an ICMP answer to somebody, a datagram longer than the buffer (Windows), a signal.
            }
            catch (Exception e) when (_stopping && e is SocketException or ObjectDisposedException)
            {
                length = 0;
                return false;
            }
        }
    }

    // struct sockaddr_in: family (2), port (2, network order), address (4). sockaddr_in6: family (2), port (2), flow information (4), address (16), scope (4).
    private TransportSession SessionOf(SocketAddress sender)
    {
        var octets = sender.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        var address = sender.Family == AddressFamily.InterNetworkV6
            ? HostAddress.FromIPv6(octets[8..])
            : HostAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets[4..]));
        return new TransportSession(address, port, _address, _port);
    }
}
