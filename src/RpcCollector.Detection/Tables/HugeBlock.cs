using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RpcCollector.Detection.Tables;

/// <summary>A zeroed block of memory outside the garbage-collected heap, on Linux in huge pages where the kernel grants them.</summary>
internal sealed unsafe partial class HugeBlock : SafeHandleZeroOrMinusOneIsInvalid
{
    private const nuint HugePage = 2 << 20;
    private const int MadvHugePage = 14;

    public HugeBlock(nuint bytes)
        : base(ownsHandle: true)
    {
        var block = NativeMemory.AlignedAlloc(bytes, HugePage);
        SetHandle((nint)block);

        // This is only advice: the kernel may have no such pages, and nothing depends on them.
        if (OperatingSystem.IsLinux()) _ = Advise(block, bytes, MadvHugePage);
        NativeMemory.Clear(block, bytes);
    }

    public nint Address => handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
