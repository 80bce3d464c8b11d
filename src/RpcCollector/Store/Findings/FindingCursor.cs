using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using RpcCollector.Flows;

namespace RpcCollector.Store.Findings;

/// <summary>The place after the last finding of a page, in the order of that page. Opaque to clients.</summary>
/// <param name="Rank">What the order goes by where that is a number other than a time.</param>
/// <param name="Address">What it goes by where that is an address.</param>
/// <param name="AtUnixMilliseconds">The time that decides then.</param>
internal readonly record struct FindingCursor(FindingOrder Order, long Rank, HostAddress Address, long AtUnixMilliseconds, long Id)
{
    private const int Octets = 41;
    private const int Characters = 55;

    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[Octets];
        octets[0] = (byte)Order;
        BinaryPrimitives.WriteInt64BigEndian(octets[1..], Rank);
        BinaryPrimitives.WriteUInt64BigEndian(octets[9..], Address.High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[17..], Address.Low);
        BinaryPrimitives.WriteInt64BigEndian(octets[25..], AtUnixMilliseconds);
        BinaryPrimitives.WriteInt64BigEndian(octets[33..], Id);
        return Base64Url.EncodeToString(octets);
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out FindingCursor cursor)
    {
        cursor = default;
        Span<byte> octets = stackalloc byte[Octets];
        if (text is not { Length: Characters } || !Base64Url.IsValid(text)) return false;
        if (!Base64Url.TryDecodeFromChars(text, octets, out var written) || written != Octets) return false;
        var order = (FindingOrder)octets[0];
        if (!Enum.IsDefined(order)) return false;
        var address =
            new HostAddress(BinaryPrimitives.ReadUInt64BigEndian(octets[9..]), BinaryPrimitives.ReadUInt64BigEndian(octets[17..]));
        cursor = new FindingCursor(
            order, BinaryPrimitives.ReadInt64BigEndian(octets[1..]), address, BinaryPrimitives.ReadInt64BigEndian(octets[25..]),
            BinaryPrimitives.ReadInt64BigEndian(octets[33..]));
        return true;
    }
}
