using System.Runtime.CompilerServices;
using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Numbers found by a hash, all 0 at first, outside the garbage-collected heap.</summary>
internal sealed unsafe class BucketArray
{
    private readonly TableBlock _block;
    private readonly int* _buckets;
    private readonly int _mask;

    /// <param name="length">A power of two.</param>
    public BucketArray(int length)
    {
        _block = TableBlock.Of((long)length * sizeof(int));
        _buckets = (int*)_block.Address;

        // All of it is written to at once, by whoever puts into it what the one before held.
        _block.MakeReady(_block.Address, _block.Address + ((nint)length * sizeof(int)));
        _mask = length - 1;
    }

    public int Length => _mask + 1;

    public ref int this[ulong hash]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _buckets[(int)hash & _mask];
    }

    /// <summary>Others took its place: its memory goes back at once.</summary>
    public void Free() => _block.Dispose();
}
