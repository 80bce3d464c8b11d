using System.Text.Json.Serialization;

namespace RpcCollector.Flows.Exporters;

/// <summary>What a restart must not lose of one exporter; times in Unix milliseconds.</summary>
internal sealed record SavedExporter(
    string Address, long FirstSeen,
    IReadOnlyList<SavedDomain> Domains, IReadOnlyList<SavedSession> Sessions, IReadOnlyList<SavedTemplate> Templates);

/// <summary>One Observation Domain.</summary>
internal sealed record SavedDomain(int Version, uint Id, long LastSeen, long SystemInit, uint Sampling);

/// <summary>One Observation Domain within one Transport Session.</summary>
/// <param name="Clock">Anchor and estimate of the exporter's start; absent before the first header that states an uptime.</param>
internal sealed record SavedSession(
    ushort ExporterPort, ushort CollectorPort, int Version, uint Domain, long LastSeen, long SystemInit, uint Sampling,
    bool HasNoSystemInit, SavedClock? Clock);

/// <summary>A boot clock.</summary>
internal sealed record SavedClock(long Anchor, long Estimate, uint UpTime);

/// <summary>One Template.</summary>
/// <param name="Fields">Four numbers for each field: Information Element, length, enterprise number, 1 for a Scope field.</param>
internal sealed record SavedTemplate(
    ushort ExporterPort, ushort CollectorPort, int Version, uint Domain, ushort Id, bool IsOptions, long FirstReceived, long LastReceived,
    long LastUsed, long DataRecords,
    uint[] Fields);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SavedExporter))]
internal sealed partial class SavedExporterJson : JsonSerializerContext;
