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

    public static string OfTcp(HostAddress source, ushort sourcePort, HostAddress destination, ushort destinationPort, ushort seed = 0)
    {
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
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350
        SHA1.HashData(octets[..length], hash);
#pragma warning restore CA5350
        return "1:" + Convert.ToBase64String(hash);
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
