using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RpcCollector.Transport;

/// <summary>Reads up to 64 datagrams with one system call, into native memory that is allocated once and freed on disposal.</summary>
/// <remarks>
/// One block of native memory, every part aligned to 64 bytes:
/// <code>
/// headers (mmsghdr, 64 each) | vectors (iovec, 16 each) | names (sockaddr, 32 each) | controls (cmsghdr, 32 each) | datagrams
/// </code>
/// </remarks>
internal sealed unsafe class LinuxDatagramSource : IDatagramSource
{
    /// <summary>Enough to spread the cost of the system call over many datagrams; more would gain little.</summary>
    public const int Batch = 64;

    private const int Alignment = 64;
    private const int NameBytes = 32;
    private const int ControlBytes = 32;

    // Datagrams one page apart would all lie in the same few sets of the first-level cache.
    private const int Spread = 1_600;

    private readonly Socket _socket;
    private readonly KernelDrops _drops;
    private byte* _memory;
    private readonly LinuxSocket.MessageHeader* _headers;
    private readonly LinuxEvent _endOfWait = new();
    private KernelDrops _dropsOfBatch;
    private int _received = Batch;

    /// <param name="socket">A bound socket, which belongs to the source from here on.</param>
    public LinuxDatagramSource(Socket socket, int maxDatagramBytes)
    {
        _socket = socket;
        _drops = _dropsOfBatch = new KernelDrops(socket);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        ReceiveBufferBytes = UdpSocket.GrantedBytes(socket);

        socket.SetRawSocketOption(LinuxSocket.SolSocket, LinuxSocket.SoRxqOvfl, BitConverter.GetBytes(1));

        var headerBytes = sizeof(LinuxSocket.MessageHeader) + sizeof(LinuxSocket.IOVector) + NameBytes + ControlBytes;
        var datagramBytes = RoundUp(maxDatagramBytes) + Spread;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(Batch * (headerBytes + datagramBytes)), Alignment);
        _headers = (LinuxSocket.MessageHeader*)_memory;
        var vectors = (LinuxSocket.IOVector*)(_headers + Batch);
        var names = (byte*)(vectors + Batch);
        var controls = names + (Batch * NameBytes);
        var datagrams = controls + (Batch * ControlBytes);
        NativeMemory.Clear(_memory, (nuint)(datagrams - _memory));
        for (var i = 0; i < Batch; i++)
        {
            vectors[i] = new LinuxSocket.IOVector { Start = datagrams + ((nint)i * datagramBytes), Length = (nuint)maxDatagramBytes };
            _headers[i] = new LinuxSocket.MessageHeader
            {
                Name = names + (i * NameBytes),
                Control = controls + (i * ControlBytes),
                Vectors = vectors + i,
                NumVectors = 1,
            };
        }
    }

    public IPEndPoint LocalEndPoint { get; }

    public int ReceiveBufferBytes { get; }

    public int BatchSize => Batch;

    /// <remarks>
    /// The larger of two counts: the one that came with the last datagram (SO_RXQ_OVFL) misses what was dropped after that datagram,
    /// and the one in /proc is missing where /proc is hidden.
    /// </remarks>
    public long KernelDrops => _drops.Read();

    public int Receive(bool wait)
    {
        if (wait) _endOfWait.WaitFor(_socket.SafeHandle, (int)DatagramWait.Longest.TotalMilliseconds);
        return Receive(this);
    }

    public int ReceiveFrom(IDatagramSource sibling) => Receive((LinuxDatagramSource)sibling);

    public void EndWait() => _endOfWait.Set();

    public ReceivedDatagram Datagram(int index)
    {
        ref readonly var header = ref _headers[index];
        if (header.ControlLength >= (nuint)Unsafe.SizeOf<LinuxSocket.OverflowControl>() - 4)
            ReadControl((LinuxSocket.OverflowControl*)header.Control);
        var name = new ReadOnlySpan<byte>(header.Name, NameBytes);
        return new ReceivedDatagram
        {
            Payload = new ReadOnlySpan<byte>(header.Vectors->Start, (int)header.Received),
            ExporterAddress = SenderAddress.Address(name, *(ushort*)header.Name == LinuxSocket.InterNetworkV6),
            ExporterPort = SenderAddress.Port(name),
            IsTruncated = (header.Flags & LinuxSocket.MsgTrunc) != 0,
        };
    }

    public void Dispose()
    {
        _socket.Dispose();
        _endOfWait.Dispose();
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    // The kernel writes it only once something was dropped.
    private void ReadControl(LinuxSocket.OverflowControl* control)
    {
        if (control->Level == LinuxSocket.SolSocket && control->Type == LinuxSocket.SoRxqOvfl) _dropsOfBatch.Observe(control->Drops);
    }

    private int Receive(LinuxDatagramSource from)
    {
        // The kernel overwrote these lengths with those of the last batch.
        for (var i = 0; i < _received; i++) (_headers[i].NameLength, _headers[i].ControlLength) = (NameBytes, ControlBytes);
        _dropsOfBatch = from._drops;
        _received = LinuxSocket.ReceiveMany(from._socket.SafeHandle, _headers, Batch, LinuxSocket.MsgDontWait, timeout: 0);
        if (_received > 0) return _received;
        var error = Marshal.GetLastPInvokeError();
        _received = 0;

        // Nothing arrived, or the error does not concern the next datagrams: an ICMP reply to an earlier one, or a brief lack of memory.
        return error is LinuxSocket.WouldBlockError or LinuxSocket.InterruptedError or LinuxSocket.ConnectionRefusedError
            or LinuxSocket.NoMemoryError or LinuxSocket.NoBuffersError
            ? 0
            : throw new SocketException(error);
    }

    private static int RoundUp(int bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
