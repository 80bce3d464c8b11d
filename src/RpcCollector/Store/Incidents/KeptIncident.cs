using Microsoft.Data.Sqlite;
using RpcCollector.Detection;

namespace RpcCollector.Store.Incidents;

/// <summary>What a row of incidents says to who writes it: the facts as they were written, and how far people are.</summary>
internal sealed record KeptIncident(
    long Id, IncidentFacts Facts, long Recorded, bool IsStanding, long? MergedInto, IncidentState State,
    VerdictMeaning? ClosedAs, long? Closed, FindingSeverity? SeenSeverity, string? Assignee, long? Related, long? Verdict)
{
    private const string Select = $"""
        SELECT n.id, n.recorded_ms, n.withdrawn_ms IS NULL AND n.merged_into IS NULL, n.merged_into, n.state, n.closed_as,
               n.closed_ms, n.seen_severity, n.assignee, n.related, n.verdict, {IncidentFacts.Columns}
        FROM incidents n
        """;

    private const string FindSql = Select + " WHERE n.id = $id";

    private const int FirstFact = 11;

    public static KeptIncident? Find(KeptStatements statements, long id)
    {
        using var rows = statements.Read(FindSql, ("$id", id));
        return rows.Read() ? Read(rows.Row) : null;
    }

    /// <summary>Those that stand.</summary>
    public static List<KeptIncident> ReadStanding(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{Select} WHERE {IncidentConditions.IsStanding} ORDER BY n.closed_ms, n.id";
        var all = new List<KeptIncident>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) all.Add(Read(new StoredRowReader(reader)));
        return all;
    }

    private static KeptIncident Read(StoredRowReader row) => new(
        row.Integer(0), IncidentFacts.Read(row, FirstFact), row.Integer(1), row.Integer(2) == 1,
        row.IsNull(3) ? null : row.Integer(3), row.Named<IncidentState>(4), row.IsNull(5) ? null : row.Named<VerdictMeaning>(5),
        row.TimeOrNull(6), row.IsNull(7) ? null : row.Named<FindingSeverity>(7), row.TextOrNull(8),
        row.IsNull(9) ? null : row.Integer(9), row.IsNull(10) ? null : row.Integer(10));
}
