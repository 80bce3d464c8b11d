using System.Globalization;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Accounts;

/// <summary>
/// The file of API tokens, beside state.db: one a line, its parts separated by tabs. It holds no secret, only what is left of one by
/// SHA-256.
/// </summary>
internal static class TokenFile
{
    public const string FileName = "tokens";
    public const int MaxTokens = 1_000;

    private const int MaxCharacters = 1024 * 1024;
    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string Head = "# API tokens: id, name, role, scope, created, by whom, expires, SHA-256 of the secret\n";

    /// <summary>All tokens of a file; none when there is no file.</summary>
    /// <exception cref="StartupException">It cannot be read, or a line is wrong: one sentence that names it.</exception>
    public static IReadOnlyList<ApiToken> Read(string path) =>
        AccountText.Read(path, MaxCharacters) is { } text ? Parse(path, text) : [];

    /// <exception cref="StartupException">It cannot be read or written, a line is wrong, or there would be too many.</exception>
    public static void Change(string path, Func<IReadOnlyList<ApiToken>, IReadOnlyList<ApiToken>> change) =>
        AccountText.Change(path, MaxCharacters, former =>
        {
            var tokens = change(Parse(path, former ?? ""));
            if (tokens.Count > MaxTokens) throw new StartupException($"There may be {MaxTokens} tokens at most; revoke some.");
            return Head + string.Concat(tokens.Select(token => Line(token) + "\n"));
        });

    /// <summary>Why no token may have a name; null when one may.</summary>
    public static string? RefuseName(string? name) => LocalUser.RefuseName(name);

    private static List<ApiToken> Parse(string path, string text)
    {
        var tokens = new Dictionary<string, ApiToken>(StringComparer.Ordinal);
        var number = 0;
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            if (Parse(line) is not { } token)
                throw new StartupException(string.Create(CultureInfo.InvariantCulture, $"'{path}', line {number}: it is no token"));
            if (!tokens.TryAdd(token.Id, token) || tokens.Count > MaxTokens)
                throw new StartupException(
                    string.Create(CultureInfo.InvariantCulture, $"'{path}', line {number}: the id is there twice, or there are too many"));
        }

        return [.. tokens.Values];
    }

    /// <summary>A line of the file; null when it is no token.</summary>
    public static ApiToken? Parse(string line)
    {
        if (line.Split('\t') is not [var id, var name, var role, var scope, var created, var by, var expires, var hash]) return null;
        if (id.Length == 0 || !id.All(char.IsAsciiHexDigitLower) || RefuseName(name) is not null) return null;
        if (!KebabCase<AccessRole>.TryParse(role, out var access) || !KebabCase<TokenScope>.TryParse(scope, out var what)) return null;
        if (!TryParse(created, out var from) || !TryParse(expires, out var until)) return null;
        return hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower)
            ? new ApiToken(id, name, access, what, from, by, until, hash)
            : null;
    }

    private static bool TryParse(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, Moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>Its line in the file.</summary>
    public static string Line(ApiToken token) => string.Join(
        '\t', token.Id, token.Name, KebabCase<AccessRole>.Of(token.Role), KebabCase<TokenScope>.Of(token.Scope),
        token.CreatedAt.ToString(Moment, CultureInfo.InvariantCulture), Printable.Of(token.CreatedBy),
        token.ExpiresAt.ToString(Moment, CultureInfo.InvariantCulture), token.Hash);
}
