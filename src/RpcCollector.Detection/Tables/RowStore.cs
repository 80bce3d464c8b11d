using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RpcCollector.Detection.Tables;

/// <summary>Rows of one kind, named by index. It grows by chunks: a row never moves and growing never copies.</summary>
internal sealed unsafe class RowStore<TRow>
    where TRow : struct, IRow
{
    private const int ChunkBits = 12;
    private const int ChunkMask = (1 << ChunkBits) - 1;
    private const int LongestRun = 64;

    private readonly TableMemory _memory = new(Unsafe.SizeOf<TRow>() << ChunkBits);
    private nint[] _chunks = [];
    private int _numChunks;
    private int _unused;

    // The free list: runs of rows in the order in which they were freed, the latest run first, so that the same few rows are reused even if
    // many are free.
    private int _free = -1;

    // The last row of the first run; -1 when that is used up.
    private int _lastFreed = -1;
    private int _runLength;

    /// <summary>Rows in use.</summary>
    public int Count { get; private set; }

    /// <summary>Rows that are or once were in use: every lower index is valid.</summary>
    public int NumEver => _unused;

    /// <summary>Bytes of all chunks.</summary>
    public long Bytes => (long)_numChunks * Unsafe.SizeOf<TRow>() << ChunkBits;

    public ref TRow this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(
            ref Unsafe.AsRef<TRow>((void*)Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_chunks), index >> ChunkBits)),
            index & ChunkMask);
    }

    /// <summary>A new row, of which the caller must fill in every field; returns its index.</summary>
    /// <remarks>
    /// It is filled in place, because copying a struct that was just written field by field would wait until those writes, and all before
    /// them, are in the cache.
    /// </remarks>
    public ref TRow Add(out int index)
    {
        index = _free;
        if (index >= 0)
        {
            _free = this[index].NextFree;
            if (index == _lastFreed) _lastFreed = -1;
        }
        else
        {
            index = _unused++;
            if (index >> ChunkBits == _numChunks) Grow();
        }

        Count++;
        return ref this[index];
    }

    /// <summary>
    /// Frees a row. Rows that are freed together are reused in the same order, so that rows which leave in order of arrival stay in that
    /// order.
    /// </summary>
    public void Remove(int index)
    {
        if (_lastFreed >= 0 && _runLength < LongestRun)
        {
            ref var last = ref this[_lastFreed];
            this[index].NextFree = last.NextFree;
            last.NextFree = index;
            _runLength++;
        }
        else
        {
            this[index].NextFree = _free;
            _free = index;
            _runLength = 1;
        }

        _lastFreed = index;
        Count--;
    }

    private void Grow()
    {
        if (_numChunks == _chunks.Length) Array.Resize(ref _chunks, Math.Max(4, 2 * _numChunks));
        _chunks[_numChunks++] = _memory.Take();
    }
}
