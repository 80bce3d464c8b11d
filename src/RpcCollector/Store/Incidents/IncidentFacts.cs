using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Store.Incidents;

/// <summary>What the judgement says of an incident, as its row holds it: equal when there is nothing to write.</summary>
internal readonly record struct IncidentFacts(
    long Severity, long Confidence, long FirstSeen, long LastSeen, long Count, long Servers, long Findings, long Members, string Kinds,
    string Techniques, string Content)
{
    public const string Columns =
        "severity, confidence, first_seen_ms, last_seen_ms, count, servers, findings, members, kinds, techniques, content";

    public static IncidentFacts Of(Incident incident) => new(
        (long)incident.Severity, (long)incident.Confidence, incident.FirstSeenUnixMilliseconds, incident.LastSeenUnixMilliseconds,
        incident.Count, incident.NumServers, incident.Findings.Count, SumOf(incident.Findings),
        string.Join(' ', incident.Kinds.Select(kind => ((int)kind).ToString(CultureInfo.InvariantCulture))),
        string.Join(' ', incident.Techniques), IncidentContent.Of(incident));

    public static IncidentFacts Read(StoredRowReader row, int first) => new(
        row.Integer(first), row.Integer(first + 1), row.Integer(first + 2), row.Integer(first + 3), row.Integer(first + 4),
        row.Integer(first + 5), row.Integer(first + 6), row.Integer(first + 7), row.Text(first + 8), row.Text(first + 9),
        row.Text(first + 10));

    /// <summary>The same for the same ids in any order.</summary>
    private static long SumOf(IReadOnlyList<long> findings)
    {
        ulong sum = 0;
        foreach (var id in findings)
        {
            var mixed = ((ulong)id ^ ((ulong)id >> 30)) * 0xBF58_476D_1CE4_E5B9;
            sum += mixed ^ (mixed >> 27);
        }

        return (long)sum;
    }
}
