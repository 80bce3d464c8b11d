using System.Runtime.InteropServices;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>
/// Datagrams on their way to one collector through one socket, many with one system call (sendmmsg(2)); where they are of one length,
/// many as one message that the kernel cuts up.
/// </summary>
/// <remarks>
/// One block of native memory:
/// <code>headers (mmsghdr, 64 each) | vectors (iovec, 16 each) | controls (cmsghdr, 40 each)</code>
/// </remarks>
internal sealed unsafe class ForwardBatch : IDisposable
{
    /// <summary>The most messages and datagrams that one call takes.</summary>
    private const int MostMessages = 64;
    private const int MostDatagrams = 512;

    // The kernel cuts no more than 64 datagrams, and no more octets than an IP packet holds, from one message.
    private const int MostSegments = 64;
    private const int MostOctets = 65_000;

    private const int ControlBytes = 40;
    private const int MostRefusals = 4;
    private const int LongestWaitMilliseconds = 20;

    private readonly ForwardTarget _target;
    private readonly ForwardCounters _counters;
    private byte* _memory;
    private readonly LinuxSocket.MessageHeader* _headers;
    private readonly LinuxSocket.IOVector* _vectors;
    private readonly byte* _controls;
    private ForwardSocket? _socket;
    private int _numMessages;
    private int _numVectors;

