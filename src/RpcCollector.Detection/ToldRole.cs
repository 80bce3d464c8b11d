using System.Globalization;
using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>The role that a person told of a host, or of all hosts of a network; unique by these.</summary>
/// <remarks>
/// It belongs to the address, whoever holds it. It outranks what is learned, and the settings outrank it; of two that cover a host the one
/// of the smaller network counts.
/// </remarks>
/// <param name="Role">Null when it was taken back.</param>
/// <param name="Who">Who told it.</param>
/// <param name="Why">Why, in their words.</param>
public sealed record ToldRole(AddressPrefix Hosts, HostRole? Role, string Who, string Why, long AtUnixMilliseconds)
{
    private const int MostOfName = 64;
    private const string PlainSigns = " .-_@'\\";

    /// <summary>
    /// Who told it, fit for a sentence: a name that has other than letters, digits and a few signs stands in quotes, without what could
    /// end the line or turn the text around.
    /// </summary>
    public string Teller
    {
        get
        {
            var name = Who.Length > MostOfName
                ? $"{Who.AsSpan(0, char.IsHighSurrogate(Who[MostOfName - 1]) ? MostOfName - 1 : MostOfName)}…"
                : Who;
            if (name.Length > 0 && name.All(static sign => char.IsLetterOrDigit(sign) || sign == '…' || PlainSigns.Contains(sign)))
                return name;
            return $"\"{string.Concat(name.EnumerateRunes().Select(static rune => IsSafe(rune) ? rune.ToString() : "?"))}\"";
        }
    }

    private static bool IsSafe(System.Text.Rune rune) => rune.Value is not '"' and not 0xFFFD && System.Text.Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
