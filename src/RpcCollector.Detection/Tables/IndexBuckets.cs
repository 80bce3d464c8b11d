using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// Buckets of a <see cref="HashIndex{TRow}"/>, one cache line each, named by number. It grows by chunks, and a bucket never moves.
/// </summary>
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

/// <summary>
/// Up to 12 rows in any order, each with a tag taken from its hash (0 marks a free place), and the number + 1 of the overflow bucket (0 for
/// none).
/// </summary>
/// <remarks>The tags come first, then that number, then the rows: one comparison of 16 bytes checks all tags.</remarks>
[StructLayout(LayoutKind.Sequential, Size = CacheLines.Length)]
internal struct IndexBucket
{
    public const int Places = 12;

    private const uint PlacesMask = (1 << Places) - 1;

    private Vector128<byte> _tagsAndOverflow;

    /// <summary>The row of a place.</summary>
    [UnscopedRef]
    public ref int this[int place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref Unsafe.As<IndexBucket, int>(ref this), place + (Places / sizeof(int)) + 1);
    }

    [UnscopedRef]
    public ref uint Overflow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref Unsafe.As<IndexBucket, uint>(ref this), Places / sizeof(uint));
    }

    /// <summary>The places, as bits, that are taken.</summary>
    public readonly uint Taken => WithTag(0) ^ PlacesMask;

    /// <summary>The places, as bits, that have a tag; 0 asks for the free ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint WithTag(byte tag) =>
        Vector128.Equals(_tagsAndOverflow, Vector128.Create(tag)).ExtractMostSignificantBits() & PlacesMask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int place, byte tag, int index)
    {
        Unsafe.Add(ref Unsafe.As<IndexBucket, byte>(ref this), place) = tag;
        this[place] = index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear(int place) => Unsafe.Add(ref Unsafe.As<IndexBucket, byte>(ref this), place) = 0;
}
