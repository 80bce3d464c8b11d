using System.Buffers.Binary;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>Reads the socket addresses that the system writes, without making an object of them.</summary>
/// <remarks>
/// <code>
/// sockaddr_in:   family (2)  port (2, network order)  address (4)
/// sockaddr_in6:  family (2)  port (2, network order)  flow information (4)  address (16)  scope (4)
/// </code>
/// An IPv4 sender at a socket of both families is IPv4-mapped, which <see cref="HostAddress"/> holds as the same address.
/// </remarks>
internal static class SenderAddress
{
    public static ushort Port(ReadOnlySpan<byte> socketAddress) => BinaryPrimitives.ReadUInt16BigEndian(socketAddress[2..]);

    public static HostAddress Address(ReadOnlySpan<byte> socketAddress, bool isIPv6) =>
        isIPv6 ? HostAddress.FromIPv6(socketAddress[8..]) : HostAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(socketAddress[4..]));
}
