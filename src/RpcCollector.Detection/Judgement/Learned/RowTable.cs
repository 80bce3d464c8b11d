using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Rows named by index and found by the hash of their key. Rows never move; the buckets double when there are as many rows.
/// </summary>
internal sealed class RowTable<TRow>(bool isIndexed = true)
    where TRow : struct, ITableRow
{
    private const int ChunkBits = 12;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    private TRow[][] _chunks = [];
    private int _numChunks;
    private int _free = -1;

    // A bucket holds the index of its first row + 1; 0 is the empty bucket.
    private int[] _buckets = new int[isIndexed ? 1 << ChunkBits : 0];

    /// <summary>Rows in use.</summary>
    public int Count { get; private set; }

    /// <summary>Rows from this index on have never been used.</summary>
    public int End { get; private set; }

    public long Bytes => ((long)_numChunks * Unsafe.SizeOf<TRow>() << ChunkBits) + ((long)_buckets.Length * sizeof(int));

    public ref TRow this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks[index >> ChunkBits]), index & ChunkMask);
    }

    /// <summary>
    /// The first row whose hash may be this one, the rest by <see cref="ITableRow.Next"/>; -1 for none. The caller compares the keys.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int First(ulong hash) => _buckets[(int)hash & (_buckets.Length - 1)] - 1;

    /// <summary>Prefetches the bucket of a hash.</summary>
    public void FetchBucket(ulong hash) => CacheLines.Fetch(in _buckets[(int)hash & (_buckets.Length - 1)]);

    /// <summary>Prefetches the first row that may have a hash. Its bucket should be in the cache.</summary>
    public void FetchFirst(ulong hash)
    {
        if (First(hash) is >= 0 and var first) CacheLines.FetchRow(in this[first]);
    }

    public int Add(in TRow row)
    {
        // 1. A place.
        var index = _free;
        if (index >= 0)
        {
            _free = this[index].Next;
        }
        else
        {
            index = End++;
            if (index >> ChunkBits == _numChunks) Grow();
        }

        this[index] = row;
        Count++;
        if (!isIndexed) return index;

        // 2. A bucket.
        if (Count > _buckets.Length) Double();
        Link(index);
        return index;
    }

    public void Remove(int index)
    {
        if (isIndexed) Unlink(index);
        this[index].Next = _free;
        _free = index;
        Count--;
    }

    private void Link(int index)
    {
        ref var row = ref this[index];
        ref var bucket = ref _buckets[(int)row.Hash() & (_buckets.Length - 1)];
        row.Next = bucket - 1;
        bucket = index + 1;
    }

    private void Unlink(int index)
    {
        ref var row = ref this[index];
        ref var bucket = ref _buckets[(int)row.Hash() & (_buckets.Length - 1)];
        if (bucket == index + 1)
        {
            bucket = row.Next + 1;
            return;
        }

        var previous = bucket - 1;
        while (this[previous].Next != index) previous = this[previous].Next;
        this[previous].Next = row.Next;
    }

    private void Grow()
    {
        if (_numChunks == _chunks.Length) Array.Resize(ref _chunks, Math.Max(4, 2 * _numChunks));
        _chunks[_numChunks++] = new TRow[1 << ChunkBits];
    }

    private void Double()
    {
        var former = _buckets;
        _buckets = new int[2 * former.Length];
        foreach (var first in former)
        {
            for (var index = first - 1; index >= 0;)
            {
                var next = this[index].Next;
                Link(index);
                index = next;
            }
        }
    }
}
