using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.Outbox;

/// <summary>The statements on the journal, within somebody's transaction.</summary>
internal static class OutboxRows
{
    /// <summary>A revision that makes nothing worse waits so long for others of the same.</summary>
    public const long RevisionPauseMilliseconds = 30_000;

    // A row of a clock that was ahead does not wait for that clock.
    private const long LongestWaitMilliseconds = 2 * RevisionPauseMilliseconds;
    private const int MostDue = 500;

    // Numbers go on from the last that a row or a sink has, also should rows have been lost.
    private const string LastSql =
        "SELECT MAX(COALESCE((SELECT MAX(seq) FROM outbox), 0), COALESCE((SELECT MAX(seq) FROM sink_cursors), 0))";

    private const string InsertSql = "INSERT INTO outbox (seq, at_ms, subject, id, event) VALUES ($seq, $now, $subject, $id, $event)";
    private const string WaitSql = "INSERT OR IGNORE INTO outbox_waiting (subject, id, due_ms) VALUES ($subject, $id, $due)";
    private const string WaitNoMoreSql = "DELETE FROM outbox_waiting WHERE subject = $subject AND id = $id";

    private static readonly string DueSql =
        $"SELECT subject, id FROM outbox_waiting WHERE due_ms <= $now OR due_ms > $now + {LongestWaitMilliseconds} LIMIT {MostDue}";

    /// <returns>The number of the last line; null when none was written.</returns>
    public static long? Append(KeptStatements statements, long now, IReadOnlyList<OutboxNews> news)
    {
        long? last = null;
        foreach (var due in Due(statements, now)) Write(due);
        foreach (var one in news)
        {
            if (one.Event != OutboxEvent.Revised) Write(one);
            else
                statements.Execute(
                    WaitSql, ("$subject", (int)one.Subject), ("$id", one.Id), ("$due", now + RevisionPauseMilliseconds));
        }

        return last;

        void Write(OutboxNews one)
        {
            // What is written now tells how it is, whatever waited to be told of the same.
            statements.Execute(WaitNoMoreSql, ("$subject", (int)one.Subject), ("$id", one.Id));
            last = 1 + (last ?? statements.Ask(LastSql) ?? 0);
            statements.Execute(
                InsertSql, ("$seq", last), ("$now", now), ("$subject", (int)one.Subject), ("$id", one.Id), ("$event", (int)one.Event));
        }
    }

    public static List<OutboxEntry> Read(SqliteConnection connection, long after, int limit, OutboxSubject? only, Action<long> damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT o.seq, o.at_ms, o.subject, o.id, o.event, {StateTables.Outbox.IsWhole("o")} FROM outbox o
            WHERE o.seq > $after {Only(only)} ORDER BY o.seq LIMIT {limit}
            """;
        command.Parameters.AddWithValue("$after", after);
        var entries = new List<OutboxEntry>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var entry = new OutboxEntry(
                row.Integer(0), row.Time(1), row.Named<OutboxSubject>(2), row.Integer(3), row.Named<OutboxEvent>(4));
            if (row.Integer(5) == 1 && row.MakesSense) entries.Add(entry);
            else damaged(row.Integer(0));
        }

        return entries;
    }

    /// <summary>How much comes after a number, and since when the first of it waits.</summary>
    public static (long Count, long? OldestUnixMilliseconds) Waiting(SqliteConnection connection, long after, OutboxSubject? only)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*), MIN(o.at_ms) FROM outbox o WHERE o.seq > $after {Only(only)}";
        command.Parameters.AddWithValue("$after", after);
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1));
    }

    /// <summary>
    /// A later line stands for an earlier one only where whoever is told of the earlier is told of the later: many hear of what is new or
    /// worse, or of what people did, and not of what goes on.
    /// </summary>
    private const string SaysAsMuch =
        "CASE WHEN o.event IN (1, 3) THEN l.event IN (1, 3) WHEN o.event = 2 THEN 1 ELSE l.event <> 2 END";

    /// <summary>
    /// One step towards the bounds. What is beyond them goes when a later line tells of the same, or the same is not in the store any
    /// more: the last line of what is in the store stays, however long nobody is told of it.
    /// </summary>
    /// <returns>How many lines are gone.</returns>
    public static int Compact(SqliteConnection connection, long oldest, int mostKept, int step)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT MAX(COALESCE((SELECT MAX(seq) FROM outbox), 0) - {mostKept},
                       COALESCE((SELECT MAX(seq) FROM outbox WHERE at_ms < {oldest}), 0))
            """;
        var bound = (long)command.ExecuteScalar()!;
        command.CommandText = $"""
            DELETE FROM outbox WHERE seq IN (
                SELECT o.seq FROM outbox o WHERE o.seq <= {bound} AND (
                    EXISTS (SELECT 1 FROM outbox l WHERE l.subject = o.subject AND l.id = o.id AND l.seq > o.seq AND {SaysAsMuch})
                    OR (o.subject = 1 AND NOT EXISTS (SELECT 1 FROM incidents n WHERE n.id = o.id))
                    OR (o.subject = 2 AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.id = o.id)))
                LIMIT {step})
            """;
        return command.ExecuteNonQuery();
    }

    private static List<OutboxNews> Due(KeptStatements statements, long now)
    {
        var due = new List<OutboxNews>();
        using var rows = statements.Read(DueSql, ("$now", now));
        while (rows.Read()) due.Add(new OutboxNews((OutboxSubject)rows.Row.Integer(0), rows.Row.Integer(1), OutboxEvent.Revised));
        return due;
    }

    private static string Only(OutboxSubject? only) => only is { } subject ? $"AND o.subject = {(int)subject}" : "";
}
