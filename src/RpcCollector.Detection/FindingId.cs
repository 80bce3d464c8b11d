using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>The id of a finding: a mix of its kind, client and server, the same in every process.</summary>
public static class FindingId
{
    // A JSON number is exact up to 2^53 (RFC 8259, 6).
    private const ulong Mask = (1UL << 53) - 1;

    public static long Of(FindingKind kind, HostAddress client, HostAddress? server)
    {
        var mixed = Mix((ulong)kind, client.Hash());
        mixed = Mix(mixed, server is { } address ? address.Hash() : 0) & Mask;
        return (long)Math.Max(mixed, 1);
    }

    // The finalizer of SplitMix64.
    private static ulong Mix(ulong state, ulong part)
    {
        var mixed = (state * 0x9E37_79B9_7F4A_7C15) + part;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }
}
