using System.Runtime.InteropServices;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>A bounded queue of flow starts from one decoding thread to one shard's thread: no lock, no allocation.</summary>
/// <remarks>
/// Invariant: head &lt;= tail &lt;= head + capacity. Only the consumer writes the head, only the producer the tail; each keeps the last
/// value it saw of the other's, and looks again only when that says "full" or "empty". Flow starts are written before the tail that
/// shows them (release), and read after it (acquire).
/// </remarks>
internal sealed class FlowStartRing
{
    /// <summary>How many flow starts may be written before the consumer sees them.</summary>
    private const int Batch = 32;

    // If nobody ends a wait, the producer checks again after this time.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly FlowStart[] _slots;
    private readonly int _mask;
    private readonly object _room = new();
    private Indexes _indexes;
    private int _producerWaits;

    /// <param name="capacity">A power of two, at least 64.</param>
    public FlowStartRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2 * Batch);
        if (!System.Numerics.BitOperations.IsPow2(capacity)) throw new ArgumentException("not a power of two", nameof(capacity));
        _slots = new FlowStart[capacity];
        _mask = capacity - 1;
    }

    public int Capacity => _slots.Length;

    /// <summary>Flow starts that wait for the consumer; from any thread.</summary>
    public int Count => (int)Math.Max(0, Volatile.Read(ref _indexes.Tail) - Volatile.Read(ref _indexes.Head));

    /// <summary>How many flow starts the consumer was shown since the beginning; from any thread.</summary>
    public long NumShown => Volatile.Read(ref _indexes.Tail);

    /// <summary>How many of them it has given back; from any thread.</summary>
    public long NumTaken => Volatile.Read(ref _indexes.Head);

    /// <summary>
    /// Producer: adds a flow start, false when the ring is full; the consumer sees it at the latest after <see cref="Publish"/>.
    /// </summary>
    /// <param name="arrivalEra">The era of its arrival.</param>
    public bool TryWrite(in FlowStart start, byte arrivalEra = 0)
    {
        var written = _indexes.Written;
        if (written - _indexes.HeadSeen == _slots.Length)
        {
            _indexes.HeadSeen = Volatile.Read(ref _indexes.Head);
            if (written - _indexes.HeadSeen == _slots.Length) return false;
        }

        // The last one is not shown before the next one comes: that may be its mirror.
        if (written - _indexes.Tail >= Batch) Volatile.Write(ref _indexes.Tail, written);
        ref var slot = ref _slots[(int)written & _mask];
        slot = start;
        slot.ArrivalEra = arrivalEra;
        _indexes.Written = written + 1;
        return true;
    }

    /// <summary>
    /// Producer: lets the flow start that was written last stand for its mirror too, which then needs no place. False when this is not its
    /// mirror, or when the consumer may be reading it already.
    /// </summary>
    /// <param name="arrivalEra">The era of its arrival.</param>
    public bool TryJoinLast(in FlowStart mirror, byte arrivalEra = 0)
    {
        var written = _indexes.Written;
        if (written == _indexes.Tail) return false;
        ref var last = ref _slots[(int)(written - 1) & _mask];
        if (last.ArrivalEra != arrivalEra || !mirror.IsMirrorOf(last)) return false;
        last.HasMirror = true;
        return true;
    }

    /// <summary>Producer: shows the consumer all that was written.</summary>
    public void Publish()
    {
        if (_indexes.Tail != _indexes.Written) Volatile.Write(ref _indexes.Tail, _indexes.Written);
    }

    /// <summary>Producer: waits until there is room, asleep.</summary>
    public void WaitForRoom()
    {
        lock (_room)
        {
            // Set before the head is read, while the consumer moves the head before it reads this: so at least one of them sees the
            // other's write.
            Interlocked.Exchange(ref _producerWaits, 1);
            if (_indexes.Written - Volatile.Read(ref _indexes.Head) == _slots.Length) Monitor.Wait(_room, LongestWait);
            Volatile.Write(ref _producerWaits, 0);
        }
    }

    /// <summary>
    /// Consumer: the flow starts that wait, oldest first, up to the end of the array; they stay until <see cref="Release"/>.
    /// </summary>
    public ReadOnlySpan<FlowStart> Read()
    {
        var head = _indexes.Head;
        if (_indexes.TailSeen == head) _indexes.TailSeen = Volatile.Read(ref _indexes.Tail);
        var first = (int)head & _mask;
        return _slots.AsSpan(first, (int)Math.Min(_indexes.TailSeen - head, _slots.Length - first));
    }

    /// <summary>Consumer: gives the first slots of the last <see cref="Read"/> back to the producer.</summary>
    public void Release(int count)
    {
        Volatile.Write(ref _indexes.Head, _indexes.Head + count);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _producerWaits) == 0) return;
        lock (_room) Monitor.Pulse(_room);
    }

    // Producer's and consumer's fields lie two cache lines apart (the prefetcher fetches lines in pairs), and away from the object's
    // header.
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
        public long TailSeen;
    }
}
