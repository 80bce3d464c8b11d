using System.Text.Json.Serialization;
using RpcCollector.Captures;
using RpcCollector.Flows;
using RpcCollector.Http;
using RpcCollector.Naming;

namespace RpcCollector.Commands;

/// <summary>The last line of a replay: how much was read, what came of it, and what was not used and why.</summary>
internal sealed record ReplaySummaryJson
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "summary";

    public required long Datagrams { get; init; }

    public required long DataRecords { get; init; }

    public required long OptionsRecords { get; init; }

    public required long Templates { get; init; }

    public required long FlowStarts { get; init; }

    public required IReadOnlyDictionary<string, long> Activities { get; init; }

    public required IReadOnlyDictionary<string, long> Findings { get; init; }

    /// <summary>By severity; those without any are left out.</summary>
    public required IReadOnlyDictionary<string, long> Incidents { get; init; }

    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    /// <summary>Records of connections that a firewall did not let through; absent where there are none.</summary>
    public long? Refused { get; init; }

    /// <summary>Absent where there are no Zeek logs.</summary>
    public long? ZeekLines { get; init; }

    /// <summary>Absent where there is no eve.json.</summary>
    public long? SuricataLines { get; init; }

    /// <summary>Absent where there are no logs.</summary>
    public long? RpcOperations { get; init; }

    /// <summary>What the files held besides exports; absent where they held nothing else.</summary>
    public IReadOnlyDictionary<string, long>? NotRead { get; init; }

    /// <summary>The inputs of which nothing could be used, and why; absent where there are none.</summary>
    public IReadOnlyList<UnusedInputJson>? Unused { get; init; }

    public static ReplaySummaryJson From(ReplayResult result, IReadOnlyList<UnusedInputs.Unused> unused)
    {
        var losses = Counts(result.Captures.Losses().Select(entry => (SnakeCase<CaptureLoss>.Of(entry.Loss), entry.Count)));
        return new ReplaySummaryJson
        {
            Datagrams = result.Datagrams,
            DataRecords = result.DataRecords,
            OptionsRecords = result.OptionsRecords,
            Templates = result.Templates,
            FlowStarts = result.FlowStarts,
            Activities = Counts(result.ByBasis().Select(entry => (BasisName.Of(entry.Basis), (long)entry.Count))),
            Findings = Counts(result.ByKind().Select(entry => (FindingLineJson.Name(entry.Kind), (long)entry.Count))),
            Incidents = Counts(
                result.Incidents.GroupBy(told => told.Incident.Severity).OrderByDescending(group => group.Key)
                    .Select(group => (FindingLineJson.Name(group.Key), (long)group.Count()))),
            Rejected = Counts(result.Rejected().Select(entry => (SnakeCase<Rejection>.Of(entry.Reason), entry.Count))),
            Refused = result.Refused > 0 ? result.Refused : null,
            ZeekLines = result.ZeekLines > 0 ? result.ZeekLines : null,
            SuricataLines = result.SuricataLines > 0 ? result.SuricataLines : null,
            RpcOperations = result.ZeekLines + result.SuricataLines > 0 ? result.RpcOperations : null,
            NotRead = losses.Count > 0 ? losses : null,
            Unused = unused.Count > 0 ? [.. unused.Select(input => new UnusedInputJson(input.Argument, input.Reason))] : null,
        };
    }

    private static Dictionary<string, long> Counts(IEnumerable<(string Name, long Count)> counts) =>
        counts.ToDictionary(entry => entry.Name, entry => entry.Count, StringComparer.Ordinal);
}

/// <summary>An input of which nothing could be used.</summary>
internal sealed record UnusedInputJson(string Input, string Reason);

/// <summary>Generated, so that the program can be trimmed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplaySummaryJson))]
internal sealed partial class SummaryJson : JsonSerializerContext;
