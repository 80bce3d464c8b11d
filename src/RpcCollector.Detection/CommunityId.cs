using System.Buffers.Binary;
using System.Security.Cryptography;
using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>Community ID version 1: one name for one connection, whichever tool saw it and from which side.</summary>
/// <remarks>
/// <code>
/// seed (2) | lower end's address (4 or 16) | higher end's address | protocol (1) | zero (1) | lower end's port (2) | higher end's port (2)
/// </code>
/// The ends are ordered by address, then port, as numbers in network order; "1:" and the base64 of the SHA-1 over it.
/// </remarks>
public static class CommunityId
{
    private const byte Tcp = 6;

    private const string Version = "1:";

    public static string OfTcp(HostAddress source, ushort sourcePort, HostAddress destination, ushort destinationPort, ushort seed = 0)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        Hash(source, sourcePort, destination, destinationPort, seed, hash);
        return Version + Convert.ToBase64String(hash);
    }

    /// <summary>A number for a connection, by which its Community ID of seed 0 can be looked up.</summary>
    public static long KeyOfTcp(HostAddress source, ushort sourcePort, HostAddress destination, ushort destinationPort)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        Hash(source, sourcePort, destination, destinationPort, seed: 0, hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <summary>The number of a Community ID; false for what is none of version 1.</summary>
    public static bool TryGetKey(string text, out long key)
    {
        key = 0;
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        if (!text.StartsWith(Version, StringComparison.Ordinal)
            || !Convert.TryFromBase64Chars(text.AsSpan(Version.Length), hash, out var written) || written != hash.Length) return false;
        key = BinaryPrimitives.ReadInt64BigEndian(hash);
        return true;
    }

    private static void Hash(
        HostAddress source, ushort sourcePort, HostAddress destination, ushort destinationPort, ushort seed, Span<byte> hash)
    {
        // As whoever captures at the site has it.
        (source, destination) = (source.WithoutSite(), destination.WithoutSite());
        var order = source.CompareTo(destination);
        if (order > 0 || (order == 0 && sourcePort > destinationPort))
            (source, sourcePort, destination, destinationPort) = (destination, destinationPort, source, sourcePort);

        // 1. Lay out what is hashed.
        Span<byte> octets = stackalloc byte[2 + 16 + 16 + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(octets, seed);
        var length = 2;
        var isIPv4 = source.IsIPv4 && destination.IsIPv4;
        length += Write(octets[length..], source, isIPv4);
        length += Write(octets[length..], destination, isIPv4);
        octets[length++] = Tcp;
        octets[length++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(octets[length..], sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(octets[(length + 2)..], destinationPort);
        length += 4;

        // 2. The specification asks for SHA-1; it only names the connection and protects nothing.
#pragma warning disable CA5350
        SHA1.HashData(octets[..length], hash);
#pragma warning restore CA5350
    }

    private static int Write(Span<byte> octets, HostAddress address, bool isIPv4)
    {
        if (isIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)address.Low);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(octets, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], address.Low);
        return 16;
    }
}