    public ForwardBatch(ForwardTarget target, ForwardCounters counters)
    {
        (_target, _counters) = (target, counters);
        var headers = MostMessages * sizeof(LinuxSocket.MessageHeader);
        var vectors = MostDatagrams * sizeof(LinuxSocket.IOVector);
        var bytes = (nuint)(headers + vectors + (MostMessages * ControlBytes));
        _memory = (byte*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(_memory, bytes);
        _headers = (LinuxSocket.MessageHeader*)_memory;
        _vectors = (LinuxSocket.IOVector*)(_memory + headers);
        _controls = _memory + headers + vectors;
    }

    /// <summary>Takes one more datagram; what came before it may be sent now.</summary>
    public void Add(ForwardSocket socket, DatagramRing.Entry* entry)
    {
        if (socket != _socket) Begin(socket);
        if (!Joins(entry->Length))
        {
            if (_numMessages == MostMessages || _numVectors == MostDatagrams) Send();
            OpenMessage(entry);
        }

        ref var header = ref _headers[_numMessages - 1];
        if (socket.IsRaw)
        {
            UdpHeader.Write(new Span<byte>(entry->Segment, UdpHeader.Length + entry->Length), entry->Address, entry->Port, _target);
            _vectors[_numVectors] = new LinuxSocket.IOVector { Start = entry->Segment, Length = (nuint)(UdpHeader.Length + entry->Length) };
        }
        else
        {
            _vectors[_numVectors] = new LinuxSocket.IOVector { Start = entry->Payload, Length = (nuint)entry->Length };
        }

        _numVectors++;
        if (++header.NumVectors == 2) header.ControlLength = Segment(header.Control, (int)header.Vectors->Length);
    }

    /// <summary>Sends what was taken.</summary>
    public void Send()
    {
        var (sent, refusals, hasWaited) = (0, 0, false);
        while (sent < _numMessages)
        {
            var count = LinuxSocket.SendMany(
                _socket!.Socket.SafeHandle, _headers + sent, (uint)(_numMessages - sent), LinuxSocket.MsgDontWait);
            if (count > 0)
            {
                for (var i = sent; i < sent + count; i++) _counters.CountSent((int)_headers[i].NumVectors, _socket.KeepsAddress);
                sent += count;
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case LinuxSocket.InterruptedError:
                    break;

                // Of an earlier datagram: this one was not looked at.
                case LinuxSocket.ConnectionRefusedError when refusals++ < MostRefusals:
                    _counters.CountRefusal();
                    break;

                case LinuxSocket.WouldBlockError or LinuxSocket.NoBuffersError or LinuxSocket.NoMemoryError when !hasWaited:
                    WaitForRoom();
                    hasWaited = true;
                    break;

                case var error:
                    GiveUp(ref _headers[sent++], error);
                    break;
            }
        }

        (_numMessages, _numVectors) = (0, 0);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    private void Begin(ForwardSocket socket)
    {
        if (_numMessages > 0) Send();
        _socket = socket;
        socket.LastUsed = Environment.TickCount64;
    }

    /// <summary>
    /// True when a datagram can go with the last message: all are as long as its first one, but for the last, which may be shorter.
    /// </summary>
    private bool Joins(int length)
    {
        if (_numMessages == 0 || _numVectors == MostDatagrams || length == 0) return false;
        ref readonly var header = ref _headers[_numMessages - 1];
        var first = (int)header.Vectors->Length;
        var last = (int)header.Vectors[header.NumVectors - 1].Length;
        return length <= first && last == first && header.NumVectors < MostSegments
            && ((int)header.NumVectors * first) + length <= MostOctets && _socket!.Segments(first);
    }

    private void OpenMessage(DatagramRing.Entry* entry)
    {
        var index = _numMessages++;
        ref var header = ref _headers[index];
        header.Vectors = _vectors + _numVectors;
        header.NumVectors = 0;
        header.Control = _controls + (index * ControlBytes);
        header.ControlLength = _socket!.IsRaw ? NameSource(header.Control, entry->Address) : 0;
    }

    private static nuint Segment(byte* control, int length)
    {
        *(LinuxSocket.SegmentControl*)control = new LinuxSocket.SegmentControl
        {
            Length = 16 + sizeof(ushort),
            Level = LinuxSocket.SolUdp,
            Type = LinuxSocket.UdpSegment,
            Octets = (ushort)length,
        };
        return (nuint)sizeof(LinuxSocket.SegmentControl);
    }

    private static nuint NameSource(byte* control, HostAddress source)
    {
        if (source.IsIPv4)
        {
            *(LinuxSocket.SourceControl*)control = new LinuxSocket.SourceControl
            {
                Length = 16 + (3 * sizeof(uint)),
                Level = LinuxSocket.SolIP,
                Type = LinuxSocket.IPPacketInfo,
                Source = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((uint)source.Low),
            };
            return (nuint)sizeof(LinuxSocket.SourceControl);
        }

        *(LinuxSocket.SourceControlV6*)control = new LinuxSocket.SourceControlV6
        {
            Length = 16 + 16 + sizeof(uint),
            Level = LinuxSocket.SolIPv6,
            Type = LinuxSocket.IPv6PacketInfo,
            SourceHigh = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(source.High),
            SourceLow = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(source.Low),
        };
        return (nuint)sizeof(LinuxSocket.SourceControlV6);
    }

    /// <summary>The first of the messages that are left cannot be sent as it is.</summary>
    private void GiveUp(ref LinuxSocket.MessageHeader header, int error)
    {
        var datagrams = (int)header.NumVectors;
        if (datagrams > 1)
        {
            // What cannot be cut up there goes one by one, now and from now on.
            if (error is LinuxSocket.InvalidArgumentError or LinuxSocket.InputOutputError or LinuxSocket.MessageTooLongError)
                _socket!.NoteUnsegmented((int)header.Vectors->Length);
            SendSingly(header.Vectors, datagrams);
            return;
        }

        _counters.CountNot(ReasonOf(error), 1);
    }

    private void SendSingly(LinuxSocket.IOVector* vectors, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var header = new LinuxSocket.MessageHeader { Vectors = vectors + i, NumVectors = 1 };
            var sent = LinuxSocket.SendMany(_socket!.Socket.SafeHandle, &header, 1, LinuxSocket.MsgDontWait);
            if (sent == 1) _counters.CountSent(1, _socket.KeepsAddress);
            else _counters.CountNot(ReasonOf(Marshal.GetLastPInvokeError()), 1);
        }
    }

    private void WaitForRoom()
    {
        var entry = new LinuxSocket.PollEntry
        {
            Descriptor = (int)_socket!.Socket.SafeHandle.DangerousGetHandle(),
            Events = LinuxSocket.PollOut,
        };
        _ = LinuxSocket.Poll(&entry, 1, LongestWaitMilliseconds);
    }

    private static NotForwarded ReasonOf(int error) => error switch
    {
        LinuxSocket.MessageTooLongError => NotForwarded.TooLong,
        LinuxSocket.WouldBlockError or LinuxSocket.NoBuffersError or LinuxSocket.NoMemoryError => NotForwarded.BufferFull,
        LinuxSocket.ConnectionRefusedError or LinuxSocket.HostUnreachableError or LinuxSocket.NetworkUnreachableError
            or LinuxSocket.NetworkDownError or LinuxSocket.HostDownError => NotForwarded.Unreachable,
        _ => NotForwarded.Other,
    };
}
