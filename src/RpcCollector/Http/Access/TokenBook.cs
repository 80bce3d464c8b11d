using System.Globalization;
using RpcCollector.Accounts;
using RpcCollector.Flows.Time;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.Http.Access;

/// <summary>The API tokens, as their file has them, and when each was last used.</summary>
internal sealed class TokenBook
{
    /// <summary>The name under which state.db keeps when they were used.</summary>
    public const string UsesName = "token-uses";

    private const string Setting = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Store)}:{nameof(StoreOptions.Folder)}";

    private readonly Lock _lock = new();
    private readonly AccountFile<ApiToken> _file;
    private readonly StateStore _state;
    private readonly ArrivalClock _clock;
    private readonly Dictionary<string, long> _uses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CancellationTokenSource> _ends = new(StringComparer.Ordinal);
    private Dictionary<string, ApiToken> _byHash = new(StringComparer.Ordinal);
    private bool _areUsesNew;

    /// <exception cref="StartupException">The file cannot be read, or a line is wrong.</exception>
    public TokenBook(AccountPaths paths, StateStore state, ArrivalClock clock)
    {
        (_state, _clock) = (state, clock);
        _file = new AccountFile<ApiToken>(paths.Tokens, Setting, TokenFile.Read);
        try
        {
            foreach (var (id, used) in UsesOf(state.Value(UsesName))) _uses[id] = used;
        }
        catch (Exception failure) when (failure is not StartupException && Database.IsDiskFailure(failure))
        {
            // When they were last used is not known.
        }

        Take();
    }

    public int Count => All.Count;

    /// <summary>In order of the time at which they were made; those that have expired, too.</summary>
    public IReadOnlyList<ApiToken> All
    {
        get
        {
            lock (_lock) return [.. _byHash.Values.OrderBy(token => token.CreatedAt).ThenBy(token => token.Id, StringComparer.Ordinal)];
        }
    }

    /// <summary>The token that a program shows, and what is cancelled when it ends; null when it is not known, or has expired.</summary>
    public (ApiToken Token, CancellationToken Ended)? Find(string shown)
    {
        if (ApiToken.HashOf(shown) is not { } hash) return null;
        lock (_lock)
        {
            var now = _clock.UnixMilliseconds;
            if (!_byHash.TryGetValue(hash, out var token) || IsOver(token, now)) return null;
            _uses[token.Id] = now;
            _areUsesNew = true;
            return (token, _ends[token.Id].Token);
        }
    }

    public DateTimeOffset? LastUseOf(string id)
    {
        lock (_lock) return _uses.TryGetValue(id, out var used) ? DateTimeOffset.FromUnixTimeMilliseconds(used) : null;
    }

    /// <returns>The token, and what its program has to show.</returns>
    /// <exception cref="StartupException">The file cannot be written, or there are too many.</exception>
    public (ApiToken Token, string Secret) Create(string name, AccessRole role, TokenScope scope, string createdBy, int days)
    {
        var made = ApiToken.Make(name, role, scope, _clock.Now, createdBy, days);
        if (Count >= TokenFile.MaxTokens) throw new StartupException($"There may be {TokenFile.MaxTokens} tokens at most; revoke some.");
        Say(made.Token.Id, TokenFile.Line(made.Token), () => Change(tokens => [.. tokens.Where(IsOther), made.Token]));
        return made;

        // It may be there already: what other judges are told is written once more where it was not finished.
        bool IsOther(ApiToken token) => !token.Id.Equals(made.Token.Id, StringComparison.Ordinal);
    }

    /// <returns>What it was; null when there is none of this id.</returns>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public ApiToken? Revoke(string id)
    {
        ApiToken? revoked = null;
        if (All.Any(token => token.Id.Equals(id, StringComparison.Ordinal))) Say(id, line: null, Remove);
        else Remove();
        return revoked;

        void Remove() => Change(tokens =>
        {
            revoked = tokens.FirstOrDefault(token => token.Id.Equals(id, StringComparison.Ordinal)) ?? revoked;
            return [.. tokens.Where(token => token != revoked)];
        });
    }

    /// <summary>Another judge has made tokens, or revoked them.</summary>
    /// <param name="changes">By id; null for one that is revoked.</param>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public void Hear(IReadOnlyDictionary<string, ApiToken?> changes) => Change(tokens =>
    [
        .. tokens.Where(token => !changes.ContainsKey(token.Id)), .. changes.Values.OfType<ApiToken>(),
    ]);

    /// <summary>Looks at the file once, and ends what is being told by tokens that are over.</summary>
    /// <returns>What has changed: what, which token, and how.</returns>
    /// <exception cref="StartupException">It has changed and is wrong.</exception>
    public IReadOnlyList<(string What, ApiToken Token)> Reload()
    {
        EndOver();
        var former = All;
        if (!_file.Reload()) return [];
        Take();
        var now = All;
        return
        [
            .. former.ExceptBy(Ids(now), token => token.Id, StringComparer.Ordinal).Select(token => ("token-revoked", token)),
            .. now.ExceptBy(Ids(former), token => token.Id, StringComparer.Ordinal).Select(token => ("token-created", token)),
        ];

        static IEnumerable<string> Ids(IReadOnlyList<ApiToken> tokens) => tokens.Select(token => token.Id);
    }

    /// <summary>Writes down when they were used.</summary>
    public void KeepUses()
    {
        string lines;
        lock (_lock)
        {
            if (!_areUsesNew) return;
            _areUsesNew = false;
            lines = string.Join('\n', _uses.Select(use => string.Create(CultureInfo.InvariantCulture, $"{use.Key} {use.Value}")));
        }

        try
        {
            _state.SetValue(UsesName, lines);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            lock (_lock) _areUsesNew = true;
        }
    }

    /// <summary>What <see cref="KeepUses"/> wrote: ids with Unix milliseconds.</summary>
    public static IEnumerable<(string Id, long UsedUnixMilliseconds)> UsesOf(string? lines)
    {
        foreach (var line in (lines ?? "").Split('\n'))
        {
            if (line.Split(' ') is [var id, var text] && long.TryParse(text, CultureInfo.InvariantCulture, out var used)
                && used is > 0 and < 253_402_300_800_000) yield return (id, used);
        }
    }

    private void Say(string id, string? line, Action write)
    {
        if (_state.Words is { } words) words.Say("tokens", [(id, line)], write);
        else write();
    }

    private void Change(Func<IReadOnlyList<ApiToken>, IReadOnlyList<ApiToken>> change)
    {
        TokenFile.Change(_file.Path ?? throw new StartupException("Tokens need a data folder (Store:Enabled)."), change);
        _file.Refresh();
        Take();
    }

    private void Take()
    {
        lock (_lock)
        {
            _byHash = _file.Items.DistinctBy(token => token.Hash, StringComparer.Ordinal)
                .ToDictionary(token => token.Hash, StringComparer.Ordinal);
            var ids = _byHash.Values.Select(token => token.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in _ends.Keys.Where(id => !ids.Contains(id)).ToList()) End(gone);
            foreach (var gone in _uses.Keys.Where(id => !ids.Contains(id)).ToList()) _uses.Remove(gone);
            foreach (var id in ids) _ends.TryAdd(id, new CancellationTokenSource());
        }
    }

    private void EndOver()
    {
        lock (_lock)
        {
            var now = _clock.UnixMilliseconds;
            foreach (var token in _byHash.Values)
            {
                if (IsOver(token, now) && !_ends[token.Id].IsCancellationRequested) _ = _ends[token.Id].CancelAsync();
            }
        }
    }

    private void End(string id)
    {
        // What ends by it runs elsewhere: whoever ends it holds a lock.
        _ = _ends[id].CancelAsync();
        _ends.Remove(id);
    }

    private static bool IsOver(ApiToken token, long now) => now >= token.ExpiresAt.ToUnixTimeMilliseconds();
}
