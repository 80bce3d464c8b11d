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
    int Version, uint Id, long LastSeen, long SystemInit, uint Sampling, SavedStanding? Standing = null)
{
    /// <summary>What is believed of its selectors.</summary>
    public SavedSelector[]? Selectors { get; init; }
}

/// <summary>One selector.</summary>
/// <param name="Sampling">One packet in this many; 0 while it is only contested.</param>
internal sealed record SavedSelector(SelectorKind Kind, ulong Id, uint Sampling)
{
    /// <summary>What contradicts it.</summary>
    public SavedStatement? Statements { get; init; }
}

/// <summary>One Observation Domain within one Transport Session.</summary>
/// <param name="Clock">Anchor and estimate of the exporter's start; absent before the first header that states an uptime.</param>
internal sealed record SavedSession(
    ushort ExporterPort, ushort CollectorPort, int Version, uint Domain, long LastSeen, long SystemInit, uint Sampling,
    bool HasNoSystemInit, SavedClock? Clock, SavedStanding? Standing = null)
{
    /// <summary>The clock before the latest restart or step, to which the next header may return.</summary>
    public SavedClock? FormerClock { get; init; }

    /// <summary>What the time of day in its headers is wrong by; absent when it is right.</summary>
    public long HeaderCorrection { get; init; }

    /// <summary>What contradicts the sampling interval.</summary>
    public SavedStatement? SamplingStatements { get; init; }

    /// <summary>Its selectors.</summary>
    public SavedSelector[]? Selectors { get; init; }

    /// <summary>What contradicts the exporter's start.</summary>
    public SavedStatement? SystemInitStatements { get; init; }
}

/// <summary>How a number was stated, beside the number itself.</summary>
/// <param name="Last">When it was stated last.</param>
/// <param name="Pause">The longest time between two statements.</param>
/// <param name="Rivals">Four numbers for each that contradicts it: itself, how often it was stated in a row, when first and last.</param>
internal sealed record SavedStatement(long Last, long Pause, long[]? Rivals);

/// <summary>A boot clock.</summary>
/// <param name="Headers">How many headers agreed with it; 0 in the form of former versions.</param>
internal sealed record SavedClock(long Anchor, long Estimate, uint UpTime, int Headers = 0);

/// <summary>One Template.</summary>
/// <param name="Fields">Four numbers for each field: Information Element, length, enterprise number, 1 for a Scope field.</param>
internal sealed record SavedTemplate(
    ushort ExporterPort, ushort CollectorPort, int Version, uint Domain, ushort Id, bool IsOptions, long FirstReceived, long LastReceived,
    long LastUsed, long DataRecords,
    uint[] Fields)
{
    /// <summary>The longest time between two of its statements.</summary>
    public long Pause { get; init; }

    /// <summary>True while its id is redefined by a record that cannot be used.</summary>
    public bool IsInDoubt { get; init; }

    /// <summary>Layouts held beside it, while several are stated.</summary>
    public SavedRival[]? Rivals { get; init; }
}

/// <summary>A layout held beside the one that stands.</summary>
/// <param name="Last">When it was last stated or needed.</param>
/// <param name="Proofs">Data Sets that fitted only it.</param>
internal sealed record SavedRival(bool IsOptions, long FirstReceived, long Last, long DataRecords, int Proofs, uint[] Fields);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SavedExporter))]
internal sealed partial class SavedExporterJson : JsonSerializerContext;
