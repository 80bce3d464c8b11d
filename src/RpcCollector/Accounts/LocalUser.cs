using System.Security.Cryptography;
using System.Text;

namespace RpcCollector.Accounts;

/// <summary>Somebody who logs in by name and password; unique by the name, capitals and all.</summary>
internal sealed record LocalUser(string Name, string Hash, AccessRole Role)
{
    public const int MaxName = 100;

    /// <summary>What tells this state of the user from any other: a session that has another mark is over.</summary>
    public string Mark { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\0{Hash}\0{(int)Role}")).AsSpan(0, 16));

    /// <summary>Why nobody may have a name; null when one may.</summary>
    public static string? RefuseName(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return "A name is required.";
        if (name.Length > MaxName) return $"The name is longer than {MaxName} characters.";
        if (name.Any(c => char.IsControl(c) || c is ':' or '\u2028' or '\u2029' or '\uFFFD') || HasHalfPair(name))
            return "The name contains control characters or a colon.";
        return name[0] is '#' || char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1])
            ? "The name begins with # or a blank, or ends with one."
            : null;
    }

    private static bool HasHalfPair(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsSurrogate(name[i])) continue;
            if (i + 1 >= name.Length || !char.IsSurrogatePair(name[i], name[i + 1])) return true;
            i++;
        }

        return false;
    }
}
