using System.Net;
using System.Net.Sockets;

namespace RpcCollector.Transport;

/// <summary>Reads one datagram at a time with the calls that every system has.</summary>
internal sealed class PortableDatagramSource : IDatagramSource
{
    private readonly Socket _socket;
    private readonly KernelDrops _drops;
    private readonly SocketAddress _sender;
    private readonly byte[] _buffer;
    private readonly int _maxBytes;
    private int _length;

    /// <param name="socket">A bound socket, which belongs to the source from here on.</param>
    public PortableDatagramSource(Socket socket, int maxDatagramBytes)
    {
        (_socket, _maxBytes) = (socket, maxDatagramBytes);
        _drops = new KernelDrops(socket);
        _sender = new SocketAddress(socket.AddressFamily);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        ReceiveBufferBytes = UdpSocket.GrantedBytes(socket);

        // One octet more than is read tells a longer datagram from one that just fits.
        _buffer = GC.AllocateUninitializedArray<byte>(maxDatagramBytes + 1, pinned: true);

        // A datagram that the poll announced may be dropped when its checksum proves wrong, so the read that follows must not block.
        socket.Blocking = false;
    }

    public IPEndPoint LocalEndPoint { get; }

    public int ReceiveBufferBytes { get; }

    public int BatchSize => 1;

    public long KernelDrops => _drops.Read();

    public int Receive(bool wait) => Receive(_socket, wait);

    public int ReceiveFrom(IDatagramSource sibling) => Receive(((PortableDatagramSource)sibling)._socket, wait: false);

    public void EndWait()
    {
    }

    public ReceivedDatagram Datagram(int index)
    {
        var octets = _sender.Buffer.Span;
        return new ReceivedDatagram
        {
            Payload = _buffer.AsSpan(0, Math.Min(_length, _maxBytes)),
            ExporterAddress = SenderAddress.Address(octets, _sender.Family == AddressFamily.InterNetworkV6),
            ExporterPort = SenderAddress.Port(octets),
            IsTruncated = _length > _maxBytes,
        };
    }

    public void Dispose() => _socket.Dispose();

    private int Receive(Socket socket, bool wait)
    {
        if (!socket.Poll(wait ? DatagramWait.Longest : TimeSpan.Zero, SelectMode.SelectRead)) return 0;
        try
        {
            _length = socket.ReceiveFrom(_buffer, SocketFlags.None, _sender);
            return 1;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
        {
            // This is how Windows reports a longer datagram; it fills the buffer.
            _length = _buffer.Length;
            return 1;
        }
        catch (SocketException e)
            when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionReset or SocketError.Interrupted)
        {
            // The error does not concern the next datagrams: an ICMP reply to an earlier one, or a signal.
            return 0;
        }
    }
}
