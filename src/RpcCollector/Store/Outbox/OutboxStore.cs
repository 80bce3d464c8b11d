using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using RpcCollector.Flows.Time;

namespace RpcCollector.Store.Outbox;

/// <summary>
/// The journal of what is to be told to others, written in the transaction in which it happens, and how far each sink was told. Any thread
/// may call it, and sees only what is committed.
/// </summary>
/// <remarks>
/// Bounded: of what is older than two days, or beyond 20,000 lines, the last line of each incident and finding that the store has is kept.
/// An outage that is longer costs what happened in between, never an incident.
/// </remarks>
internal sealed class OutboxStore(StateStore state, ArrivalClock clock)
{
    public const int MostKept = 20_000;

    private const string IdValue = "outbox id";
    private const string ToldName = "sink told ";
    private const int RowsPerStep = 500;
    private const long CompactionMilliseconds = 300_000;

    private long _last;
    private long _compacted;
    private string? _id;

    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(2);

    /// <summary>False where no sink is told of findings: then only incidents are journalled.</summary>
    public bool HasFindings { get; set; }

    /// <summary>The number of the last line that was written, perhaps not committed yet; 0 until one was.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Tells lines of this journal from those of another with the same numbers.</summary>
    public string Id => _id ??= state.Commit(connection =>
    {
        if (Database.Value(connection, IdValue) is { } known) return known;
        var made = RandomNumberGenerator.GetHexString(8, lowercase: true);
        Database.SetValue(connection, IdValue, made);
        return made;
    });

    /// <summary>Within the transaction in which it happens. What has waited long enough is written, too.</summary>
    public void Append(KeptStatements statements, long now, IEnumerable<OutboxNews> news)
    {
        var wanted = news.Where(one => HasFindings || one.Subject == OutboxSubject.Incident).ToList();
        if (OutboxRows.Append(statements, now, wanted) is { } last) Volatile.Write(ref _last, last);
    }

    /// <summary>Within a transaction: one step towards the bounds, once in a while.</summary>
    /// <returns>How many lines are gone; more are to go where it is not zero.</returns>
    public int Compact(SqliteConnection connection, long now)
    {
        if (now >= _compacted && now - _compacted < CompactionMilliseconds) return 0;
        var gone = OutboxRows.Compact(connection, now - (long)KeptFor.TotalMilliseconds, MostKept, RowsPerStep);
        if (gone < RowsPerStep) _compacted = now;
        return gone;
    }

    /// <param name="only">Null for incidents and findings.</param>
    public IReadOnlyList<OutboxEntry> Read(long after, int limit, OutboxSubject? only) => state.Read(connection =>
        (IReadOnlyList<OutboxEntry>)OutboxRows.Read(connection, after, limit, only, Damaged));

    public (long Count, long? OldestUnixMilliseconds) Waiting(long after, OutboxSubject? only) =>
        state.Read(connection => OutboxRows.Waiting(connection, after, only));

    /// <summary>The number of the last line that is committed.</summary>
    public long Committed() => state.Read(LastOf);

    /// <summary>How far a sink was told; one that is new begins now, or at the beginning.</summary>
    public long Begin(string sink, bool atBeginning) => state.Commit(connection =>
    {
        if (LastOf(connection) is > 0 and var last && last > Last) Volatile.Write(ref _last, last);
        if (Cursor(connection, sink) is { } known) return known;
        var begin = atBeginning ? 0 : LastOf(connection);
        Move(connection, sink, begin);
        return begin;
    });

    /// <summary>A sink has acknowledged what comes up to a number.</summary>
    public void Advance(string sink, long to)
    {
        state.Commit(connection =>
        {
            Move(connection, sink, to);
            return true;
        });
        state.Words?.Soon("sinks", sink);
    }

