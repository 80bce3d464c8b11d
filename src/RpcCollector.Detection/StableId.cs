namespace RpcCollector.Detection;

/// <summary>Mixes what names a thing into its id, the same in every process.</summary>
internal static class StableId
{
    // A JSON number is exact up to 2^53 (RFC 8259, 6).
    private const ulong Mask = (1UL << 53) - 1;

    /// <summary>From 1 to 2^53 - 1.</summary>
    public static long Of(ulong mixed) => (long)Math.Max(mixed & Mask, 1);

    // The finalizer of SplitMix64: every bit of both parts reaches every bit of the result.
    public static ulong Mix(ulong state, ulong part)
    {
        var mixed = (state * 0x9E37_79B9_7F4A_7C15) + part;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }
}
