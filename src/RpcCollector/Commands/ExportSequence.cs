using System.Buffers.Binary;
using RpcCollector.Flows;

namespace RpcCollector.Commands;

/// <summary>
/// The sequence of one Transport Session, version and Observation Domain, in the header of a datagram that is plausible as an export.
/// </summary>
/// <remarks>
/// <code>
///         counts         sequence  domain
/// v5      flows          16        20 (2 octets)
/// v9      Messages       12        16            RFC 3954, 5.1
/// IPFIX   Data Records   8         12            RFC 7011, 3.1
/// </code>
/// </remarks>
internal readonly record struct ExportSequence(TransportSession Session, int Version, uint ObservationDomainId)
{
    public static ExportSequence Of(in TransportSession session, ReadOnlySpan<byte> datagram) => datagram[1] switch
    {
        5 => new ExportSequence(session, 5, BinaryPrimitives.ReadUInt16BigEndian(datagram[20..])),
        9 => new ExportSequence(session, 9, BinaryPrimitives.ReadUInt32BigEndian(datagram[16..])),
        _ => new ExportSequence(session, 10, BinaryPrimitives.ReadUInt32BigEndian(datagram[12..])),
    };

    public static uint Number(ReadOnlySpan<byte> datagram) => BinaryPrimitives.ReadUInt32BigEndian(datagram[Place(datagram)..]);

    /// <summary>Advances the sequence number by a number of units.</summary>
    public static void Advance(Span<byte> datagram, uint units) =>
        BinaryPrimitives.WriteUInt32BigEndian(datagram[Place(datagram)..], Number(datagram) + units);

    private static int Place(ReadOnlySpan<byte> datagram) => datagram[1] switch { 5 => 16, 9 => 12, _ => 8 };
}
