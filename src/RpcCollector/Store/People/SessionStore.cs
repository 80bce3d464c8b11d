using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.People;

/// <summary>Somebody who has logged in, as state.db keeps it.</summary>
/// <param name="Hash">Of the secret that the cookie holds.</param>
/// <param name="Mark">Of the user's line when they logged in.</param>
/// <param name="Address">That the login came from; null when it is not known.</param>
internal sealed record StoredSession(
    string Hash, string Name, string Mark, string? Address, long CreatedUnixMilliseconds, long UsedUnixMilliseconds);

/// <summary>Keeps who has logged in, over a restart.</summary>
internal sealed class SessionStore(StateStore state)
{
    public IReadOnlyList<StoredSession> Read() => state.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT hash, name, mark, address, created_ms, used_ms, {StateTables.Sessions.IsWhole("s")} FROM sessions s";
        var sessions = new List<StoredSession>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var session = new StoredSession(row.Text(0), row.Text(1), row.Text(2), row.TextOrNull(3), row.Time(4), row.Time(5));
            if (row.Integer(6) == 1 && row.MakesSense) sessions.Add(session);
            else state.DamagedRows.Note(StateTables.Sessions, session.Hash);
        }

        return (IReadOnlyList<StoredSession>)sessions;
    });

    public void Keep(StoredSession session)
    {
        Write(session);
        state.Words?.Soon("sessions", session.Hash);
    }

    /// <summary>Forgets sessions that are over: once this returns, no restart brings them back.</summary>
    public void Delete(IReadOnlyList<string> hashes)
    {
        Remove(hashes);
        foreach (var hash in hashes) state.Words?.Soon("sessions", hash);
    }

    private void Write(StoredSession session) => state.Commit(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO sessions (hash, name, mark, address, created_ms, used_ms)
            VALUES ($hash, $name, $mark, $address, $created, $used)
            ON CONFLICT (hash) DO UPDATE SET created_ms = excluded.created_ms, used_ms = excluded.used_ms
            """;
        command.Parameters.AddWithValue("$hash", session.Hash);
        command.Parameters.AddWithValue("$name", session.Name);
        command.Parameters.AddWithValue("$mark", session.Mark);
        command.Parameters.AddWithValue("$address", (object?)session.Address ?? DBNull.Value);
        command.Parameters.AddWithValue("$created", session.CreatedUnixMilliseconds);
        command.Parameters.AddWithValue("$used", session.UsedUnixMilliseconds);
        return command.ExecuteNonQuery();
    });

    private void Remove(IReadOnlyList<string> hashes) => state.CommitSaid(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM sessions WHERE hash = $hash";
        var hash = command.Parameters.Add("$hash", SqliteType.Text);
        foreach (var one in hashes)
        {
            hash.Value = one;
            command.ExecuteNonQuery();
        }

        return hashes.Count;
    });
}
