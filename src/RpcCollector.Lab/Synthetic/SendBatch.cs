using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RpcCollector.Options;
using RpcCollector.Transport;

namespace RpcCollector.Lab.Synthetic;

/// <summary>
/// Datagrams that are sent with one system call, each from its own loopback address if required (sendmmsg(2), IP_PKTINFO in ip(7)).
/// </summary>
internal sealed unsafe partial class SendBatch : IDisposable
{
    public const int Capacity = 64;

    private const int ProtocolIP = 0;
    private const int PacketInfo = 8;

    // cmsghdr (16), in_pktinfo (12), padding.
    private const int ControlBytes = 32;

    private readonly Socket _socket;
    private readonly int _stride;
    private readonly byte* _memory;
    private readonly LinuxSocket.MessageHeader* _headers;
    private readonly LinuxSocket.IOVector* _vectors;
    private readonly byte* _controls;
    private readonly byte* _datagrams;
    private int _count;

    public SendBatch(IPEndPoint target, int maxOctets)
    {
        _socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { SendBufferSize = 8 << 20 };
        _socket.Connect(target);
        _stride = (maxOctets + 63) / 64 * 64;
        var perDatagram = sizeof(LinuxSocket.MessageHeader) + sizeof(LinuxSocket.IOVector) + ControlBytes + _stride;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(Capacity * perDatagram), 64);
        NativeMemory.Clear(_memory, (nuint)(Capacity * perDatagram));
        _headers = (LinuxSocket.MessageHeader*)_memory;
        _vectors = (LinuxSocket.IOVector*)(_headers + Capacity);
        _controls = (byte*)(_vectors + Capacity);
        _datagrams = _controls + (Capacity * ControlBytes);
        for (var i = 0; i < Capacity; i++)
        {
            _vectors[i].Start = _datagrams + ((nint)i * _stride);
            _headers[i].Vectors = _vectors + i;
            _headers[i].NumVectors = 1;
            *(nuint*)Control(i) = 28;
            *(int*)(Control(i) + 8) = ProtocolIP;
            *(int*)(Control(i) + 12) = PacketInfo;
        }
    }

    public int Count => _count;

    public bool IsFull => _count == Capacity;

    /// <summary>Datagrams that were refused because nobody listened on the port.</summary>
    public long Refused { get; private set; }

    /// <summary>Where the next datagram is written, to be followed by <see cref="Add"/>.</summary>
    public Span<byte> Next => new(_datagrams + ((nint)_count * _stride), _stride);

    /// <param name="source">The IPv4 address it comes from; null: the one that the kernel chooses.</param>
    public void Add(int octets, uint? source)
    {
        _vectors[_count].Length = (nuint)octets;
        ref var header = ref _headers[_count];
        header.Control = source is null ? null : Control(_count);
        header.ControlLength = source is null ? 0 : (nuint)ControlBytes;

        // in_pktinfo: interface, source (ipi_spec_dst), destination.
        if (source is { } address) *(uint*)(Control(_count) + 20) = (uint)IPAddress.HostToNetworkOrder((int)address);
        _count++;
    }

    /// <summary>Sends what was added.</summary>
    /// <exception cref="StartupException">The target cannot be reached at all.</exception>
    public void Send()
    {
        if (LinuxSocket.IsSupported) SendMany();
        else SendEach();
        _count = 0;
    }

    public void Dispose()
    {
        _socket.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    private void SendMany()
    {
        for (var sent = 0; sent < _count;)
        {
            var more = SendManyDatagrams(_socket.SafeHandle, _headers + sent, (uint)(_count - sent), 0);
            if (more > 0)
            {
                sent += more;
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                // The error belongs to an earlier datagram: this one has not been sent yet.
                case LinuxSocket.ConnectionRefusedError: Refused++; break;
                case LinuxSocket.InterruptedError or LinuxSocket.NoBuffersError or LinuxSocket.NoMemoryError: break;
                case var error:
                    throw new StartupException(
                    $"cannot send to UDP {_socket.RemoteEndPoint}: {new SocketException(error).Message}");
            }
        }
    }

    private void SendEach()
    {
        for (var i = 0; i < _count; i++)
        {
            try
            {
                _socket.Send(new ReadOnlySpan<byte>(_vectors[i].Start, (int)_vectors[i].Length));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
            {
                Refused++;
                i--;
            }
            catch (SocketException e)
            {
                throw new StartupException($"cannot send to UDP {_socket.RemoteEndPoint}: {e.Message}", e);
            }
        }
    }

    private byte* Control(int index) => _controls + (index * ControlBytes);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int SendManyDatagrams(SafeHandle socket, LinuxSocket.MessageHeader* headers, uint count, int flags);
}
