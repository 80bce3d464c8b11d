using System.Runtime.CompilerServices;
using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Rows named by index and found by the hash of their key. Rows never move; buckets become many, and then twice as many, when there are as
/// many rows.
/// </summary>
/// <remarks>What grows large lies outside the garbage-collected heap: there it would set off collections of everything.</remarks>
internal sealed unsafe class RowTable<TRow>(bool isIndexed = true)
    where TRow : unmanaged, ITableRow
{
    private const int ChunkBits = 12;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    // Once there are more rows than the first buckets, a MiB of them: to double means to look at every row again.
    private const int FirstBuckets = 1 << ChunkBits;
    private const int ManyBuckets = 1 << 18;

    private const int BucketsAhead = 16;

    private readonly TableMemory _memory = new(sizeof(TRow) << ChunkBits);
    private nint[] _chunks = [];
    private int _numChunks;
    private int _free = -1;

    // A bucket holds the index of its first row + 1; 0 is the empty bucket.
    private BucketArray _buckets = new(isIndexed ? FirstBuckets : 1);

    /// <summary>Rows in use.</summary>
    public int Count { get; private set; }

    /// <summary>Rows from this index on have never been used.</summary>
    public int End { get; private set; }

    public long Bytes => ((long)_numChunks * sizeof(TRow) << ChunkBits) + ((long)_buckets.Length * sizeof(int));

    public ref TRow this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref ((TRow*)_chunks[index >> ChunkBits])[index & ChunkMask];
    }

    /// <summary>
    /// The first row whose hash may be this one, the rest by <see cref="ITableRow.Next"/>; -1 for none. The caller compares the keys.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int First(ulong hash) => _buckets[hash] - 1;

    /// <summary>Prefetches the bucket of a hash.</summary>
    public void FetchBucket(ulong hash) => CacheLines.Fetch(in _buckets[hash]);

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
        if (Count > _buckets.Length) Extend();
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
        ref var bucket = ref _buckets[row.Hash()];
        row.Next = bucket - 1;
        bucket = index + 1;
    }

    private void Unlink(int index)
    {
        ref var row = ref this[index];
        ref var bucket = ref _buckets[row.Hash()];
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
        _chunks[_numChunks++] = _memory.Take();
    }

    // There are more rows than there ever were, so that none is free: they are read in the order in which they lie, and each bucket is
    // fetched while those of others are written. The last one is linked by who added it.
    private void Extend()
    {
        var buckets = new BucketArray(_buckets.Length == FirstBuckets ? ManyBuckets : 2 * _buckets.Length);
        _buckets.Free();
        _buckets = buckets;
        for (var index = 0; index < End - 1; index++)
        {
            if (index + BucketsAhead < End) FetchBucket(this[index + BucketsAhead].Hash());
            Link(index);
        }
    }
}
