using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace RpcCollector.Names;

/// <summary>
/// The one door for names: whatever is shown as one has come through here, and is text that no output can take for anything else.
/// </summary>
/// <remarks>
/// Names come from the network, so from whoever likes. What passes has at most <see cref="HostName.MaxLength"/> characters of a short list,
/// none of which is markup, a quote, a control, or written from right to left. A name is never cut: half a name is another name.
/// </remarks>
internal static class NameText
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    // More octets than so many letters can take.
    private const int MostOctets = HostName.MaxLength * 4;

    private static readonly SearchValues<char> AnyLetter = SearchValues.Create(Letters);
    private static readonly SearchValues<char> OfHosts = SearchValues.Create(Letters + Digits + "-._");
    private static readonly SearchValues<char> OfUsers = SearchValues.Create(Letters + Digits + "-._$@\\/+ ");
    private static readonly SearchValues<char> OfLabels = SearchValues.Create(Letters + Digits + "-._$@\\/+ ,():#");

    /// <summary>What names no host although it stands where a name should.</summary>
    private static readonly HashSet<string> Junk = new(StringComparer.OrdinalIgnoreCase)
    {
        "localhost", "localdomain", "ip6-localhost", "ip6-loopback", "broadcasthost", "wpad", "isatap", "workgroup", "mshome", "domain",
        "unknown", "none", "null", "nil", "default", "empty", "host", "hostname", "in-addr", "ip6",
    };

    private static readonly string[] Reversed = [".in-addr.arpa", ".ip6.arpa", ".ipv6-literal.net"];

    /// <summary>
    /// The name of a host: ASCII letters, digits and <c>- . _</c>; an internationalised one stays in its ASCII form, xn--….
    /// </summary>
    /// <param name="told">UTF-8.</param>
    public static bool TryClean(ReadOnlySpan<byte> told, [NotNullWhen(true)] out string? name)
    {
        Span<char> room = stackalloc char[HostName.MaxLength + 1];
        name = TryRead(told, OfHosts, isLatinKept: false, room, out var length) ? Host(room[..length]) : null;
        return name is not null;
    }

    public static bool TryClean(string? told, [NotNullWhen(true)] out string? name)
    {
        name = null;
        return told is not null && told.Length <= MostOctets && TryClean(Encoding.UTF8.GetBytes(told), out name);
    }

    /// <inheritdoc cref="TryCleanUser(ReadOnlySpan{byte}, out string?)"/>
    public static bool TryCleanUser(string? told, [NotNullWhen(true)] out string? name)
    {
        name = null;
        return told is not null && told.Length <= MostOctets && TryCleanUser(Encoding.UTF8.GetBytes(told), out name);
    }

    /// <summary>The name of a user: Latin letters, digits and <c>- . _ $ @ \ / +</c> and blanks, other letters as an underscore.</summary>
    public static bool TryCleanUser(ReadOnlySpan<byte> told, [NotNullWhen(true)] out string? name)
    {
        Span<char> room = stackalloc char[HostName.MaxLength + 1];
        name = null;
        if (!TryRead(told, OfUsers, isLatinKept: true, room, out var length)) return false;
        var text = room[..length].Trim(' ');
        if (!ContainsLetterOrDigit(text) || text.SequenceEqual("-")) return false;
        name = text.ToString();
        return true;
    }

    /// <summary>What a person wrote of a host: as the name of a user, and <c>, ( ) : #</c>.</summary>
    public static bool TryCleanLabel(string told, [NotNullWhen(true)] out string? label)
    {
        Span<char> room = stackalloc char[HostName.MaxLength + 1];
        label = null;
        if (told.Length > MostOctets || !TryRead(Encoding.UTF8.GetBytes(told), OfLabels, isLatinKept: true, room, out var length))
            return false;
        var text = room[..length].Trim(' ');
        if (!ContainsLetterOrDigit(text)) return false;
        label = text.ToString();
        return true;
    }

    /// <summary>True for a character that a name can have, of whatever kind it is.</summary>
    public static bool IsAllowed(char character) => OfLabels.Contains(character) || IsLatin(character);

    private static bool TryRead(ReadOnlySpan<byte> told, SearchValues<char> allowed, bool isLatinKept, Span<char> into, out int length)
    {
        length = 0;
        if (told.Length is 0 or > MostOctets) return false;
        while (!told.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(told, out var rune, out var read) != OperationStatus.Done || length == HostName.MaxLength) return false;
            told = told[read..];
            if (rune.IsBmp && allowed.Contains((char)rune.Value)) into[length++] = (char)rune.Value;
            else if (isLatinKept && rune.IsBmp && IsLatin((char)rune.Value)) into[length++] = (char)rune.Value;
            else if (Rune.IsLetterOrDigit(rune) || rune.Value == '\'') into[length++] = '_';
            else return false;
        }

        return true;
    }

    /// <summary>Letters of Latin-1, Latin Extended-A and -B: read from left to right, and no two of them combine.</summary>
    private static bool IsLatin(char character) => character is >= '\u00C0' and <= '\u024F' and not ('\u00D7' or '\u00F7');

    private static string? Host(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd('.');
        if (text.IsEmpty || text[0] is '-' or '.' or '_' || text.Contains("..", StringComparison.Ordinal)
            || text.Contains("._", StringComparison.Ordinal)) return null;
        if (!text.ContainsAny(AnyLetter) || text.IndexOf('.') is var dot && Junk.GetAlternateLookup<ReadOnlySpan<char>>()
                .Contains(dot < 0 ? text : text[..dot])) return null;
        foreach (var suffix in Reversed)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) return null;
        }

        // Such as 0x7f.1, which some programs take for an address.
        return IPAddress.TryParse(text, out _) ? null : text.ToString();
    }

    private static bool ContainsLetterOrDigit(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (char.IsLetterOrDigit(character)) return true;
        }

        return false;
    }
}
