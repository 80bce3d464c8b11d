using System.Numerics;
using System.Runtime.CompilerServices;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// Finds rows by the hash of their key: linear hashing over buckets of one cache line, which hold a few bits of each row's hash.
/// </summary>
/// <remarks>
/// Thanks to these bits a lookup that finds nothing rarely reads a row, and one that succeeds rarely reads a wrong row. The index splits
/// one bucket every few insertions, so no insertion pays for rehashing the rest, and a removal leaves no gap behind. A table that has
/// outgrown its first few buckets gets as many at once as a huge page holds, which its memory is made of by then: no row is looked at
/// again before there are a quarter of a million.
/// </remarks>
internal sealed class HashIndex<TRow>
    where TRow : struct, IKeyedRow
{
    // On average, of 12 places: buckets not yet split hold twice as many as the others and overflow, and each overflow costs one more cache
    // line.
    private const int RowsPerBucket = 8;
    private const int FirstBuckets = IndexBuckets.ChunkLength;
    private const int ManyBuckets = TableBlock.HugePage / CacheLines.Length;

    private readonly RowStore<TRow> _rows;
    private readonly IndexBuckets _buckets = new();
    private readonly IndexBuckets _overflow = new();

    // Buckets 0 to _numBuckets - 1 exist; a hash may point to one beyond, which has not been split off yet.
    private int _numBuckets = FirstBuckets;
    private int _lowMask = FirstBuckets - 1;
    private int _count;
    private int _numOverflow;
    private uint _freeOverflow;
    private int[] _splitting = new int[4 * IndexBucket.Places];

    public HashIndex(RowStore<TRow> rows)
    {
        _rows = rows;
        _buckets.Grow();
    }

    public long Bytes => _buckets.Bytes + _overflow.Bytes;

    /// <summary>The row with this key; -1 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find<TKey>(in TKey key)
        where TKey : struct, IRowKey<TRow>
    {
        var hash = key.Hash();
        ref var bucket = ref _buckets[Place(hash)];
        while (true)
        {
            for (var places = bucket.WithTag(Tag(hash)); places != 0; places &= places - 1)
            {
                var index = bucket[BitOperations.TrailingZeroCount(places)];
                if (key.Is(index, _rows[index])) return index;
            }

            if (bucket.Overflow == 0) return -1;
            bucket = ref _overflow[(int)bucket.Overflow - 1];
        }
    }

    /// <summary>
    /// The first by value of the rows that match a key which several may have; -1 for none. In which order the index has them differs from
    /// process to process.
    /// </summary>
    public int FindFirst<TKey>(in TKey key)
        where TKey : struct, IOrderedRowKey<TRow>
    {
        var (hash, first) = (key.Hash(), -1);
        ref var bucket = ref _buckets[Place(hash)];
        while (true)
        {
            for (var places = bucket.WithTag(Tag(hash)); places != 0; places &= places - 1)
            {
                var index = bucket[BitOperations.TrailingZeroCount(places)];
                if (key.Is(index, _rows[index]) && (first < 0 || key.IsBefore(_rows[index], _rows[first]))) first = index;
            }

            if (bucket.Overflow == 0) return first;
            bucket = ref _overflow[(int)bucket.Overflow - 1];
        }
    }

    /// <summary>All rows that match a key which several may have, in no order; returns how many.</summary>
    public int Collect<TKey>(in TKey key, ref int[] found)
        where TKey : struct, IRowKey<TRow>
    {
        var (hash, count) = (key.Hash(), 0);
        ref var bucket = ref _buckets[Place(hash)];
        while (true)
        {
            for (var places = bucket.WithTag(Tag(hash)); places != 0; places &= places - 1)
            {
                var index = bucket[BitOperations.TrailingZeroCount(places)];
                if (!key.Is(index, _rows[index])) continue;
                if (count == found.Length) Array.Resize(ref found, 2 * count);
                found[count++] = index;
            }

            if (bucket.Overflow == 0) return count;
            bucket = ref _overflow[(int)bucket.Overflow - 1];
        }
    }

    /// <summary>Prefetches the bucket of a hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(ulong hash) => CacheLines.Fetch(in _buckets[Place(hash)]);

    /// <summary>
    /// Prefetches the rows that may have a hash, and the overflow bucket; false when there is neither. The bucket itself must be in the
    /// cache by now.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool FetchRows(ulong hash)
    {
        ref var bucket = ref _buckets[Place(hash)];
        var meant = bucket.WithTag(Tag(hash));
        for (var places = meant; places != 0; places &= places - 1)
            CacheLines.FetchRow(in _rows[bucket[BitOperations.TrailingZeroCount(places)]]);
        if (bucket.Overflow != 0) CacheLines.Fetch(in _overflow[(int)bucket.Overflow - 1]);
        return (meant | bucket.Overflow) != 0;
    }

    public void Add(int index)
    {
        Insert(_rows[index].Hash(), index);
        if (++_count <= _numBuckets * RowsPerBucket) return;
        if (_numBuckets == FirstBuckets) Spread();
        else Split();
    }

    public void Remove(int index)
    {
        var hash = _rows[index].Hash();
        _count--;
        ref var bucket = ref _buckets[Place(hash)];
        if (TryClear(ref bucket, Tag(hash), index)) return;
        ref var link = ref bucket.Overflow;
        bucket = ref _overflow[(int)link - 1];
        while (!TryClear(ref bucket, Tag(hash), index))
        {
            link = ref bucket.Overflow;
            bucket = ref _overflow[(int)link - 1];
        }

        if (bucket.Taken != 0) return;
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

    // Never 0: that marks a free place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Tag(ulong hash) => (byte)Math.Max((uint)(hash >> 56), 1U);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryClear(ref IndexBucket bucket, byte tag, int index)
    {
        for (var places = bucket.WithTag(tag); places != 0; places &= places - 1)
        {
            var place = BitOperations.TrailingZeroCount(places);
            if (bucket[place] != index) continue;
            bucket.Clear(place);
            return true;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Insert(ulong hash, int index)
    {
        ref var bucket = ref _buckets[Place(hash)];
        while (true)
        {
            var free = bucket.WithTag(0);
            if (free != 0)
            {
                bucket.Set(BitOperations.TrailingZeroCount(free), Tag(hash), index);
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

    private void Spread()
    {
        while (_buckets.Capacity < ManyBuckets) _buckets.Grow();
        (_numBuckets, _lowMask) = (ManyBuckets, ManyBuckets - 1);
        for (var number = 0; number < FirstBuckets; number++) Redistribute(number);
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

        // 2. Distribute the rows of the old bucket over both.
        Redistribute(splitting);

        // 3. Prefetch the rows of the bucket that is split next, which was itself prefetched at the last split; the one that is split after
        // it, and the one that is added next.
        ref var following = ref _buckets[next];
        for (var places = following.Taken; places != 0; places &= places - 1)
            CacheLines.FetchRow(in _rows[following[BitOperations.TrailingZeroCount(places)]]);
        CacheLines.Fetch(in _buckets[next + 1]);
        if (_numBuckets < _buckets.Capacity) CacheLines.Fetch(in _buckets[_numBuckets]);
    }

    // Among itself and those that were added: none of them had rows.
    private void Redistribute(int number)
    {
        var count = TakeAll(number);
        foreach (var index in _splitting.AsSpan(0, count)) Insert(_rows[index].Hash(), index);
    }

    private int TakeAll(int number)
    {
        var count = 0;
        ref var bucket = ref _buckets[number];
        var emptied = 0U;
        while (true)
        {
            if (count + IndexBucket.Places > _splitting.Length) Array.Resize(ref _splitting, 2 * _splitting.Length);
            for (var places = bucket.Taken; places != 0; places &= places - 1)
                _splitting[count++] = bucket[BitOperations.TrailingZeroCount(places)];
            var overflow = bucket.Overflow;
            bucket = default;
            if (emptied != 0) Free(emptied);
            if (overflow == 0) return count;
            emptied = overflow;
            bucket = ref _overflow[(int)overflow - 1];
        }
    }
}
