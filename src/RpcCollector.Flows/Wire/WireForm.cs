using System.Buffers.Binary;

namespace RpcCollector.Flows.Wire;

/// <summary>What the messages between roles have in common.</summary>
public static class WireForm
{
    public const int HeaderOctets = 64;

    /// <summary>A longer message is not read: what a NATS server takes unless it is told otherwise.</summary>
    public const int MostOctets = 1 << 20;

    /// <summary>Of the name of a sensor, a site or a correlator.</summary>
    public const int MostNameOctets = 64;

    internal const int AddressOctets = 16;

    /// <summary>Unix milliseconds: no time that a clock of arrivals tells lies beyond 48 bits.</summary>
    internal const long EndOfTime = 1L << 48;

    /// <summary>Unix milliseconds: the last of the year 9999. Times of flows are clamped to it, those of translations are kept.</summary>
    internal const long LatestTime = 253_402_300_799_999;

    /// <summary>True for a name that a message can carry: visible ASCII without spaces, neither empty nor too long.</summary>
    public static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MostNameOctets && !name.ContainsAnyExceptInRange('!', '~');

    internal static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= MostNameOctets && !name.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    /// <summary>Why what every message begins with is not as it must be; none where it is.</summary>
    internal static WireRejection RejectionOf(ReadOnlySpan<byte> message, uint magic, ushort version) =>
        message.Length < HeaderOctets ? WireRejection.TooShort
        : message.Length > MostOctets ? WireRejection.TooLong
        : BinaryPrimitives.ReadUInt32LittleEndian(message) != magic ? WireRejection.WrongMagic
        : BinaryPrimitives.ReadUInt16LittleEndian(message[4..]) != version ? WireRejection.UnknownVersion
        : WireRejection.None;

    internal static bool IsTime(long unixMilliseconds) => unixMilliseconds is >= 0 and < EndOfTime;

    /// <summary>The octets of a name, checked.</summary>
    /// <exception cref="ArgumentException">No message can carry it.</exception>
    internal static byte[] OctetsOf(string name, bool mayBeEmpty)
    {
        if (!(mayBeEmpty && name.Length == 0) && !IsName(name))
            throw new ArgumentException($"'{name}' is no name of 1 to {MostNameOctets} visible ASCII characters.", nameof(name));
        return System.Text.Encoding.ASCII.GetBytes(name);
    }
}
