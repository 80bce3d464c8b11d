using RpcCollector.Accounts;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.People;
using RpcCollector.Store.Words;

namespace RpcCollector.Http.Access;

/// <summary>
/// Users, tokens and sessions of several judges: takes what another one says of them, and finds what this one has to say because a
/// command changed a file.
/// </summary>
internal sealed class HeardAccounts(
    AccountPaths paths, StoreFolder folder, TokenBook tokens, UserBook users, SessionBook sessions, StateStore state)
{
    private const string KnownName = "said accounts";

    // A file that the settings name is looked after elsewhere.
    private readonly bool _hasUsers =
        paths.Users is { } path && folder.FullName is { } own && string.Equals(Path.GetDirectoryName(path), own, StringComparison.Ordinal);

    private Dictionary<(string Table, string Key), string>? _known;

    /// <summary>Who is to be told of users that are made here.</summary>
    public void Watch(IWordLog words) => users.Words = _hasUsers ? words : null;

    /// <summary>Takes what another judge said.</summary>
    /// <returns>False when a file could not be written.</returns>
    public bool Take(IReadOnlyList<SaidRow> rows)
    {
        try
        {
            TakeTokens(rows);
            if (_hasUsers) TakeUsers(rows);
        }
        catch (StartupException)
        {
            return false;
        }

        foreach (var row in Of(rows, SaidTables.Sessions))
        {
            if (row.Values is [string hash, string name, string mark, var address, long created, long used])
                sessions.Hear(new StoredSession(hash, name, mark, address as string, created, used));
            else sessions.HearEnd((string)row.Key);
        }

        return true;
    }

    /// <summary>What the files say otherwise than was last said, here or elsewhere.</summary>
    public IReadOnlyList<SaidRow> Changes()
    {
        var (known, now) = (Known, Now());
        return
        [
            .. now.Where(line => !string.Equals(known.GetValueOrDefault(line.Key), line.Value, StringComparison.Ordinal))
                .Select(line => new SaidRow(line.Key.Table, line.Key.Key, [line.Key.Key, line.Value])),
            .. known.Keys.Where(key => !now.ContainsKey(key)).Select(key => new SaidRow(key.Table, key.Key, Values: null)),
        ];
    }

    /// <summary>These were said.</summary>
    public void Remember(IReadOnlyList<SaidRow> rows)
    {
        if (rows.Count == 0) return;
        var known = new Dictionary<(string Table, string Key), string>(Known);
        foreach (var row in rows)
        {
            if (row.Values is [string key, string line]) known[(row.Table, key)] = line;
            else known.Remove((row.Table, (string)row.Key));
        }

        state.SetValue(KnownName, string.Join('\n', known.Select(line => $"{line.Key.Table} {line.Value}")));
        _known = known;
    }

    private Dictionary<(string Table, string Key), string> Known => _known ??= Read(state.Value(KnownName));

    private static Dictionary<(string Table, string Key), string> Read(string? text)
    {
        var known = new Dictionary<(string Table, string Key), string>();
        foreach (var entry in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.Split(' ', 2) is not [var table, var line]) continue;
            if (table.Equals(SaidTables.Tokens.Name, StringComparison.Ordinal) && TokenFile.Parse(line) is { } token)
                known[(table, token.Id)] = line;
            if (table.Equals(SaidTables.Users.Name, StringComparison.Ordinal) && UserFile.Parse(line) is { } user)
                known[(table, user.Name)] = line;
        }

        return known;
    }

    private Dictionary<(string Table, string Key), string> Now()
    {
        var now = new Dictionary<(string Table, string Key), string>();
        foreach (var token in tokens.All) now[(SaidTables.Tokens.Name, token.Id)] = TokenFile.Line(token);
        foreach (var user in _hasUsers ? users.All : []) now[(SaidTables.Users.Name, user.Name)] = UserFile.Line(user);
        return now;
    }

    private void TakeTokens(IReadOnlyList<SaidRow> rows)
    {
        var changes = new Dictionary<string, ApiToken?>(StringComparer.Ordinal);
        foreach (var row in Of(rows, SaidTables.Tokens))
        {
            if (row.Values is not [_, string line]) changes[(string)row.Key] = null;
            else if (TokenFile.Parse(line) is { } token && token.Id.Equals(row.Key)) changes[token.Id] = token;
        }

        if (changes.Count == 0) return;
        tokens.Hear(changes);
        Remember([.. Of(rows, SaidTables.Tokens).Where(row => changes.ContainsKey((string)row.Key))]);
    }

    private void TakeUsers(IReadOnlyList<SaidRow> rows)
    {
        var changes = new Dictionary<string, LocalUser?>(StringComparer.Ordinal);
        foreach (var row in Of(rows, SaidTables.Users))
        {
            if (row.Values is not [_, string line]) changes[(string)row.Key] = null;
            else if (UserFile.Parse(line) is { } user && user.Name.Equals(row.Key)) changes[user.Name] = user;
        }

        if (changes.Count == 0) return;
        users.Hear(changes);
        Remember([.. Of(rows, SaidTables.Users).Where(row => changes.ContainsKey((string)row.Key))]);
    }

    private static IEnumerable<SaidRow> Of(IReadOnlyList<SaidRow> rows, SaidTable table) =>
        rows.Where(row => row.Table.Equals(table.Name, StringComparison.Ordinal));
}
