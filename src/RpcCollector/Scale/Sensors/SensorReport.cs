using System.Text.Json.Serialization;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Scale.Sensors;

/// <summary>
/// What a sensor says of itself to the judge, as the content of a deed of the topic <see cref="Topic"/>: how it is, some of the exporters
/// that it hears, or both. JSON; times are Unix milliseconds.
/// </summary>
internal sealed record SensorReport
{
    public const string Topic = "sensor-report";

    /// <summary>Any change that a reader of this version would take for something else is another one.</summary>
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    /// <summary>How the sensor is.</summary>
    public ReportedSensor? Sensor { get; init; }

    /// <summary>A part of its exporters.</summary>
    public ExporterPage? Page { get; init; }
}

/// <summary>How a sensor is.</summary>
/// <param name="Program">The version of its program.</param>
/// <param name="At">When it wrote this, by its own clock.</param>
/// <param name="Reasons">Why it is not ready.</param>
/// <param name="Batches">Batches that the broker confirmed since it started.</param>
/// <param name="FlowStarts">Flow starts in them.</param>
/// <param name="BufferBytes">Octets that wait for the broker.</param>
/// <param name="MostBufferBytes">How many may.</param>
/// <param name="DroppedBatches">Batches that made room for later ones since it started.</param>
/// <param name="Exporters">How many exporters it hears.</param>
internal sealed record ReportedSensor(
    string Program, long StartedAt, long At, bool IsReady, IReadOnlyList<string> Reasons, long Batches, long FlowStarts, long BufferBytes,
    long MostBufferBytes, long DroppedBatches, long DroppedFlowStarts, int Exporters)
{
    public const int MostReasons = 16;
    public const int MostSigns = 256;
    public const int MostNotRead = 64;

    /// <summary>Where it stands; null where its addresses are not a site's own.</summary>
    public string? Site { get; init; }

    /// <summary>What its leaf holds; null where it has none, or has not looked yet.</summary>
    public ReportedLeaf? Leaf { get; init; }

    /// <summary>Who sends it exports in a format that is not read.</summary>
    public IReadOnlyList<ReportedSender> NotRead { get; init; } = [];

    /// <summary>True for what a sensor can have said. What was left out of the text is null, whatever its type says.</summary>
    [JsonIgnore]
    public bool MakesSense =>
        Program is not null && WireForm.IsName(Program) && (Site is null || SiteName.TryParse(Site, out _))
        && ReportedExporter.AreTimes(StartedAt, At)
        && Reasons is { Count: <= MostReasons } && Reasons.All(static reason => reason is { Length: <= MostSigns })
        && ReportedExporter.AreCounts(
            Batches, FlowStarts, BufferBytes, MostBufferBytes, DroppedBatches, DroppedFlowStarts, Exporters)
        && Leaf is null or { MakesSense: true }
        && NotRead is { Count: <= MostNotRead } && NotRead.All(static sender => sender is { MakesSense: true });
}

/// <summary>What a sensor's leaf holds of its flow starts, whether the hubs have it or not.</summary>
/// <param name="Domain">The leaf's JetStream domain.</param>
/// <param name="OldestAt">When the leaf took the oldest batch, by its own clock; 0 when it holds none.</param>
internal sealed record ReportedLeaf(string Domain, long Batches, long Bytes, long MostBytes, long OldestAt)
{
    public static ReportedLeaf Of(string domain, OwnLeaf held) =>
        new(domain, held.Messages, held.Bytes, held.MostBytes, held.OldestUnixMilliseconds);

    [JsonIgnore]
    public bool MakesSense =>
        Domain is not null && WireForm.IsName(Domain) && ReportedExporter.AreCounts(Batches, Bytes, MostBytes)
        && ReportedExporter.AreTimes(OldestAt);
}

/// <summary>
/// Exporters in the order of their addresses, and all that the sensor hears between two: what is known of others between them is over.
/// </summary>
/// <param name="After">Behind this address it begins; from the first on when null.</param>
/// <param name="Until">With this address it ends; with the last when null.</param>
internal sealed record ExporterPage(string? After, string? Until, IReadOnlyList<ReportedExporter> Exporters);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    RespectNullableAnnotations = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SensorReport))]
internal sealed partial class SensorReportJson : JsonSerializerContext;
