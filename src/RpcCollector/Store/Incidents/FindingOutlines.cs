using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Store.Findings;

namespace RpcCollector.Store.Incidents;

/// <summary>Findings as the store has them, in the outline that decides to which incident they belong.</summary>
internal static class FindingOutlines
{
    public static FindingOutline Of(StoredFinding finding) => new(
        finding.Id, finding.Kind, finding.Severity, finding.Confidence, new IncidentHost(finding.Client, finding.ClientPeriod),
        finding.Server is { } server ? new IncidentHost(server, finding.ServerPeriod) : null, finding.NumServers, finding.Count,
        finding.FirstSeenUnixMilliseconds, finding.LastSeenUnixMilliseconds, finding.Techniques)
    {
        IsExplained = finding.IsExplained,
    };

    /// <summary>All that stand; the rows were verified when the file was opened.</summary>
    public static List<FindingOutline> ReadStanding(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT f.id, f.kind, f.severity, f.confidence, f.client, f.server, COALESCE(d.servers, 1), f.count, f.first_seen_ms,
                   f.last_seen_ms, f.techniques, COALESCE(p.client_period, 0), COALESCE(p.server_period, 0),
                   COALESCE(d.notes, '[]')
            FROM findings f LEFT JOIN finding_details d ON d.finding = f.id LEFT JOIN finding_periods p ON p.finding = f.id
            WHERE NOT {FindingConditions.IsWithdrawn}
            """;
        var outlines = new List<FindingOutline>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var outline = new FindingOutline(
                row.Integer(0), row.Named<FindingKind>(1), row.Named<FindingSeverity>(2), row.Named<FindingConfidence>(3),
                new IncidentHost(row.Address(4), row.Integer(11)),
                row.IsNull(5) ? null : new IncidentHost(row.Address(5), row.Integer(12)),
                (int)row.Integer(6, 0, int.MaxValue), (int)row.Integer(7, 0, int.MaxValue), row.Time(8), row.Time(9), row.Words(10))
            {
                IsExplained = FindingRows.NotesOf(row, 13).LastOrDefault(static note => note.Explains is not null)?.Explains == true,
            };
            if (row.MakesSense) outlines.Add(outline);
        }

        return outlines;
    }
}
