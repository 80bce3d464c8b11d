using System.Globalization;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Store.Incidents;

/// <summary>What the judgement says of an incident, as its row holds it: equal when there is nothing to write.</summary>
internal readonly record struct IncidentFacts(
    long Severity, long Confidence, long FirstSeen, long LastSeen, long Count, long Clients, long Servers, long Findings, long Lead,
    string Kinds, string Techniques, string Content)
{
    public const int NumColumns = 12;

    public const string Columns =
        "severity, confidence, first_seen_ms, last_seen_ms, count, clients, servers, findings, lead, kinds, techniques, content";

    public object[] Values =>
        [Severity, Confidence, FirstSeen, LastSeen, Count, Clients, Servers, Findings, Lead, Kinds, Techniques, Content];

    public static IncidentFacts Of(Incident incident) => new(
        (long)incident.Severity, (long)incident.Confidence, incident.FirstSeenUnixMilliseconds, incident.LastSeenUnixMilliseconds,
        incident.Count, incident.NumClients, incident.NumServers, incident.NumFindings, incident.Lead,
        string.Join(' ', incident.Kinds.Select(kind => ((int)kind).ToString(CultureInfo.InvariantCulture))),
        string.Join(' ', incident.Techniques), IncidentContent.Of(incident));

    public static IncidentFacts Read(StoredRowReader row, int first) => new(
        row.Integer(first), row.Integer(first + 1), row.Integer(first + 2), row.Integer(first + 3), row.Integer(first + 4),
        row.Integer(first + 5), row.Integer(first + 6), row.Integer(first + 7), row.Integer(first + 8), row.Text(first + 9),
        row.Text(first + 10), row.Text(first + 11));
}
