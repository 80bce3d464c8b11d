using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace RpcCollector.Detection.Tables;

/// <summary>The hash of the shards' tables: seeded anew in every process, so that nobody outside can aim flows at one bucket.</summary>
internal static class TableHash
{
    private static readonly ulong Offset = RandomSeed();
    private static readonly ulong Factor = RandomSeed() | 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong key)
    {
        var high = Math.BigMul(key ^ Offset, Factor, out ulong low);
        return high ^ low;
    }

    private static ulong RandomSeed()
    {
        Span<byte> octets = stackalloc byte[8];
        RandomNumberGenerator.Fill(octets);
        return BitConverter.ToUInt64(octets);
    }
}
