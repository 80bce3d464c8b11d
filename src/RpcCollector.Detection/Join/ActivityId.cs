using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>The id of an activity: a mix of its connection and the start by which it was first known, the same in every process.</summary>
internal static class ActivityId
{
    // A JSON number is exact up to 2^53 (RFC 8259, 6).
    private const ulong Mask = (1UL << 53) - 1;

    public static long Of(HostAddress client, HostAddress server, ushort clientPort, ushort serverPort, long startUnixMilliseconds)
    {
        var mixed = Mix(client.Hash(), server.Hash());
        mixed = Mix(mixed, (ulong)clientPort << 16 | serverPort);
        mixed = Mix(mixed, (ulong)startUnixMilliseconds) & Mask;
        return (long)Math.Max(mixed, 1);
    }

    // The finalizer of SplitMix64: every bit of both parts reaches every bit of the result.
    private static ulong Mix(ulong state, ulong part)
    {
        var mixed = (state * 0x9E37_79B9_7F4A_7C15) + part;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }
}
