using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RpcCollector.Flows;

/// <summary>Asks for memory before it is needed, where the processor can be asked; a hint that changes nothing but the time.</summary>
internal static unsafe class CacheLines
{
    private const int Length = 64;

    /// <summary>Asks for so many octets from an address on. They may move meanwhile: then other lines come, in vain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ref readonly T first, int octets)
    {
        if (!Sse.IsSupported) return;
        var place = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in first));
        for (var octet = 0; octet < octets; octet += Length) Sse.Prefetch0(place + octet);
        Sse.Prefetch0(place + octets - 1);
    }

    /// <summary>Asks for the fields of an object, so many octets of them.</summary>
    /// <remarks>Where they begin is the same for all objects, so any class that has one field will do to find it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchFields(object fields, int octets) => Fetch(in Unsafe.As<StrongBox<byte>>(fields).Value, octets);
}
