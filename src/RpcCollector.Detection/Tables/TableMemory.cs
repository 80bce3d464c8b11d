using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>The memory of one table: pieces of one size, aligned to cache lines, zeroed, at addresses that never change.</summary>
/// <remarks>
/// A small table takes its pieces from the garbage-collected heap. A large one takes them in blocks of huge pages: with a million flows
/// nearly every access is to another page, and with ordinary pages each would also cost a walk through the page tables.
/// </remarks>
internal sealed unsafe class TableMemory(int pieceBytes)
{
    // Pieces that are taken singly, before a block of them is worth its size.
    private const int NumSingle = 8;
    private const int BlockBytes = 2 << 20;

    private readonly int _piecesPerBlock = Math.Max(1, BlockBytes / pieceBytes);
    private readonly List<byte[]> _singles = [];
    private readonly List<HugeBlock> _blocks = [];
    private nint _rest;
    private int _numRest;

    /// <summary>One piece more.</summary>
    public nint Take()
    {
        if (_singles.Count < NumSingle) return TakeSingle();
        if (_numRest == 0)
        {
            _blocks.Add(new HugeBlock((nuint)pieceBytes * (nuint)_piecesPerBlock));
            (_rest, _numRest) = (_blocks[^1].Address, _piecesPerBlock);
        }

        var piece = _rest;
        _rest += pieceBytes;
        _numRest--;
        return piece;
    }

    private nint TakeSingle()
    {
        var array = GC.AllocateArray<byte>(pieceBytes + CacheLines.Length, pinned: true);
        _singles.Add(array);
        return ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array))
            + CacheLines.Length - 1) & ~(nint)(CacheLines.Length - 1);
    }
}
