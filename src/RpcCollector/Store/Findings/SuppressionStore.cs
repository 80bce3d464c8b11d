using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows.Time;

namespace RpcCollector.Store.Findings;

/// <summary>
/// Keeps the suppressions. They take effect when findings are asked for: nothing is lost by them, and taking one away shows again what
/// it hid.
/// </summary>
internal sealed class SuppressionStore(StateStore state, ArrivalClock clock)
{
    /// <summary>Every finding that is read is compared with every suppression.</summary>
    public const int MaxSuppressions = 1_000;

    private long Now => clock.UnixMilliseconds;

    /// <returns>The suppression with its id; null when there are too many.</returns>
    public Suppression? Add(Suppression suppression) => state.CommitSaid(connection => Add(connection, suppression));

    /// <summary>The same within somebody's transaction.</summary>
    public static Suppression? Add(SqliteConnection connection, Suppression suppression)
    {
        if (Database.Ask(connection, "SELECT COUNT(*) FROM suppressions") >= MaxSuppressions) return null;
        using var command = Command(connection, suppression, """
            INSERT INTO suppressions
                (kind, client_first, client_last, client, server_first, server_last, server, who, why, created_ms, expires_ms)
            VALUES
                ($kind, $clientFirst, $clientLast, $client, $serverFirst, $serverLast, $server, $who, $why, $created, $expires)
            RETURNING id
            """);
        var added = suppression with { Id = (long)command.ExecuteScalar()! };
        SaidFrom.Keep(connection, SaidFrom.Suppression, added.Id, added.From);
        return added;
    }

    /// <returns>False when there is none of its id.</returns>
    public bool Replace(Suppression suppression) => state.CommitSaid(connection =>
    {
        using var command = Command(connection, suppression, """
            UPDATE suppressions SET kind = $kind, client_first = $clientFirst, client_last = $clientLast, client = $client,
                server_first = $serverFirst, server_last = $serverLast, server = $server,
                who = $who, why = $why, created_ms = $created, expires_ms = $expires
            WHERE id = $id
            """);
        if (command.ExecuteNonQuery() == 0) return false;
        SaidFrom.Keep(connection, SaidFrom.Suppression, suppression.Id, suppression.From);
        return true;
    });

    /// <returns>False when there is none of this id.</returns>
    public bool Delete(long id) => state.CommitSaid(connection => Delete(connection, id));

    /// <summary>The same within somebody's transaction.</summary>
    public static bool Delete(SqliteConnection connection, long id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM suppressions WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteNonQuery() > 0;
    }

    /// <summary>All of them in order of id, or the one of an id, each with what it hides.</summary>
    public IReadOnlyList<SuppressionCount> Read(long? id = null) => state.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            WITH hides (suppression, findings) AS MATERIALIZED (
                SELECT suppression, COUNT(*) FROM ({FindingConditions.Hiding}) GROUP BY suppression)
            SELECT s.id, s.kind, s.client, s.server, s.who, s.why, s.created_ms, s.expires_ms, COALESCE(h.findings, 0),
                   {StateTables.Suppressions.IsWhole("s")}, {SaidFrom.Of(SaidFrom.Suppression, "s.id")}
            FROM suppressions s LEFT JOIN hides h ON h.suppression = s.id {(id is null ? "" : "WHERE s.id = $id")} ORDER BY s.id
            """;
        command.Parameters.AddWithValue("$now", Now);
        if (id is { } one) command.Parameters.AddWithValue("$id", one);
        var all = new List<SuppressionCount>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var suppression = Row(row);
            if (row.Integer(9) == 1 && row.MakesSense) all.Add(new SuppressionCount(suppression, row.Integer(8)));
            else state.DamagedRows.Note(StateTables.Suppressions, suppression.Id.ToString(CultureInfo.InvariantCulture));
        }

        return (IReadOnlyList<SuppressionCount>)all;
    });

    private static Suppression Row(StoredRowReader row) => new(
        row.Integer(0), row.IsNull(1) ? null : row.Named<FindingKind>(1), row.TextOrNull(2), row.TextOrNull(3),
        row.Text(4), row.Text(5), row.Time(6), row.TimeOrNull(7), row.TextOrNull(10));

    private static SqliteCommand Command(SqliteConnection connection, Suppression suppression, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        Add("$id", suppression.Id);
        Add("$kind", suppression.Kind is { } kind ? (int)kind : null);
        AddRange("client", suppression.Client);
        AddRange("server", suppression.Server);
        Add("$who", suppression.Who);
        Add("$why", suppression.Why);
        Add("$created", suppression.CreatedUnixMilliseconds);
        Add("$expires", suppression.ExpiresUnixMilliseconds);
        return command;

        void Add(string name, object? value) => command.Parameters.AddWithValue(name, value ?? DBNull.Value);

        void AddRange(string end, string? text)
        {
            AddressRange? range = AddressRange.TryParse(text, out var parsed) ? parsed : null;
            Add($"${end}First", range is { } first ? ActivityStatements.Octets(first.First) : null);
            Add($"${end}Last", range is { } last ? ActivityStatements.Octets(last.Last) : null);
            Add($"${end}", text);
        }
    }
}
