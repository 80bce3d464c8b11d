using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>
/// A bounded queue of whole datagrams from one receiving thread to the thread that forwards them, in native memory: no lock, no
/// allocation, and what finds no room is counted and left out.
/// </summary>
/// <remarks>
/// Invariant: head &lt;= tail &lt;= head + capacity, all in octets. Only the producer writes the tail, only the consumer the head. Each
/// datagram lies behind an <see cref="Entry"/>, in one piece: where the end of the memory is too near, an entry without a datagram
/// leads back to its beginning.
/// </remarks>
internal sealed unsafe class DatagramRing : IDisposable
{
    private const int Alignment = 8;
    private const int ToBeginning = -1;

    private readonly int _capacity;
    private byte* _memory;
    private Indexes _indexes;
    private long _full;
    private long _cut;

    /// <param name="capacity">In octets; rounded up to a power of two.</param>
    public DatagramRing(int capacity)
    {
        _capacity = (int)BitOperations.RoundUpToPowerOf2((uint)capacity);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)_capacity, 64);
    }

    /// <summary>Datagrams that found no room; from any thread.</summary>
    public long Full => Volatile.Read(ref _full);

    /// <summary>Datagrams that were longer than what is read, so that only a part of them was there; from any thread.</summary>
    public long Cut => Volatile.Read(ref _cut);

    public bool IsEmpty => Volatile.Read(ref _indexes.Tail) == Volatile.Read(ref _indexes.Head);

    public bool IsQuarterFull => Volatile.Read(ref _indexes.Tail) - Volatile.Read(ref _indexes.Head) >= _capacity / 4;

    /// <summary>Producer: adds a datagram. The consumer sees it after <see cref="Publish"/>.</summary>
    public void Write(in ReceivedDatagram datagram)
    {
        if (datagram.IsTruncated)
        {
            Volatile.Write(ref _cut, _cut + 1);
            return;
        }

        // 1. Room, with what the end of the memory leaves unused.
        var length = sizeof(Entry) + ((datagram.Payload.Length + Alignment - 1) / Alignment * Alignment);
        var written = _indexes.Written;
        var place = (int)(written & (_capacity - 1));
        var unused = _capacity - place < length ? _capacity - place : 0;
        if (written + unused + length - _indexes.HeadSeen > _capacity)
        {
            _indexes.HeadSeen = Volatile.Read(ref _indexes.Head);
            if (written + unused + length - _indexes.HeadSeen > _capacity)
            {
                Volatile.Write(ref _full, _full + 1);
                return;
            }
        }

        // 2. The datagram.
        if (unused > 0)
        {
            ((Entry*)(_memory + place))->Length = ToBeginning;
            place = 0;
        }

        var entry = (Entry*)(_memory + place);
        entry->Length = datagram.Payload.Length;
        entry->Port = datagram.ExporterPort;
        entry->Address = datagram.ExporterAddress;
        datagram.Payload.CopyTo(new Span<byte>(entry->Payload, datagram.Payload.Length));
        _indexes.Written = written + unused + length;
    }

    /// <summary>Producer: shows the consumer all that was written.</summary>
    public void Publish()
    {
        if (_indexes.Tail != _indexes.Written) Volatile.Write(ref _indexes.Tail, _indexes.Written);
    }

    /// <summary>Consumer: the datagrams that wait, oldest first, as many as fit; they stay until <see cref="Release"/>.</summary>
    /// <returns>How many.</returns>
    public int Read(Entry*[] entries)
    {
        var (position, tail, count) = (_indexes.Head, Volatile.Read(ref _indexes.Tail), 0);
        while (position < tail && count < entries.Length)
        {
            var place = (int)(position & (_capacity - 1));
            var entry = (Entry*)(_memory + place);
            if (entry->Length == ToBeginning)
            {
                position += _capacity - place;
                continue;
            }

            entries[count++] = entry;
            position += sizeof(Entry) + ((entry->Length + Alignment - 1) / Alignment * Alignment);
        }

        _indexes.ReadTo = position;
        return count;
    }

    /// <summary>Consumer: gives the datagrams of the last <see cref="Read"/> back.</summary>
    public void Release() => Volatile.Write(ref _indexes.Head, _indexes.ReadTo);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    /// <summary>What stands before each datagram. Its last eight octets are room for the UDP header (RFC 768) of a raw socket.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    public struct Entry
    {
        /// <summary>Octets of the datagram; negative where the next entry is at the beginning of the memory.</summary>
        public int Length;

        public ushort Port;

        public HostAddress Address;

        public ulong UdpHeader;

        /// <summary>The datagram.</summary>
        public byte* Payload => (byte*)Unsafe.AsPointer(ref this) + sizeof(Entry);

        /// <summary>The UDP header and the datagram behind it.</summary>
        public byte* Segment => (byte*)Unsafe.AsPointer(ref UdpHeader);
    }

    // Two cache lines apart, as the prefetcher fetches them in pairs, and away from the object's header.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Indexes
    {
        [FieldOffset(128)]
        public long Tail;

        [FieldOffset(136)]
        public long Written;

        [FieldOffset(144)]
        public long HeadSeen;

        [FieldOffset(256)]
        public long Head;

        [FieldOffset(264)]
        public long ReadTo;
    }
}
