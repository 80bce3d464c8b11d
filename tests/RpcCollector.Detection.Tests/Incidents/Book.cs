using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Incidents;

/// <summary>Findings by hand, and the incidents that a book makes of them.</summary>
internal static class Book
{
    public const long Minute = 60_000;

    public const long Hour = 60 * Minute;

    public const long Day = 24 * Hour;

    public const long Start = 1_700_000_000_000;

    public static FindingOutline Finding(
        string client, string? server, long at, FindingSeverity severity = FindingSeverity.Medium,
        FindingKind kind = FindingKind.PeerToPeerRpc, long lasts = 0, int servers = 1, long period = 0)
    {
        var (from, to) = (HostAddress.Parse(client), server is null ? default(HostAddress?) : HostAddress.Parse(server));
        return new(
            FindingId.Of(kind, from, to) ^ period, kind, severity, FindingConfidence.Medium, new(from, period),
            to is { } address ? new IncidentHost(address, 0) : null, servers, 1, Start + at, Start + at + lasts, ["T1021"]);
    }

    public static IncidentBook Of(params IEnumerable<FindingOutline> findings)
    {
        var book = new IncidentBook();
        book.Take(findings.Select(finding => (ActivityChangeKind.Added, finding)));
        return book;
    }

    /// <summary>One line for each incident: id and findings.</summary>
    public static string[] Story(IncidentBook book) =>
        [.. book.InOrder().Select(incident => $"{incident.Id}: {string.Join(',', book.FindingsOf(incident.Id))} "
            + $"{incident.Severity} {string.Join(',', incident.Steps)}").Order(StringComparer.Ordinal)];
}
