using System.Text.Json.Serialization;

namespace RpcCollector.Flows.Exporters;

/// <summary>What a restart must not lose of one exporter; times in Unix milliseconds.</summary>
internal sealed record SavedExporter(
    string Address, long FirstSeen,
    IReadOnlyList<SavedDomain> Domains, IReadOnlyList<SavedSession> Sessions, IReadOnlyList<SavedTemplate> Templates,
    SavedStanding? Standing = null);

/// <summary>What a sender has earned; absent before it was of any use, and in what was saved before standings were known.</summary>
/// <param name="Periods">Quarters of an hour with decodable data.</param>
internal sealed record SavedStanding(int Periods, long FirstUse, long LastUse);

/// <summary>One Observation Domain.</summary>
internal sealed record SavedDomain(
    int Version, uint Id, long LastSeen, long SystemInit, uint Sampling, SavedStanding? Standing = null);

/// <summary>One Observation Domain within one Transport Session.</summary>
/// <param name="Clock">Anchor and estimate of the exporter's start; absent before the first header that states an uptime.</param>
internal sealed record SavedSession(
    ushort ExporterPort, ushort CollectorPort, int Version, uint Domain, long LastSeen, long SystemInit, uint Sampling,
    bool HasNoSystemInit, SavedClock? Clock, SavedStanding? Standing = null);

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
