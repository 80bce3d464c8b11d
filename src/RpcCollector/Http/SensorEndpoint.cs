using System.ComponentModel;
using RpcCollector.Naming;
using RpcCollector.Scale;
using RpcCollector.Scale.Sensors;

namespace RpcCollector.Http;

/// <summary>/api/v1/sensors: the processes that receive for this one.</summary>
internal static class SensorEndpoint
{
    public static SensorsPage Read(SensorView view) => new([.. view.Sensors().Select(sensor => SensorJson.From(sensor, view))]);
}

/// <summary>All sensors, by name.</summary>
internal sealed record SensorsPage(
    [property: Description("At most 512. Empty where the process itself receives: /api/v1/system says how that one is.")]
    IReadOnlyList<SensorJson> Items);

/// <summary>A sensor as the judge knows it. What only it can say is absent until it has.</summary>
internal sealed record SensorJson(
    string Name,
    [property: Description(
        "reporting; silent (nothing for a minute); or not_reporting: its flow starts come, but no reports: it is of a former version, or " +
        "may not append to ACT.told.NAME.")]
    string State)
{
    [Description("Where it stands (Scale:Site); absent where its addresses are not a site's own.")]
    public string? Site { get; init; }

    [Description("When the broker took its last report.")]
    public DateTimeOffset? LastReportAt { get; init; }

    [Description("Absent while it is not silent.")]
    public DateTimeOffset? SilentSince { get; init; }

    [Description("As its own /readyz says.")]
    public bool? Ready { get; init; }

    [Description("Why it is not ready, and what it cannot do all the same.")]
    public IReadOnlyList<string>? Reasons { get; init; }

    [Description("Of its program.")]
    public string? Version { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    [Description("How many exporters it hears; /api/v1/exporters shows them.")]
    public int? Exporters { get; init; }

    [Description("Batches that the broker confirmed since it started.")]
    public long? SentBatches { get; init; }

    [Description("Flow starts in them; one that goes to two partitions counts twice.")]
    public long? SentFlowStarts { get; init; }

    [Description("Octets that wait in it for the broker.")]
    public long? BufferBytes { get; init; }

    [Description("How many may (Scale:BufferBytes).")]
    public long? BufferMaxBytes { get; init; }

    [Description("Batches that it dropped, because the broker was away for too long; since it started.")]
    public long? DroppedBatches { get; init; }

    [Description("Flow starts in them.")]
    public long? DroppedFlowStarts { get; init; }

    [Description(
        "Batches of it that never came, by its sequence numbers, since this process started; what it dropped is among them. Absent where " +
        "others read the flow starts.")]
    public long? LostBatches { get; init; }

    [Description("Flow starts in them.")]
    public long? LostFlowStarts { get; init; }

    [Description("How far what it wrote lies behind the broker's time, where that is most.")]
    public double? LagSeconds { get; init; }

    [Description(
        "Partitions whose clock goes on without it, because its time and the broker's lie more than five minutes apart: it was silent, " +
        "catches up, or has a wrong clock.")]
    public IReadOnlyList<int>? LeftOutOfPartitions { get; init; }

    [Description("The NATS server beside it that keeps on disk what the hubs have not taken; absent where it has none.")]
    public LeafJson? Leaf { get; init; }

    public static SensorJson From(SensorStanding sensor, SensorView view)
    {
        var (said, trace) = (sensor.Known?.Said, sensor.Trace);
        return new SensorJson(sensor.Name, SnakeCase<SensorState>.Of(sensor.State))
        {
            Site = said?.Site,
            LastReportAt = sensor.Known is null ? null : sensor.LastHeard,
            SilentSince = sensor.State == SensorState.Silent ? sensor.LastHeard : null,
            Ready = said?.IsReady,
            Reasons = said?.Reasons is { Count: > 0 } reasons ? reasons : null,
            Version = said?.Program,
            StartedAt = said is null ? null : UtcMilliseconds.From(said.StartedAt),
            Exporters = said?.Exporters,
            SentBatches = said?.Batches,
            SentFlowStarts = said?.FlowStarts,
            BufferBytes = said?.BufferBytes,
            BufferMaxBytes = said?.MostBufferBytes,
            DroppedBatches = said?.DroppedBatches,
            DroppedFlowStarts = said?.DroppedFlowStarts,
            LostBatches = trace?.LostBatches,
            LostFlowStarts = trace?.LostFlowStarts,
            LagSeconds = trace is null ? null : Math.Max(0, trace.Lag) / 1000.0,
            Leaf = said?.Leaf is { } leaf ? LeafJson.From(leaf, view.LeafOf(leaf.Domain)) : null,
            LeftOutOfPartitions = trace?.LeftOutOf is { Count: > 0 } partitions ? partitions : null,
        };
    }
}

/// <summary>A sensor's leaf: what it holds as the sensor said last, and how far the hubs are as they say.</summary>
internal sealed record LeafJson(
    [property: Description("Its JetStream domain (Scale:Nats:LeafDomain).")] string Domain,
    [property: Description("Batches that it holds, whether the hubs have them or not.")] long HeldBatches,
    [property: Description("Octets that they take.")] long HeldBytes,
    [property: Description("How many they may; beyond it the oldest go, and are counted as lost where the hubs had not taken them.")]
    long HeldMaxBytes)
{
    [Description("When it took the oldest of them, by its own clock.")]
    public DateTimeOffset? HeldSince { get; init; }

    [Description(
        "Messages that wait in it for the hubs, as the hubs heard last. Absent where the judge is not told of it (Scale:Nats:Leaves).")]
    public long? WaitingMessages { get; init; }

    [Description("For how long the hubs have not heard of it.")]
    public double? SilentSeconds { get; init; }

    public static LeafJson From(ReportedLeaf held, LeafStanding? standing) => new(held.Domain, held.Batches, held.Bytes, held.MostBytes)
    {
        HeldSince = held.OldestAt == 0 ? null : UtcMilliseconds.From(held.OldestAt),
        WaitingMessages = standing?.Waiting,
        SilentSeconds = standing?.Silent?.TotalSeconds,
    };
}
