using System.Security.Cryptography;

namespace RpcCollector.Accounts;

/// <summary>What a program shows instead of a login; unique by its id, and known by the hash of its secret alone.</summary>
/// <param name="CreatedBy">Who made it; empty where nobody said who it was.</param>
/// <param name="Hash">SHA-256 of the secret, in hexadecimal digits.</param>
internal sealed record ApiToken(
    string Id, string Name, AccessRole Role, TokenScope Scope, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset ExpiresAt,
    string Hash)
{
    /// <summary>By which tokens are found in what was published by mistake.</summary>
    public const string Prefix = "rpc_";

    public const int MaxDays = 3_650;

    private const int IdOctets = 6;

    /// <returns>The token, and what its program has to show: nobody can tell it later.</returns>
    public static (ApiToken Token, string Secret) Make(
        string name, AccessRole role, TokenScope scope, DateTimeOffset now, string createdBy, int days)
    {
        var secret = Secret.Make();
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdOctets));
        var second = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var token = new ApiToken(id, name, role, scope, second, createdBy, second.AddDays(days), Secret.HashOf(secret));
        return (token, Prefix + Secret.Text(secret));
    }

    /// <summary>The hash by which what a program shows is looked up; null when it cannot be a token of ours.</summary>
    public static string? HashOf(string shown)
    {
        if (!shown.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        Span<byte> secret = stackalloc byte[Secret.Octets];
        return Secret.TryRead(shown.AsSpan(Prefix.Length), secret) ? Secret.HashOf(secret) : null;
    }
}

/// <summary>What a token is good for.</summary>
internal enum TokenScope
{
    /// <summary>Whatever its role may.</summary>
    All,

    /// <summary>/metrics and /metrics/findings, and nothing else.</summary>
    Metrics,
}
