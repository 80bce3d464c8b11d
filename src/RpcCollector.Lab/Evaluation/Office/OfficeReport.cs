using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Naming;

namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>What came of simulated offices, as it is printed.</summary>
internal sealed record OfficeReport(bool Synthetic, int Workstations, int LearnedDays, IReadOnlyList<OfficeSeedJson> Seeds)
{
    public static OfficeReport From(IReadOnlyList<OfficeResult> results, int workstations, int learnedDays) =>
        new(Synthetic: true, workstations, learnedDays, [.. results.Select(OfficeSeedJson.From)]);
}

/// <summary>One seed.</summary>
internal sealed record OfficeSeedJson(
    ulong Seed, string Digest, int Findings, bool IntrudersAreFirst, bool IntrudersAreWhole, int Mixed, bool AreFew, bool HoldsAll,
    IReadOnlyList<OfficeIncidentJson> Incidents)
{
    public static OfficeSeedJson From(OfficeResult result) => new(
        result.Seed, result.Digest, result.NumFindings, result.IntrudersAreFirst, result.IntrudersAreWhole, result.Mixed, result.AreFew,
        result.HoldsAll, [.. result.Rows.Select(OfficeIncidentJson.From)]);
}

/// <summary>One incident, the worst first.</summary>
/// <param name="Whose">first-intruder, second-intruder, deployment, monitoring, administration or none of them.</param>
internal sealed record OfficeIncidentJson(
    long Id, string Severity, string Confidence, string Whose, bool Mixed, int Findings, int Clients, int Servers, string Title,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RaisedBecause, IReadOnlyList<string> Kinds)
{
    public static OfficeIncidentJson From(OfficeIncident row) => new(
        row.Incident.Id, KebabCase<FindingSeverity>.Of(row.Incident.Severity), KebabCase<FindingConfidence>.Of(row.Incident.Confidence),
        KebabCase<OfficePart>.Of(row.Part), row.IsMixed, row.Findings.Count, row.Incident.NumClients, row.Incident.NumServers, row.Title,
        row.Incident.RaisedBecause, [.. row.Incident.Kinds.Select(KebabCase<FindingKind>.Of)]);
}

/// <summary>Generated, so that the program can be trimmed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(OfficeReport))]
internal sealed partial class OfficeJson : JsonSerializerContext;
