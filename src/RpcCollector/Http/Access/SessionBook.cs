using RpcCollector.Accounts;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.People;

namespace RpcCollector.Http.Access;

/// <summary>Who has logged in: bounded in time and in number, and over when the user's password or role is another.</summary>
internal sealed class SessionBook
{
    public const int MaxOfUser = 20;
    public const int MaxSessions = 1_000;

    // When a session was last used need not be written down to the second.
    private static readonly TimeSpan BetweenKeeps = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Session> _open = new(StringComparer.Ordinal);
    private readonly HttpOptions _options;
    private readonly SessionStore _store;
    private readonly UserBook _users;
    private readonly ArrivalClock _clock;

    public SessionBook(HttpOptions options, SessionStore store, UserBook users, ArrivalClock clock)
    {
        (_options, _store, _users, _clock) = (options, store, users, clock);
        try
        {
            foreach (var stored in store.Read().OrderBy(stored => stored.UsedUnixMilliseconds).TakeLast(MaxSessions))
                _open.TryAdd(stored.Hash, new Session(stored));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // They log in once more.
        }
    }

    public int Count
    {
        get
        {
            lock (_lock) return _open.Count;
        }
    }

    /// <summary>Names with the addresses that they logged in from.</summary>
    public IReadOnlyList<(string Name, string? Address)> Known
    {
        get
        {
            lock (_lock) return [.. _open.Values.Select(session => (session.Name, session.Address))];
        }
    }

    /// <summary>A login has succeeded.</summary>
    /// <returns>The session, and what its cookie holds: a new secret each time.</returns>
    public (Session Session, string Secret) Begin(LocalUser user, string? address)
    {
        var secret = Secret.Make();
        var now = _clock.UnixMilliseconds;
        var session = new Session(new StoredSession(Secret.HashOf(secret), user.Name, user.Mark, address, now, now));
        TryKeep(session);
        List<Session> over;
        lock (_lock)
        {
            _open.Add(session.Hash, session);

            // One too many takes the place of the one that was used longest ago: of the same user where that has its share.
            over = [.. Oldest(other => other.Name.Equals(user.Name, StringComparison.Ordinal), MaxOfUser)
                .Concat(Oldest(_ => true, MaxSessions))
                .Distinct()];
            foreach (var one in over) Remove(one);
        }

        Forget(over);
        return (session, Secret.Text(secret));

        IEnumerable<Session> Oldest(Func<Session, bool> isOne, int most)
        {
            var all = _open.Values.Where(other => isOne(other)).ToList();
            return all.Where(other => other != session).OrderBy(other => other.UsedUnixMilliseconds).Take(Math.Max(0, all.Count - most));
        }
    }

    /// <summary>The session of a cookie and its user; null when there is none, or it is over.</summary>
    public (Session Session, LocalUser User)? Find(string secret)
    {
        Span<byte> octets = stackalloc byte[Secret.Octets];
        if (!Secret.TryRead(secret, octets)) return null;
        var hash = Secret.HashOf(octets);
        Session? over = null;
        Session? kept = null;
        (Session, LocalUser)? found = null;
        lock (_lock)
        {
            if (!_open.TryGetValue(hash, out var session)) return null;
            var now = _clock.UnixMilliseconds;
            if (IsOver(session, now) || _users.Find(session.Name) is not { } user)
            {
                Remove(over = session);
            }
            else
            {
                session.UsedUnixMilliseconds = now;
                if (now - session.KeptUnixMilliseconds >= BetweenKeeps.TotalMilliseconds)
                {
                    session.KeptUnixMilliseconds = now;
                    kept = session;
                }

                found = (session, user);
            }
        }

        if (over is not null) Forget([over]);
        if (kept is not null) TryKeep(kept);
        return found;
    }

    /// <summary>Until when a session lasts if it is used.</summary>
    public DateTimeOffset ExpiryOf(Session session) =>
        DateTimeOffset.FromUnixTimeMilliseconds(session.CreatedUnixMilliseconds) + _options.SessionLifetime;

    /// <summary>Somebody logs out.</summary>
    public void End(Session session)
    {
        lock (_lock) Remove(session);
        Forget([session]);
    }

    /// <summary>Somebody has logged in at another judge, or was seen there; it is in the store already.</summary>
    public void Hear(StoredSession stored)
    {
        lock (_lock)
        {
            if (_open.TryGetValue(stored.Hash, out var known))
                known.UsedUnixMilliseconds = Math.Max(known.UsedUnixMilliseconds, stored.UsedUnixMilliseconds);
            else if (_open.Count < MaxSessions) _open.Add(stored.Hash, new Session(stored));
        }
    }

    /// <summary>A session is over at another judge.</summary>
    public void HearEnd(string hash)
    {
        lock (_lock)
        {
            if (_open.TryGetValue(hash, out var known)) Remove(known);
        }
    }

    /// <summary>Ends those that are over, and what is being told to them.</summary>
    /// <returns>The names of whose sessions ended.</returns>
    public IReadOnlyList<string> EndOver()
    {
        List<Session> over;
        lock (_lock)
        {
            var now = _clock.UnixMilliseconds;
            over = [.. _open.Values.Where(session => IsOver(session, now))];
            foreach (var session in over) Remove(session);
        }

        Forget(over);
        return [.. over.Select(session => session.Name)];
    }

    private bool IsOver(Session session, long now)
    {
        // Begun while the machine's clock was ahead: it counts as begun now.
        if (session.CreatedUnixMilliseconds > now) session.CreatedUnixMilliseconds = now;
        if (session.UsedUnixMilliseconds > now) session.UsedUnixMilliseconds = session.KeptUnixMilliseconds = now;
        return now - session.CreatedUnixMilliseconds >= _options.SessionLifetime.TotalMilliseconds
            || now - session.UsedUnixMilliseconds >= _options.SessionIdle.TotalMilliseconds
            || _users.Find(session.Name) is not { } user
            || !user.Mark.Equals(session.Mark, StringComparison.Ordinal);
    }

    private void Remove(Session session)
    {
        if (_open.Remove(session.Hash)) session.End();
    }

    private void TryKeep(Session session)
    {
        try
        {
            _store.Keep(session.Stored);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // The next start does not know it, or not that it was used so late.
        }
    }

    private void Forget(List<Session> over)
    {
        if (over.Count == 0) return;
        try
        {
            _store.Delete([.. over.Select(session => session.Hash)]);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // This process knows that they are over; by their age and the user's line the next one finds out, too.
        }
    }
}
