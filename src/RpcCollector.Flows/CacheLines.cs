using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RpcCollector.Flows;

/// <summary>Asks for memory before it is needed, where the processor can be asked; a hint that changes nothing but the time.</summary>
/// <remarks>An object may move meanwhile: then other lines come, in vain.</remarks>
internal static unsafe class CacheLines
{
    public const int Length = 64;

    /// <summary>Asks for the line of an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref readonly T place)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
    }

    /// <summary>Asks for so many octets from an address on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref readonly T first, int octets)
    {
        if (!Sse.IsSupported) return;
        var place = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in first));
        for (var octet = 0; octet < octets; octet += Length) Sse.Prefetch0(place + octet);
        Sse.Prefetch0(place + octets - 1);
    }

    /// <summary>Asks for the first and the last line of a row, which is no longer than two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchRow<T>(ref readonly T row)
    {
        if (!Sse.IsSupported) return;
        var first = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in row));
        Sse.Prefetch0(first);
        if (Unsafe.SizeOf<T>() > sizeof(ulong)) Sse.Prefetch0(first + Unsafe.SizeOf<T>() - 1);
    }

    /// <summary>Asks for the fields of an object, so many octets of them.</summary>
    /// <remarks>Where they begin is the same for all objects, so any class that has one field will do to find it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchFields(object fields, int octets) => Fetch(in Unsafe.As<StrongBox<byte>>(fields).Value, octets);
}
