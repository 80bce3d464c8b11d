using System.Runtime.InteropServices;
using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Tests.Tables;

public partial class TableMemoryTests
{
    private const int CacheLine = 64;

    private const int OfThisThread = 1;

    /// <summary>From buckets of an index to rows of hosts, and one that is larger than a huge page.</summary>
    public static TheoryData<int> PieceSizes => [16_384, 20 * 4_096, 64 << 10, 256 << 10, 336 * 4_096, 3 << 20];

    [Theory]
    [MemberData(nameof(PieceSizes))]
    public void Pieces_are_zeroed_aligned_and_nobody_elses(int bytes)
    {
        var memory = new TableMemory(bytes);
        var pieces = new List<nint>();
        for (var i = 0; i < 40; i++)
        {
            var piece = memory.Take();
            Assert.Equal(0, piece % CacheLine);
            Assert.True(IsAll(0, piece, bytes));
            Fill((byte)(i + 1), piece, bytes);
            pieces.Add(piece);
        }

        for (var i = 0; i < pieces.Count; i++) Assert.True(IsAll((byte)(i + 1), pieces[i], bytes));
        GC.KeepAlive(memory);
    }

    [Theory]
    [InlineData(1)]
    [InlineData((64 << 10) - 1)]
    [InlineData(64 << 10)]
    [InlineData((2 << 20) - 1)]
    [InlineData(2 << 20)]
    [InlineData((2 << 20) + 1)]
    [InlineData(9_000_000)]
    public void A_block_of_any_size_is_zeroed_and_can_be_filled_to_its_last_octet(int bytes)
    {
        for (var i = 0; i < 20; i++)
        {
            using var block = TableBlock.Of(bytes);
            Assert.Equal(0, block.Address % CacheLine);
            Assert.True(IsAll(0, block.Address, bytes));
            Fill(0xA5, block.Address, bytes);
        }
    }

    [Fact]
    public void A_large_tables_next_page_is_cleared_before_it_is_touched()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere there are no huge pages");
        const int Piece = 256 << 10;
        var memory = new TableMemory(Piece);
        for (var i = 0; i < 8; i++)
        {
            // The code that counts has pages of its own, which are there from then on.
            Fill(1, memory.Take(), 1);
            NumFaults();
        }

        var (pages, faults) = (0, 0L);
        for (var i = 0; i < 80; i++)
        {
            var piece = memory.Take();
            if (piece % TableBlock.HugePage != 0) continue;
            pages++;
            var before = NumFaults();
            Fill(1, piece, 1);
            faults += NumFaults() - before;
        }

        // The runtime may have a fault or two of its own to count.
        Assert.Equal(10, pages);
        Assert.InRange(faults, 0, 3);
        GC.KeepAlive(memory);
    }

    private static unsafe long NumFaults()
    {
        // Two times of two numbers each, and then what is counted, of which the fifth is faults that needed no disk.
        var usage = stackalloc long[18];
        Assert.Equal(0, GetUsage(OfThisThread, usage));
        return usage[8];
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static unsafe partial int GetUsage(int of, long* usage);

    private static unsafe Span<byte> Octets(nint address, int count) => new((void*)address, count);

    private static void Fill(byte value, nint address, int count) => Octets(address, count).Fill(value);

    private static bool IsAll(byte value, nint address, int count) => !Octets(address, count).ContainsAnyExcept(value);
}
