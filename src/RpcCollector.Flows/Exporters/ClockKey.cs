using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RpcCollector.Flows.Exporters;

/// <summary>Names a clock by what it is, in 64 bits of SHA-256: the same in every process, whenever its exporter was first seen.</summary>
/// <remarks>
/// Where clocks are put in order, the order of their keys decides, so that which of them is the reference of a flow depends on values
/// alone. One hash serves both clocks of
/// a session: its first word names the one behind times from uptime, its second the one behind absolute times.
/// </remarks>
internal static class ClockKey
{
    private const int AddressOctets = 16;
    private const byte Session = 1;
    private const byte Zeek = 2;

    /// <summary>The two clocks of a session.</summary>
    public static (ulong ByUpTime, ulong Absolute) Of(HostAddress exporter, in SessionKey key)
    {
        Span<byte> value = stackalloc byte[AddressOctets + 14];
        Write(value, Session, exporter);
        var rest = value[(AddressOctets + 1)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, key.ExporterPort);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], key.CollectorPort);
        BinaryPrimitives.WriteInt32BigEndian(rest[4..], key.Version);
        BinaryPrimitives.WriteUInt32BigEndian(rest[8..], key.ObservationDomainId);
        rest[12] = key.IsOverTcp ? (byte)1 : (byte)0;
        return HashOf(value);
    }

    /// <summary>The one clock of a Zeek sensor.</summary>
    public static ulong OfSensor(HostAddress sensor)
    {
        Span<byte> value = stackalloc byte[AddressOctets + 1];
        Write(value, Zeek, sensor);
        return HashOf(value).First;
    }

    private static void Write(Span<byte> value, byte kind, HostAddress address)
    {
        value[0] = kind;
        BinaryPrimitives.WriteUInt64BigEndian(value[1..], address.High);
        BinaryPrimitives.WriteUInt64BigEndian(value[9..], address.Low);
    }

    private static (ulong First, ulong Second) HashOf(ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value, hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }
}
