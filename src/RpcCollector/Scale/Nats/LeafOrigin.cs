using System.Security.Cryptography;
using System.Text;

namespace RpcCollector.Scale.Nats;

/// <summary>Which sensors a leaf speaks for: those called as its domain, or by a name that goes on behind it with a hyphen.</summary>
/// <remarks>
/// So whoever reads needs no list of leaves, and takes the same of a log whenever he reads it. The hubs' server writes beside each message
/// of a leaf where it has it from, and removes what the leaf wrote there: the stream, and eight signs of a hash of the API's subject, such
/// as "FLOW:sd2mWzRp 17" (nats-server 2.9; later ones add further words).
/// </remarks>
internal static class LeafOrigin
{
    private const int HashSigns = 8;
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The subjects of a leaf's API as the hubs' streams name them.</summary>
    public static string ApiOf(string domain) => $"$JS.{domain}.API";

    /// <summary>True where the server says that a message came from a leaf that may speak for the sensor.</summary>
    public static bool MayBeOf(string source, string sensor)
    {
        var stream = source.AsSpan(0, source.IndexOf(' ', StringComparison.Ordinal) is var end and >= 0 ? end : source.Length);
        var hash = stream[(stream.IndexOf(':') + 1)..];
        if (hash.Length != HashSigns) return false;
        for (var length = sensor.Length; length > 0; length = sensor.LastIndexOf('-', length - 1))
        {
            if (hash.SequenceEqual(HashOf(ApiOf(sensor[..length])))) return true;
        }

        return false;
    }

    /// <summary>As nats-server makes it.</summary>
    internal static string HashOf(string api)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(api));
        return string.Create(HashSigns, digest, static (signs, octets) =>
        {
            for (var i = 0; i < signs.Length; i++) signs[i] = Digits[octets[i] % Digits.Length];
        });
    }
}
