using System.Buffers.Text;
using RpcCollector.Detection;

namespace RpcCollector.Names;

/// <summary>Reads which machine a lease is of: its hardware address in hexadecimal digits, whatever stands between them.</summary>
internal static class MachineAddress
{
    // The longest hardware address is of 16 octets (RFC 2131, 2), a client id of 255 (RFC 2132, 9.14); beyond these nothing is new.
    private const int MostOctets = 64;

    // An address of Ethernet behind its hardware type.
    private const int TypedEthernet = 7;
    private const byte Ethernet = 1;

    /// <returns>As <see cref="AddressLease.MachineOf"/>; 0 when none is stated.</returns>
    public static ulong Of(ReadOnlySpan<byte> text)
    {
        Span<byte> octets = stackalloc byte[MostOctets];
        var length = 0;
        while (!text.IsEmpty && length < MostOctets)
        {
            if (text[0] is (byte)':' or (byte)'-' or (byte)'.')
            {
                text = text[1..];
                continue;
            }

            var digits = text.Length > 1 && char.IsAsciiHexDigit((char)text[1]) ? 2 : 1;
            if (!Utf8Parser.TryParse(text[..digits], out byte octet, out var read, 'x') || read != digits) return 0;
            octets[length++] = octet;
            text = text[digits..];
        }

        octets = octets[..length];
        if (octets is [Ethernet, ..] && length == TypedEthernet) octets = octets[1..];
        return octets.ContainsAnyExcept((byte)0) ? AddressLease.MachineOf(octets) : 0;
    }
}
