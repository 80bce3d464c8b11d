using System.Globalization;
using System.Text;

namespace RpcCollector.Accounts;

/// <summary>Passwords as bcrypt keeps them, in the form of <c>htpasswd -B</c>.</summary>
internal static class PasswordHash
{
    /// <summary>What we make: a quarter of a second on a slow core.</summary>
    public const int UsualCost = 12;

    public const int LeastCost = 4;

    /// <summary>One more doubles the time: a file must not make a login cost seconds.</summary>
    public const int MostCost = 14;

    public const int LeastCharacters = 8;

    /// <summary>bcrypt heeds no more than so many octets.</summary>
    public const int MostOctets = 72;

    // Revision, cost, 22 characters of salt, 31 of hash.
    private const int Length = 60;
    private const int SaltEnd = 29;

    /// <summary>Why a text cannot be a hash that is heeded here; null when it can.</summary>
    public static string? Refuse(string hash)
    {
        if (hash.Length < 4 || hash[0] != '$' || hash[1] != '2' || hash[2] is not ('a' or 'b' or 'y') || hash[3] != '$')
            return "the password is not kept by bcrypt; write the line with htpasswd -B";
        if (hash.Length != Length || hash[6] != '$' || !hash[7..].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/'))
            return "what stands for the password is no hash of bcrypt";
        return CostOf(hash) switch
        {
            < LeastCost => $"the cost of bcrypt is less than {LeastCost}",
            > MostCost => $"the cost of bcrypt is more than {MostCost}: each login would take seconds",
            null => "the cost of bcrypt is no number",
            _ => null,
        };
    }

    public static int? CostOf(string hash) =>
        int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost) ? cost : null;

    /// <summary>Why nobody should have a password; null when one may.</summary>
    public static string? RefusePassword(string password)
    {
        if (password.Length < LeastCharacters) return $"It is shorter than {LeastCharacters} characters.";
        if (Encoding.UTF8.GetByteCount(password) > MostOctets)
            return $"It is longer than {MostOctets} octets, which is all that bcrypt heeds.";
        return password.Any(char.IsControl) ? "It contains control characters." : null;
    }

    public static string Of(string password, int cost = UsualCost) =>
        "$2y$" + BCrypt.Net.BCrypt.HashPassword(password, cost)[4..];

    /// <summary>A hash that costs as much to compare with, and that no password has.</summary>
    public static string Dummy(int cost) =>
        string.Create(CultureInfo.InvariantCulture, $"$2y${cost:00}$") + new string('.', Length - SaltEnd + 22);

    /// <summary>Compares, at the cost that the hash names, whatever the password is.</summary>
    public static bool Verify(string password, string hash)
    {
        try
        {
            // htpasswd leaves out the rest of a longer one, too.
            return BCrypt.Net.BCrypt.Verify(Heeded(password), string.Concat("$2b$", hash.AsSpan(4)));
        }
        catch (Exception failure) when (failure is BCrypt.Net.SaltParseException or ArgumentException)
        {
            return false;
        }
    }

    private static string Heeded(string password)
    {
        if (Encoding.UTF8.GetByteCount(password) <= MostOctets) return password;
        var octets = Encoding.UTF8.GetBytes(password);
        return Encoding.UTF8.GetString(octets, 0, MostOctets);
    }
}
