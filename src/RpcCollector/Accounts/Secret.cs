using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace RpcCollector.Accounts;

/// <summary>256 random bits that somebody shows, and the hash that is kept of them.</summary>
internal static class Secret
{
    public const int Octets = 32;

    public static byte[] Make() => RandomNumberGenerator.GetBytes(Octets);

    /// <summary>In the letters of base64url (RFC 4648, 5), without padding.</summary>
    public static string Text(byte[] secret) => Base64Url.EncodeToString(secret);

    /// <summary>Reads what somebody shows; false for anything that is no secret.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, Span<byte> secret) =>
        Base64Url.DecodeFromChars(text, secret, out var read, out var written) == OperationStatus.Done
        && read == text.Length && written == Octets;

    /// <summary>In hexadecimal digits.</summary>
    public static string HashOf(ReadOnlySpan<byte> secret) => Convert.ToHexStringLower(SHA256.HashData(secret));
}
