using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Flows.Time;

namespace RpcCollector.Store.People;

/// <summary>Keeps who did what: bounded by age and number, the oldest go first.</summary>
/// <remarks>Logins have room of their own: whoever logs in again and again does not push out what was done.</remarks>
internal sealed class AuditStore(StateStore state, ArrivalClock clock)
{
    public const int MaxFailures = 20_000;
    public const int MaxLogins = 20_000;
    public const int MaxDeeds = 60_000;

    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(730);

    // Those who guess push out each other, and not the login of whom they guessed.
    private const string IsFailure = "what = 'login-failed'";
    private const string IsLogin = "what IN ('login', 'login-failed', 'logout')";

    // Trimming looks at the whole table: now and then is enough.
    private const int BetweenTrims = 256;

    private int _sinceTrim = BetweenTrims;

    /// <summary>Keeps a line: once this returns it is on the disk.</summary>
    /// <returns>Its id.</returns>
    public long Add(AuditEntry entry)
    {
        var isDue = Interlocked.Increment(ref _sinceTrim) > BetweenTrims;
        if (isDue) Volatile.Write(ref _sinceTrim, 0);
        var added = state.CommitSaid(connection =>
        {
            var id = Add(connection, entry);
            if (isDue) Trim(connection);
            return id;
        });
        state.Words?.Soon("audit", added);
        return added;
    }

    /// <summary>The same within somebody's transaction.</summary>
    public static long Add(SqliteConnection connection, AuditEntry entry)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO audit (at_ms, who, role, means, address, what, target, detail)
            VALUES ($at, $who, $role, $means, $address, $what, $target, $detail) RETURNING id
            """;
        command.Parameters.AddWithValue("$at", entry.AtUnixMilliseconds);
        command.Parameters.AddWithValue("$who", (object?)entry.Who ?? DBNull.Value);
        command.Parameters.AddWithValue("$role", (object?)entry.Role ?? DBNull.Value);
        command.Parameters.AddWithValue("$means", entry.Means);
        command.Parameters.AddWithValue("$address", (object?)entry.From ?? DBNull.Value);
        command.Parameters.AddWithValue("$what", entry.What);
        command.Parameters.AddWithValue("$target", (object?)entry.Target ?? DBNull.Value);
        command.Parameters.AddWithValue("$detail", (object?)entry.Detail ?? DBNull.Value);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The latest first.</summary>
    public IReadOnlyList<AuditEntry> Read(AuditQuery query) => state.Read(connection =>
    {
        using var command = connection.CreateCommand();
        var conditions = new List<string> { "1" };
        Choose("who = $who", "$who", query.Who);
        Choose("what = $what", "$what", query.What);
        Choose("at_ms >= $since", "$since", query.SinceUnixMilliseconds);
        Choose("at_ms < $until", "$until", query.UntilUnixMilliseconds);
        Choose("id < $before", "$before", query.Before);
        command.CommandText = $"""
            SELECT id, at_ms, who, role, means, address, what, target, detail, {StateTables.Audit.IsWhole("a")}
            FROM audit a WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT $limit
            """;
        command.Parameters.AddWithValue("$limit", query.Limit);
        var entries = new List<AuditEntry>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var entry = new AuditEntry(
                row.Integer(0), row.Time(1), row.TextOrNull(2), row.TextOrNull(3), row.Text(4), row.TextOrNull(5), row.Text(6),
                row.TextOrNull(7), row.TextOrNull(8));
            if (row.Integer(9) == 1 && row.MakesSense) entries.Add(entry);
            else state.DamagedRows.Note(StateTables.Audit, entry.Id.ToString(CultureInfo.InvariantCulture));
        }

        return (IReadOnlyList<AuditEntry>)entries;

        void Choose(string condition, string name, object? value)
        {
            if (value is null) return;
            conditions.Add(condition);
            command.Parameters.AddWithValue(name, value);
        }
    });

    private void Trim(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            DELETE FROM audit WHERE at_ms < $oldest
                OR id IN (SELECT id FROM audit WHERE {IsFailure} ORDER BY id DESC LIMIT -1 OFFSET {MaxFailures})
                OR id IN (SELECT id FROM audit WHERE {IsLogin} AND NOT {IsFailure} ORDER BY id DESC LIMIT -1 OFFSET {MaxLogins})
                OR id IN (SELECT id FROM audit WHERE NOT {IsLogin} ORDER BY id DESC LIMIT -1 OFFSET {MaxDeeds})
            """;
        command.Parameters.AddWithValue("$oldest", clock.AgedUnixMilliseconds - (long)MaxAge.TotalMilliseconds);
        command.ExecuteNonQuery();
    }
}
