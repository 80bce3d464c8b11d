using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RpcCollector.Detection.State;

/// <summary>Finds rows by the hash of their key: linear hashing, with chains that run through the rows themselves.</summary>
/// <remarks>It has as many buckets as rows and splits one bucket a row, so no insertion ever pays for rehashing the rest, and a removal leaves nothing behind.</remarks>
internal sealed class HashIndex<TRow>(RowStore<TRow> rows)
    where TRow : struct, IRow
{
    private const int ChunkBits = 12;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    // A bucket holds the index of its first row + 1; 0 is the empty bucket.
    private int[][] _chunks = [new int[1 << ChunkBits]];

    // Buckets 0 to _numBuckets - 1 exist; those that a hash names beyond have not been split off yet.
    private int _numBuckets = 1 << ChunkBits;
    private int _lowMask = ChunkMask;
    private int _count;

    public long Bytes => (long)_numBuckets * sizeof(int);

    /// <summary>The first row whose hash may be this one, the rest by <see cref="IRow.Next"/>; -1 for none. The caller compares the keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int First(ulong hash) => Bucket(Place(hash)) - 1;

    public void Add(int index)
    {
        ref var row = ref rows[index];
        ref var bucket = ref Bucket(Place(row.Hash()));
        row.Next = bucket - 1;
        bucket = index + 1;
        if (++_count > _numBuckets) Split();
    }

    public void Remove(int index)
    {
        ref var row = ref rows[index];
        ref var bucket = ref Bucket(Place(row.Hash()));
        _count--;
        if (bucket == index + 1)
        {
            bucket = row.Next + 1;
            return;
        }

        var previous = bucket - 1;
        while (rows[previous].Next != index) previous = rows[previous].Next;
        rows[previous].Next = row.Next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Place(ulong hash)
    {
        var place = (int)hash & ((_lowMask << 1) | 1);
        return place < _numBuckets ? place : place & _lowMask;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int Bucket(int place) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks[place >> ChunkBits]), place & ChunkMask);

    private void Split()
    {
        // 1. Add the bucket.
        var chunk = _numBuckets >> ChunkBits;
        if ((_numBuckets & ChunkMask) == 0)
        {
            if (chunk == _chunks.Length) Array.Resize(ref _chunks, 2 * chunk);
            _chunks[chunk] ??= new int[1 << ChunkBits];
        }

        var splitting = _numBuckets & _lowMask;
        var added = _numBuckets++;
        if (_numBuckets == (_lowMask + 1) << 1) _lowMask = (_lowMask << 1) | 1;

        // 2. Share the rows of the bucket that stood for both.
        int staying = -1, going = -1;
        var index = Bucket(splitting) - 1;
        while (index >= 0)
        {
            ref var row = ref rows[index];
            var next = row.Next;
            if (Place(row.Hash()) == added)
            {
                row.Next = going;
                going = index;
            }
            else
            {
                row.Next = staying;
                staying = index;
            }

            index = next;
        }

        Bucket(splitting) = staying + 1;
        Bucket(added) = going + 1;
    }
}
