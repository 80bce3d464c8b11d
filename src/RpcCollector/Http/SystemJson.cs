using System.ComponentModel;

namespace RpcCollector.Http;

/// <summary>The appliance itself: what runs, what it keeps, what it takes.</summary>
internal sealed record SystemJson(
    string Version,
    [property: Description("When the process started, as the machine has it.")] DateTimeOffset StartedAt,
    [property: Description("What time it is, by its own clock.")] DateTimeOffset Now,
    [property: Description("Every part that runs, and those that should.")] IReadOnlyList<PartJson> Parts,
    StoreJson Store,
    IReadOnlyList<ListenerJson> Listeners,
    [property: Description("Resident memory.")] long MemoryBytes,
    [property: Description("CPU time since the start, user and system.")] double CpuSeconds);

/// <summary>A part of the process.</summary>
internal sealed record PartJson(
    [property: Description("Which kind, as the label of the metrics has it; kept_inputs for what is kept for backtest.")] string Part,
    [property: Description("Which one of its kind.")] string Name,
    [property: Description("well, degraded (the appliance does its work all the same), stuck, failing or dead.")] string State,
    [property: Description("Its last sign of life; absent while it is alive.")] DateTimeOffset? Since,
    [property: Description("What it is at, where it says so.")] string? Doing,
    [property: Description("What failed, or ended it.")] string? Reason);

/// <summary>What is kept.</summary>
internal sealed record StoreJson(
    [property: Description("False when everything is kept in memory alone.")] bool Enabled,
    [property: Description("False from a failed write to the next one that succeeds.")] bool Writable,
    [property: Description("Absent in memory.")] string? Folder,
    [property: Description("Why what is written is lost with the process; absent while the folder is there.")] string? Loss,
    long ActivitiesBytes,
    long ActivitiesMaxBytes,
    long StateBytes,
    long Activities,
    [property: Description("Start of the earliest activity; absent when there is none, or the store cannot be read.")]
        DateTimeOffset? OldestActivityAt,
    [property: Description("Start of the latest activity.")] DateTimeOffset? NewestActivityAt,
    long Findings,
    long MaxFindings,
    [property: Description("Incidents that stand.")] long Incidents,
    [property: Description("Rows that were found damaged and are left out.")] long DamagedRows);

/// <summary>Where flows are received.</summary>
internal sealed record ListenerJson(
    [property: Description("udp, tcp or tls.")] string Protocol,
    string Endpoint,
    [property: Description("Datagrams over UDP, Messages over TCP.")] long Received,
    [property: Description("Datagrams that the kernel dropped because the receive buffer was full.")] long Lost);
