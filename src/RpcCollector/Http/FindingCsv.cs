using System.Globalization;

namespace RpcCollector.Http;

/// <summary>Findings as rows of CSV: a column for each thing that the API shows, names beside addresses.</summary>
internal static class FindingCsv
{
    // What a cell has several of.
    private const string And = "; ";

    private static readonly (string Name, Func<FindingJson, string?> Of)[] Columns =
    [
        ("id", finding => finding.Id),
        ("kind", finding => finding.Kind),
        ("severity", finding => finding.Severity),
        ("confidence", finding => finding.Confidence),
        ("client", finding => finding.Client),
        ("client_name", finding => finding.ClientName),
        ("server", finding => finding.Server),
        ("server_name", finding => finding.ServerName),
        ("servers", finding => Number(finding.Servers)),
        ("users", finding => finding.Users is { } users ? string.Join(And, users.Select(user => user.User)) : null),
        ("count", finding => Number(finding.Count)),
        ("first_seen", finding => Time(finding.FirstSeen)),
        ("last_seen", finding => Time(finding.LastSeen)),
        ("techniques", finding => string.Join(And, finding.Techniques)),
        ("analytics", finding => string.Join(And, finding.Analytics)),
        ("reason", finding => finding.Reason),
        ("operations", finding => string.Join(And, finding.Operations)),
        ("exporters", finding => string.Join(And, finding.Exporters)),
        ("community_ids",
            finding => string.Join(And, finding.Flows.Select(flow => flow.CommunityId).Distinct(StringComparer.Ordinal))),
        ("sampling_interval", finding => finding.SamplingInterval.ToString(CultureInfo.InvariantCulture)),
        ("completeness", finding => finding.Completeness?.ToString(CultureInfo.InvariantCulture)),
        ("known_hosts", finding => Number(finding.KnownHosts)),
        ("known_days", finding => Number(finding.Rarity?.Days)),
        ("rarity_service", finding => finding.Rarity?.Service),
        ("server_clients", finding => Number(finding.Rarity?.ServerClients)),
        ("server_clients_like", finding => Number(finding.Rarity?.ServerClientsLike)),
        ("pair_first_seen", finding => finding.Rarity?.PairFirstSeen is { } first ? Time(first) : null),
        ("pair_days", finding => Number(finding.Rarity?.PairDays)),
        ("pair_flows", finding => Number(finding.Rarity?.PairFlows)),
        ("client_servers_like", finding => Number(finding.Rarity?.ClientServersLike)),
        ("octets", finding => Number(finding.Rarity?.Octets)),
        ("octets_way", finding => finding.Rarity?.OctetsWay),
        ("octets_service", finding => finding.Rarity?.OctetsService),
        ("octets_percentile", finding => Number(finding.Rarity?.OctetsPercentile)),
        ("octets_flows", finding => Number(finding.Rarity?.OctetsFlows)),
        ("octets_of", finding => finding.Rarity?.OctetsOf),
        ("incident", finding => finding.Incident),
        ("verdict", finding => finding.Verdict?.Verdict),
        ("verdict_who", finding => finding.Verdict?.Who),
        ("verdict_why", finding => finding.Verdict?.Why),
        ("verdict_given_at", finding => finding.Verdict is { } verdict ? Time(verdict.GivenAt) : null),
        ("suppressed_by", finding => string.Join(And, finding.SuppressedBy)),
        ("recorded_at", finding => Time(finding.RecordedAt)),
        ("updated_at", finding => Time(finding.UpdatedAt)),
        ("withdrawn_at", finding => finding.WithdrawnAt is { } time ? Time(time) : null),
        ("withdrawn_reason", finding => finding.WithdrawnReason),
        ("notes", finding => finding.Notes is { } notes ? string.Join(And, notes.Select(note => note.Text)) : null),
    ];

    public static void WriteHead(CsvText csv)
    {
        foreach (var (name, _) in Columns) csv.Cell(name);
        csv.EndRow();
    }

    public static void Write(CsvText csv, FindingJson finding)
    {
        foreach (var (_, of) in Columns) csv.Cell(of(finding));
        csv.EndRow();
    }

    private static string? Number(double? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => UtcMilliseconds.Text(time);
}
