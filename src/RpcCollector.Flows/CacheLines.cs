using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RpcCollector.Flows;

/// <summary>Prefetches memory before it is needed, on processors that can do so. Only a hint: it changes timing and nothing else.</summary>
/// <remarks>
/// The garbage collector may move an object in the meantime. Then the wrong lines are fetched, which costs a little time.
/// </remarks>
internal static unsafe class CacheLines
{
    public const int Length = 64;

    /// <summary>Prefetches the cache line of an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref readonly T place)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
    }

    /// <summary>Prefetches every cache line of a range of octets that begins at an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref readonly T first, int octets)
    {
        if (!Sse.IsSupported) return;
        var place = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in first));
        for (var octet = 0; octet < octets; octet += Length) Sse.Prefetch0(place + octet);
        Sse.Prefetch0(place + octets - 1);
    }

    /// <summary>Prefetches the first and the last cache line of a row; no row spans more than two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchRow<T>(ref readonly T row)
    {
        if (!Sse.IsSupported) return;
        var first = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in row));
        Sse.Prefetch0(first);
        if (Unsafe.SizeOf<T>() > sizeof(ulong)) Sse.Prefetch0(first + Unsafe.SizeOf<T>() - 1);
    }

    /// <summary>Prefetches the fields of an object, given how many octets they take.</summary>
    /// <remarks>The fields begin at the same offset in every object, so a class with a single field serves to find that offset.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchFields(object fields, int octets) => Fetch(in Unsafe.As<StrongBox<byte>>(fields).Value, octets);
}
