using System.Globalization;
using RpcCollector.Files;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Accounts;

/// <summary>
/// The file of users: lines <c>name:$2y$…:role</c>, the first two parts as <c>htpasswd -B</c> writes them. A line without a role is of a
/// reader. Lines that begin with # are left alone.
/// </summary>
internal static class UserFile
{
    public const int MaxUsers = 1_000;

    private const int MaxCharacters = 256 * 1024;

    /// <summary>All users of a file; none when there is no file.</summary>
    /// <exception cref="StartupException">It cannot be read, or a line is wrong: one sentence that names it.</exception>
    public static IReadOnlyList<LocalUser> Read(string path) =>
        AccountText.Read(path, MaxCharacters) is { } text ? Parse(path, text) : [];

    /// <summary>Changes the users, and leaves comments and the order as they are.</summary>
    /// <param name="change">From the present users to those that shall be.</param>
    /// <exception cref="StartupException">It cannot be read or written, a line is wrong, or there would be too many.</exception>
    public static void Change(string path, Func<IReadOnlyList<LocalUser>, IReadOnlyList<LocalUser>> change) =>
        AccountText.Change(path, MaxCharacters, former =>
        {
            var users = change(Parse(path, former ?? ""));
            if (users.Count > MaxUsers) throw new StartupException($"'{path}': there may be {MaxUsers} users at most.");
            var left = users.ToDictionary(user => user.Name, StringComparer.Ordinal);
            var lines = new List<string>();
            foreach (var line in Lines(former ?? ""))
            {
                if (IsComment(line)) lines.Add(line);
                else if (left.Remove(line[..line.IndexOf(':', StringComparison.Ordinal)], out var user)) lines.Add(Line(user));
            }

            lines.AddRange(users.Where(user => left.ContainsKey(user.Name)).Select(Line));
            return string.Concat(lines.Select(line => line + "\n"));
        });

    public static IReadOnlyList<LocalUser> Parse(string path, string text)
    {
        var users = new Dictionary<string, LocalUser>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in Lines(text))
        {
            number++;
            if (IsComment(line)) continue;
            if (!TryParse(line, out var user, out var why)) throw Wrong(path, number, why);
            if (!users.TryAdd(user.Name, user)) throw Wrong(path, number, $"'{user.Name}' is there twice");
            if (users.Count > MaxUsers) throw Wrong(path, number, $"there may be {MaxUsers} users at most");
        }

        return [.. users.Values];
    }

    /// <summary>A line of the file; null when it is no user's.</summary>
    public static LocalUser? Parse(string line) => !IsComment(line) && TryParse(line, out var user, out _) ? user : null;

    private static bool TryParse(string line, out LocalUser user, out string why)
    {
        user = null!;
        why = "";
        var parts = line.Split(':');
        if (parts.Length is < 2 or > 3)
        {
            why = "it is not name:hash or name:hash:role";
            return false;
        }

        var role = AccessRole.Reader;
        why = LocalUser.RefuseName(parts[0])?.TrimEnd('.') ?? PasswordHash.Refuse(parts[1]) ?? "";
        if (why.Length == 0 && parts.Length == 3 && !KebabCase<AccessRole>.TryParse(parts[2].Trim(), out role))
            why = $"'{Printable.Of(parts[2])}' is no role; roles are " +
                $"{string.Join(", ", KebabCase<AccessRole>.All.Select(KebabCase<AccessRole>.Of))}";
        if (why.Length > 0) return false;
        user = new LocalUser(parts[0], parts[1], role);
        return true;
    }

    /// <summary>Their line in the file.</summary>
    public static string Line(LocalUser user) => $"{user.Name}:{user.Hash}:{KebabCase<AccessRole>.Of(user.Role)}";

    private static bool IsComment(string line) => line.Length == 0 || line[0] == '#' || string.IsNullOrWhiteSpace(line);

    private static IEnumerable<string> Lines(string text)
    {
        using var reader = new StringReader(text.TrimStart('\uFEFF'));
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static StartupException Wrong(string path, int number, string why) =>
        new(string.Create(CultureInfo.InvariantCulture, $"'{path}', line {number}: {why}"));
}
