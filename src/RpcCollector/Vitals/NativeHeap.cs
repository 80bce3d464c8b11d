using System.Runtime.InteropServices;

namespace RpcCollector.Vitals;

/// <summary>What is allocated beside .NET's own heap, as SQLite does.</summary>
internal static partial class NativeHeap
{
    /// <summary>
    /// Gives free memory back to the machine, of all threads: glibc by itself gives back only what lies at the end, so that what one burst
    /// took would stay.
    /// </summary>
    /// <remarks>Elsewhere than on Linux with glibc it does nothing.</remarks>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, which keeps its memory in its own way.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Trim(nuint kept);
}
