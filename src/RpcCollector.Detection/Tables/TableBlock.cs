using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// A zeroed block of memory outside the garbage-collected heap, aligned to cache lines. What nobody has touched takes no memory. A large
/// one is made of huge pages on Linux, where the kernel grants them.
/// </summary>
internal sealed unsafe partial class TableBlock : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>The size of a huge page; a large block takes whole ones, for one that is not covered is made of small pages.</summary>
    public const int HugePage = 2 << 20;

    // An allocator hands out again what it had before, and clears all of it: worth it for what is small.
    private const int Small = 64 << 10;

    private const int ReadAndWrite = 3;
    private const int PrivateAndAnonymous = 0x22;
    private const int NoFile = -1;
    private const nint Failed = -1;
    private const int HugePages = 14;

    // Of what the kernel mapped; 0 for what was allocated.
    private readonly nuint _mapped;

    private TableBlock(nint address, nuint mapped)
        : base(ownsHandle: true)
    {
        SetHandle(address);
        _mapped = mapped;
    }

    /// <exception cref="OutOfMemoryException">There is no more.</exception>
    public static TableBlock Of(long bytes)
    {
        if (bytes >= Small && OperatingSystem.IsLinux())
        {
            var page = bytes < HugePage ? (nuint)Environment.SystemPageSize : HugePage;
            var mapped = ((nuint)bytes + page - 1) & ~(page - 1);
            var block = bytes < HugePage ? Map(mapped) : MapHuge(mapped);
            if (block != Failed) return new TableBlock(block, mapped);
        }

        // It clears, and says when there is no more.
        return new TableBlock((nint)NativeMemory.AllocZeroed((nuint)bytes + CacheLines.Length), mapped: 0);
    }

    /// <summary>Has the kernel clear the huge pages of a part that will be written to soon. Else it does so as they are touched.</summary>
    /// <remarks>
    /// That takes milliseconds a page, and whoever touches it cannot be stopped meanwhile: a collection of garbage would have all others
    /// wait for it. For a thread that is in a call of the C library it does not wait. One octet of a page is enough; MADV_POPULATE_WRITE
    /// does the same, but not before Linux 5.14.
    /// </remarks>
    /// <param name="first">Nothing was written from there on.</param>
    /// <returns>The end of what is ready.</returns>
    public nint MakeReady(nint first, nint end)
    {
        if (_mapped < HugePage) return end;
        var page = first & ~((nint)HugePage - 1);
        for (; page < end; page += HugePage) _ = Set(Math.Max(first, page), 0, 1);
        return page;
    }

    public nint Address => (handle + CacheLines.Length - 1) & ~(nint)(CacheLines.Length - 1);

    protected override bool ReleaseHandle()
    {
        if (_mapped > 0) return Unmap(handle, _mapped) == 0;
        NativeMemory.Free((void*)handle);
        return true;
    }

    /// <summary>The kernel clears each page when it is touched first.</summary>
    private static nint Map(nuint bytes) => Map(0, bytes, ReadAndWrite, PrivateAndAnonymous, NoFile, 0);

    private static nint MapHuge(nuint bytes)
    {
        // 1. A page more, so that whole ones are within it wherever it begins.
        var mapped = Map(bytes + HugePage);
        if (mapped == Failed) return Failed;
        var block = (mapped + HugePage - 1) & ~((nint)HugePage - 1);

        // 2. What is too much goes back.
        var before = block - mapped;
        if (before > 0) _ = Unmap(mapped, (nuint)before);
        _ = Unmap(block + (nint)bytes, (nuint)(HugePage - before));

        // This is only advice: the kernel may have no such pages, and nothing depends on them.
        _ = Advise(block, bytes, HugePages);
        return block;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "memset")]
    private static partial nint Set(nint address, int value, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