    /// <summary>
    /// Up to which time of the journal a sink was told, in Unix milliseconds: what another judge is told of it, whose lines have other
    /// numbers. Null for a sink that has not begun.
    /// </summary>
    public static long? ToldUpTo(SqliteConnection connection, string sink, long now)
    {
        if (Cursor(connection, sink) is not { } cursor) return null;
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT MIN(at_ms) FROM outbox WHERE seq > $cursor";
        command.Parameters.AddWithValue("$cursor", cursor);
        return command.ExecuteScalar() is long waits ? Math.Max(0, Math.Min(waits - 1, now)) : now;
    }

    /// <summary>Within a transaction: another judge has told a sink up to a time.</summary>
    public static void KeepTold(SqliteConnection connection, string sink, long unixMilliseconds) =>
        Database.SetValue(connection, ToldName + sink, unixMilliseconds.ToString(CultureInfo.InvariantCulture));

    /// <summary>Up to which time another judge has told a sink; null where none has said so.</summary>
    public long? ToldByAnother(string sink) =>
        long.TryParse(state.Value(ToldName + sink), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : null;

    /// <summary>The alerts that a sink may have told, by incident.</summary>
    public IReadOnlyDictionary<long, string> Alerts(string sink) => state.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT a.incident, a.labels, {StateTables.SinkAlerts.IsWhole("a")} FROM sink_alerts a WHERE a.sink = $sink";
        command.Parameters.AddWithValue("$sink", sink);
        var alerts = new Dictionary<long, string>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (reader.GetInt64(2) == 1) alerts[reader.GetInt64(0)] = reader.GetString(1);
        }

        return (IReadOnlyDictionary<long, string>)alerts;
    });

    /// <summary>Keeps which alerts a sink may have told.</summary>
    /// <param name="labels">By incident; null for one that is told no more.</param>
    public void KeepAlerts(string sink, IReadOnlyCollection<(long Incident, string? Labels)> labels)
    {
        if (labels.Count == 0) return;
        state.Commit(connection =>
        {
            foreach (var (incident, text) in labels)
            {
                using var command = connection.CreateCommand();
                command.CommandText = text is null
                    ? "DELETE FROM sink_alerts WHERE key = $key"
                    : """
                      INSERT INTO sink_alerts (key, sink, incident, labels) VALUES ($key, $sink, $incident, $labels)
                      ON CONFLICT (key) DO UPDATE SET labels = excluded.labels
                      """;
                command.Parameters.AddWithValue("$key", string.Create(CultureInfo.InvariantCulture, $"{sink}/{incident:x16}"));
                if (text is not null)
                {
                    command.Parameters.AddWithValue("$sink", sink);
                    command.Parameters.AddWithValue("$incident", incident);
                    command.Parameters.AddWithValue("$labels", text);
                }

                command.ExecuteNonQuery();
            }

            return true;
        });
    }

    private static long? Cursor(SqliteConnection connection, string sink)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT seq FROM sink_cursors c WHERE name = $name AND {StateTables.SinkCursors.IsWhole("c")}";
        command.Parameters.AddWithValue("$name", sink);
        return command.ExecuteScalar() as long?;
    }

    private static long LastOf(SqliteConnection connection) => Database.Ask(
        connection,
        "SELECT MAX(COALESCE((SELECT MAX(seq) FROM outbox), 0), COALESCE((SELECT MAX(seq) FROM sink_cursors), 0))");

    private void Move(SqliteConnection connection, string sink, long to)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO sink_cursors (name, seq, updated_ms) VALUES ($name, $seq, $now)
            ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, updated_ms = excluded.updated_ms
            """;
        command.Parameters.AddWithValue("$name", sink);
        command.Parameters.AddWithValue("$seq", to);
        command.Parameters.AddWithValue("$now", clock.UnixMilliseconds);
        command.ExecuteNonQuery();
    }

    private void Damaged(long number) =>
        state.DamagedRows.Note(StateTables.Outbox, number.ToString(CultureInfo.InvariantCulture));
}
