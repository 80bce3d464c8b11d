using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RpcCollector.Detection.State;

/// <summary>Buckets of a <see cref="HashIndex{TRow,THash}"/>, one cache line each, named by number. It grows by chunks, and a bucket never moves.</summary>
internal sealed unsafe class IndexBuckets
{
    public const int ChunkLength = 1 << ChunkBits;

    private const int ChunkBits = 8;
    private const int ChunkMask = ChunkLength - 1;

    private readonly TableMemory _memory = new(sizeof(IndexBucket) << ChunkBits);
    private nint[] _chunks = [];
    private int _numChunks;

    public long Bytes => (long)_numChunks * sizeof(IndexBucket) << ChunkBits;

    /// <summary>Buckets that there is room for.</summary>
    public int Capacity => _numChunks << ChunkBits;

    public ref IndexBucket this[int number]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref ((IndexBucket*)Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks), number >> ChunkBits))[number & ChunkMask];
    }

    public void Grow()
    {
        if (_numChunks == _chunks.Length) Array.Resize(ref _chunks, Math.Max(4, 2 * _numChunks));
        _chunks[_numChunks++] = _memory.Take();
    }
}

/// <summary>Up to 15 entries in any order, 0 for a free place, and the number + 1 of the bucket that takes what does not fit, 0 for none.</summary>
internal struct IndexBucket
{
    public const int Places = 15;

    private const uint PlacesMask = (1 << Places) - 1;

    private Vector512<uint> _entries;

    [UnscopedRef]
    public ref uint this[int place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref Unsafe.As<IndexBucket, uint>(ref this), place);
    }

    [UnscopedRef]
    public ref uint Overflow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref this[Places];
    }

    /// <summary>The places, as bits, whose entry is a given one where the mask has ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Having(uint entry, uint mask)
    {
        ref var low = ref Unsafe.As<IndexBucket, Vector256<uint>>(ref this);
        var (wanted, masks) = (Vector256.Create(entry), Vector256.Create(mask));
        var inLow = Vector256.Equals(low & masks, wanted).ExtractMostSignificantBits();
        var inHigh = Vector256.Equals(Unsafe.Add(ref low, 1) & masks, wanted).ExtractMostSignificantBits();
        return (inLow | inHigh << Vector256<uint>.Count) & PlacesMask;
    }

    /// <summary>The places, as bits, that are taken.</summary>
    public uint Taken => ~Having(0, uint.MaxValue) & PlacesMask;
}
