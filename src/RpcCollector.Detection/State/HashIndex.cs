using System.Numerics;
using System.Runtime.CompilerServices;

namespace RpcCollector.Detection.State;

/// <summary>Finds rows by the hash of their key: linear hashing over buckets of one cache line, whose entries carry a few bits of the hash.</summary>
/// <remarks>
/// Who seeks what is not there hardly ever looks at a row, and who seeks what is there looks at hardly any other. It splits one bucket every few rows, so no
/// insertion ever pays for rehashing the rest, and a removal leaves nothing behind.
/// </remarks>
internal sealed class HashIndex<TRow, THash>
    where TRow : struct, IRow
    where THash : struct, IRowHash<TRow>
{
    // Nearly as many as there are places: buckets not yet split hold twice as many as the others and overflow, but fewer buckets in all take less memory so.
    private const int RowsPerBucket = 14;
    private const int FirstBuckets = IndexBuckets.ChunkLength;

    private readonly RowStore<TRow> _rows;
    private readonly THash _hash;
    private readonly IndexBuckets _buckets = new();
    private readonly IndexBuckets _overflow = new();

    // An entry is the row's index + 1 in the low bits, and in the others the hash's highest ones.
    private readonly uint _indexMask;

    // Buckets 0 to _numBuckets - 1 exist; those that a hash names beyond have not been split off yet.
    private int _numBuckets = FirstBuckets;
    private int _lowMask = FirstBuckets - 1;
    private int _count;
    private int _numOverflow;
    private uint _freeOverflow;
    private uint[] _splitting = new uint[4 * IndexBucket.Places];

    /// <param name="maxRows">No row's index is as large as this.</param>
    public HashIndex(RowStore<TRow> rows, int maxRows, THash hash = default)
    {
        (_rows, _hash) = (rows, hash);
        _indexMask = (uint)((1UL << (BitOperations.Log2((uint)maxRows) + 1)) - 1);
        _buckets.Grow();
    }

    public long Bytes => _buckets.Bytes + _overflow.Bytes;

    /// <summary>The row that is meant; -1 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find<TKey>(in TKey key)
        where TKey : struct, IRowKey<TRow>
    {
        var hash = key.Hash();
        ref var bucket = ref _buckets[Place(hash)];
        while (true)
        {
            for (var places = WithTag(ref bucket, hash); places != 0; places &= places - 1)
            {
                var index = IndexOf(bucket[BitOperations.TrailingZeroCount(places)]);
                if (key.Is(index, _rows[index])) return index;
            }

            if (bucket.Overflow == 0) return -1;
            bucket = ref _overflow[(int)bucket.Overflow - 1];
        }
    }

    /// <summary>Asks for the bucket of a hash, before it is looked into.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(ulong hash) => CacheLines.Fetch(ref _buckets[Place(hash)]);

    /// <summary>Asks for the rows that a hash may mean, and for the bucket that takes what does not fit; the bucket is there by now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchRows(ulong hash)
    {
        ref var bucket = ref _buckets[Place(hash)];
        FetchRows(ref bucket, hash);
        FetchOverflow(hash);
    }

    /// <summary>Asks for the bucket that takes what does not fit in that of a hash, which is there by now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchOverflow(ulong hash)
    {
        ref var bucket = ref _buckets[Place(hash)];
        if (bucket.Overflow != 0) CacheLines.Fetch(ref _overflow[(int)bucket.Overflow - 1]);
    }

    /// <summary>Asks for the rows that a hash may mean among those that did not fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchOverflowRows(ulong hash)
    {
        ref var bucket = ref _buckets[Place(hash)];
        if (bucket.Overflow != 0) FetchRows(ref _overflow[(int)bucket.Overflow - 1], hash);
    }

    public void Add(int index)
    {
        var hash = _hash.Of(_rows[index]);
        Insert(ref _buckets[Place(hash)], Tag(hash) | (uint)(index + 1));
        if (++_count > _numBuckets * RowsPerBucket) Split();
    }

    public void Remove(int index)
    {
        var hash = _hash.Of(_rows[index]);
        var entry = Tag(hash) | (uint)(index + 1);
        _count--;
        ref var bucket = ref _buckets[Place(hash)];
        ref var link = ref Unsafe.NullRef<uint>();
        while (true)
        {
            var places = bucket.Having(entry, uint.MaxValue);
            if (places != 0)
            {
                bucket[BitOperations.TrailingZeroCount(places)] = 0;
                break;
            }

            link = ref bucket.Overflow;
            bucket = ref _overflow[(int)link - 1];
        }

        if (Unsafe.IsNullRef(ref link) || bucket.Taken != 0) return;
        var emptied = link;
        link = bucket.Overflow;
        Free(emptied);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Place(ulong hash)
    {
        var place = (int)hash & ((_lowMask << 1) | 1);
        return place < _numBuckets ? place : place & _lowMask;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Tag(ulong hash) => (uint)(hash >> 32) & ~_indexMask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int IndexOf(uint entry) => (int)(entry & _indexMask) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint WithTag(ref IndexBucket bucket, ulong hash) => bucket.Having(Tag(hash), ~_indexMask) & bucket.Taken;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FetchRows(ref IndexBucket bucket, ulong hash)
    {
        for (var places = WithTag(ref bucket, hash); places != 0; places &= places - 1)
            CacheLines.FetchRow(ref _rows[IndexOf(bucket[BitOperations.TrailingZeroCount(places)])]);
    }

    private void Insert(ref IndexBucket bucket, uint entry)
    {
        while (true)
        {
            var free = bucket.Having(0, uint.MaxValue);
            if (free != 0)
            {
                bucket[BitOperations.TrailingZeroCount(free)] = entry;
                return;
            }

            if (bucket.Overflow == 0) bucket.Overflow = TakeOverflow();
            bucket = ref _overflow[(int)bucket.Overflow - 1];
        }
    }

    private uint TakeOverflow()
    {
        if (_freeOverflow != 0)
        {
            var taken = _freeOverflow;
            _freeOverflow = _overflow[(int)taken - 1].Overflow;
            _overflow[(int)taken - 1] = default;
            return taken;
        }

        if (_numOverflow == _overflow.Capacity) _overflow.Grow();
        return (uint)++_numOverflow;
    }

    private void Free(uint overflow)
    {
        _overflow[(int)overflow - 1].Overflow = _freeOverflow;
        _freeOverflow = overflow;
    }

    private void Split()
    {
        // 1. Add the bucket.
        if (_numBuckets == _buckets.Capacity) _buckets.Grow();
        var splitting = _numBuckets++ & _lowMask;
        var next = _numBuckets & _lowMask;
        if (_numBuckets == (_lowMask + 1) << 1)
        {
            _lowMask = (_lowMask << 1) | 1;
            next = 0;
        }

        // 2. Share the rows of the bucket that stood for both.
        var count = TakeAll(splitting);
        foreach (var entry in _splitting.AsSpan(0, count)) _hash.Fetch(_rows[IndexOf(entry)]);
        foreach (var entry in _splitting.AsSpan(0, count)) Insert(ref _buckets[Place(_hash.Of(_rows[IndexOf(entry)]))], entry);

        // 3. Those that are the next to be shared are there when it comes to them.
        ref var following = ref _buckets[next];
        for (var places = following.Taken; places != 0; places &= places - 1)
            CacheLines.Fetch(ref _rows[IndexOf(following[BitOperations.TrailingZeroCount(places)])]);
    }

    private int TakeAll(int number)
    {
        var count = 0;
        ref var bucket = ref _buckets[number];
        var emptied = 0U;
        while (true)
        {
            if (count + IndexBucket.Places > _splitting.Length) Array.Resize(ref _splitting, 2 * _splitting.Length);
            for (var places = bucket.Taken; places != 0; places &= places - 1) _splitting[count++] = bucket[BitOperations.TrailingZeroCount(places)];
            var overflow = bucket.Overflow;
            bucket = default;
            if (emptied != 0) Free(emptied);
            if (overflow == 0) return count;
            emptied = overflow;
            bucket = ref _overflow[(int)overflow - 1];
        }
    }
}
