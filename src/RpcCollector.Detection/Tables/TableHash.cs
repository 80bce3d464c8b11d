using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace RpcCollector.Detection.Tables;

/// <summary>The hash of the shards' tables: seeded anew in every process, so that nobody outside can aim flows at one bucket.</summary>
internal static class TableHash
{
    private static readonly ulong Offset = RandomSeed();
    private static readonly ulong Factor = RandomSeed() | 1;
    private static readonly ulong SecondFactor = RandomSeed() | 1;

    // Two products of 64 bits: one of 128 is a call of many steps where the program is compiled for any x86-64.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong key)
    {
        var mixed = (key ^ Offset) * Factor;
        mixed = (mixed ^ (mixed >> 32)) * SecondFactor;
        return mixed ^ (mixed >> 32);
    }

    private static ulong RandomSeed()
    {
        Span<byte> octets = stackalloc byte[8];
        RandomNumberGenerator.Fill(octets);
        return BitConverter.ToUInt64(octets);
    }
}
