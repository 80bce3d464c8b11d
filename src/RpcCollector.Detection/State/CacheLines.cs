using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RpcCollector.Detection.State;

/// <summary>Asks for memory before it is needed, where the processor can be asked; a hint that changes nothing but the time.</summary>
internal static unsafe class CacheLines
{
    public const int Length = 64;

    /// <summary>Asks for the line of an address. The object may move meanwhile: then another line comes, in vain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref T place)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref place));
    }

    /// <summary>Asks for the first and the last line of a row, which is no longer than two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchRow<T>(ref T row)
    {
        if (!Sse.IsSupported) return;
        var first = (byte*)Unsafe.AsPointer(ref row);
        Sse.Prefetch0(first);
        if (Unsafe.SizeOf<T>() > sizeof(ulong)) Sse.Prefetch0(first + Unsafe.SizeOf<T>() - 1);
    }
}
