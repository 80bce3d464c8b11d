using Microsoft.Data.Sqlite;
using RpcCollector.Detection;

namespace RpcCollector.Store.Findings;

/// <summary>Keeps the suppressions. They take effect when findings are asked for: nothing is lost by them, and taking one away shows again what it hid.</summary>
internal sealed class SuppressionStore(ActivityStore file, TimeProvider time)
{
    /// <summary>Every finding that is read is compared with every suppression.</summary>
    public const int MaxSuppressions = 1_000;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>The suppression with its id; null when there are too many.</returns>
    public Suppression? Add(Suppression suppression) => file.Commit(connection =>
    {
        if (ActivityDatabase.Ask(connection, "SELECT COUNT(*) FROM suppressions") >= MaxSuppressions) return null;
        using var command = Command(connection, suppression, """
            INSERT INTO suppressions (kind, client_first, client_last, client, server_first, server_last, server, who, why, created_ms, expires_ms)
            VALUES ($kind, $clientFirst, $clientLast, $client, $serverFirst, $serverLast, $server, $who, $why, $created, $expires) RETURNING id
            """);
        return suppression with { Id = (long)command.ExecuteScalar()! };
    });

    /// <returns>False when there is none of its id.</returns>
    public bool Replace(Suppression suppression) => file.Commit(connection =>
    {
        using var command = Command(connection, suppression, """
            UPDATE suppressions SET kind = $kind, client_first = $clientFirst, client_last = $clientLast, client = $client, server_first = $serverFirst,
                server_last = $serverLast, server = $server, who = $who, why = $why, created_ms = $created, expires_ms = $expires WHERE id = $id
            """);
        return command.ExecuteNonQuery() > 0;
    });

    /// <returns>False when there is none of this id.</returns>
    public bool Delete(long id) => file.Commit(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM suppressions WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteNonQuery() > 0;
    });

    /// <summary>All of them in order of id, or the one of an id, each with what it hides.</summary>
    public IReadOnlyList<SuppressionCount> Read(long? id = null) => file.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT s.id, s.kind, s.client, s.server, s.who, s.why, s.created_ms, s.expires_ms, (SELECT COUNT(*) FROM findings f WHERE {FindingConditions.Suppresses})
            FROM suppressions s {(id is null ? "" : "WHERE s.id = $id")} ORDER BY s.id
            """;
        command.Parameters.AddWithValue("$now", Now);
        if (id is { } one) command.Parameters.AddWithValue("$id", one);
        var all = new List<SuppressionCount>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) all.Add(new SuppressionCount(Row(reader), reader.GetInt64(8)));
        return (IReadOnlyList<SuppressionCount>)all;
    });

    private static Suppression Row(SqliteDataReader row) => new(
        row.GetInt64(0), row.IsDBNull(1) ? null : (FindingKind)row.GetInt32(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
        row.GetString(4), row.GetString(5), row.GetInt64(6), row.IsDBNull(7) ? null : row.GetInt64(7));

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
