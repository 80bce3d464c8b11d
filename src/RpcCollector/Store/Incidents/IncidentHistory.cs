using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.Incidents;

/// <summary>Who did what with an incident: appended to, and followed when the incident goes into another.</summary>
internal static class IncidentHistory
{
    /// <summary>Of one incident; further ones are refused.</summary>
    public const int MaxNotes = 1_000;

    // Of one incident, notes apart; beyond it the oldest are forgotten.
    private const int MaxLines = 1_000;

    private static readonly string ForgetSql = $"""
        DELETE FROM incident_history WHERE incident = $incident AND what <> {(int)HistoryWhat.Noted}
            AND seq IS NOT (SELECT verdict FROM incidents WHERE id = $incident)
            AND seq <= (SELECT seq FROM incident_history WHERE incident = $incident AND what <> {(int)HistoryWhat.Noted}
                        ORDER BY seq DESC LIMIT 1 OFFSET {MaxLines})
        """;

    /// <returns>Its number.</returns>
    public static long Add(SqliteConnection connection, long incident, HistoryLine line, MadeByVerdict? made = null)
    {
        var statements = KeptStatements.Of(connection);
        var number = statements.Ask(
            """
            INSERT INTO incident_history (incident, of, at_ms, what, who, address, value, text, made)
            VALUES ($incident, $of, $at, $what, $who, $address, $value, $text, $made) RETURNING seq
            """,
            ("$incident", incident), ("$of", line.Of ?? incident), ("$at", line.AtUnixMilliseconds), ("$what", (int)line.What),
            ("$who", line.Who), ("$address", line.From), ("$value", line.Value), ("$text", line.Text),
            ("$made", made is null ? null : JsonSerializer.Serialize(made, IncidentColumns.Default.MadeByVerdict)));
        statements.Execute(ForgetSql, ("$incident", incident));
        return number!.Value;
    }

    /// <summary>What was said of one incident is said of the other from now on.</summary>
    public static void Move(SqliteConnection connection, long from, long to) => KeptStatements.Of(connection).Execute(
        "UPDATE incident_history SET incident = $to WHERE incident = $from", ("$from", from), ("$to", to));

    public static long CountNotes(SqliteConnection connection, long incident) => Database.Ask(
        connection, string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT COUNT(*) FROM incident_history WHERE incident = {incident} AND what = {(int)HistoryWhat.Noted}"));

    /// <summary>In the order in which it happened; the latest, where there is more than can be shown.</summary>
    public static IReadOnlyList<HistoryLine> Read(SqliteConnection connection, long incident, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT h.seq, h.of, h.at_ms, h.what, h.who, h.address, h.value, h.text, {StateTables.IncidentHistory.IsWhole("h")}
            FROM incident_history h WHERE h.incident = $incident ORDER BY h.seq
            """;
        command.Parameters.AddWithValue("$incident", incident);
        var lines = new List<HistoryLine>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var line = new HistoryLine(
                row.Time(2), row.Named<HistoryWhat>(3), row.TextOrNull(4), row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7),
                row.Integer(1));
            if (row.Integer(8) == 1 && row.MakesSense) lines.Add(line);
            else damaged.Note(StateTables.IncidentHistory, row.Integer(0).ToString(CultureInfo.InvariantCulture));
        }

        return lines;
    }

    /// <summary>What a verdict made; null when its line is gone.</summary>
    public static MadeByVerdict? Made(SqliteConnection connection, long number)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT made FROM incident_history h WHERE seq = $seq AND {StateTables.IncidentHistory.IsWhole("h")}";
        command.Parameters.AddWithValue("$seq", number);
        return command.ExecuteScalar() is string made
            ? JsonSerializer.Deserialize(made, IncidentColumns.Default.MadeByVerdict)
            : null;
    }
}

/// <summary>One line of an incident's history.</summary>
/// <param name="Who">Null for what the appliance did by itself.</param>
/// <param name="From">The address that it came from; null when it is not known.</param>
/// <param name="Value">A state, an assignee, a verdict, or the id of another incident.</param>
/// <param name="Text">Why, or a note.</param>
/// <param name="Of">The incident that it was said of, where that has gone into this one; null for this one.</param>
internal sealed record HistoryLine(
    long AtUnixMilliseconds, HistoryWhat What, string? Who = null, string? From = null, string? Value = null, string? Text = null,
    long? Of = null);

/// <summary>What was done with an incident.</summary>
internal enum HistoryWhat : byte
{
    StateSet = 1,
    Assigned = 2,
    Noted = 3,
    VerdictGiven = 4,
    VerdictWithdrawn = 5,

    /// <summary>By itself: it went on, or is worse than what was acknowledged.</summary>
    Reopened = 6,

    /// <summary>Another one has gone into it.</summary>
    Merged = 7,

    /// <summary>By itself: a role that became known explains findings of it.</summary>
    Lowered = 8,
}
