namespace RpcCollector.Detection.Tables;

/// <summary>The memory of one table: pieces of one size, aligned to cache lines, zeroed, at addresses that never change.</summary>
/// <remarks>
/// It lies outside the garbage-collected heap, where what is so large would set off collections of everything. A small table takes its
/// pieces singly. A large one takes them in blocks of huge pages: with a million flows nearly every access is to another page, and with
/// ordinary pages each would also cost a walk through the page tables.
/// </remarks>
/// <param name="pieceBytes">A multiple of a cache line.</param>
internal sealed class TableMemory(int pieceBytes)
{
    // Pieces that are taken singly, before a block of them is worth its size.
    private const int NumSingle = 8;

    // Of a block, that no piece fits into at its end.
    private const int LeastPartWasted = 16;

    private readonly List<TableBlock> _blocks = [];
    private nint _rest;
    private int _numRest;

    // Of the last block, up to here the kernel has cleared all.
    private nint _ready;

    /// <summary>One piece more.</summary>
    public nint Take()
    {
        if (_numRest == 0) AddBlock();
        var piece = _rest;
        _rest += pieceBytes;
        _numRest--;
        if (_rest > _ready) _ready = _blocks[^1].MakeReady(_ready, _rest);
        return piece;
    }

    private void AddBlock()
    {
        var bytes = _blocks.Count < NumSingle ? pieceBytes : BlockBytes();
        _blocks.Add(TableBlock.Of(bytes));
        (_rest, _numRest) = (_blocks[^1].Address, (int)(bytes / pieceBytes));
        _ready = _rest;
    }

    /// <summary>The fewest huge pages of which nearly nothing is left over.</summary>
    private long BlockBytes()
    {
        long bytes = TableBlock.HugePage;
        while (bytes < pieceBytes || bytes % pieceBytes > bytes / LeastPartWasted) bytes += TableBlock.HugePage;
        return bytes;
    }
}
