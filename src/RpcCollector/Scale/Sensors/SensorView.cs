using RpcCollector.Flows.Time;

namespace RpcCollector.Scale.Sensors;

/// <summary>The sensors as the judge knows them: by what they say, and by what of them came in the log.</summary>
/// <param name="reports">Null where there are no sensors but the process itself.</param>
internal sealed class SensorView(SensorReports? reports, LogGauges? log, ArrivalClock clock)
{
    /// <summary>Milliseconds without a report after which a sensor is called silent: it sends one every ten seconds.</summary>
    public const long Patience = 60_000;

    // A sensor that somebody has taken away is not shown for good.
    private const long LongestSilence = 7 * 86_400_000L;

    /// <summary>True in the process that takes what sensors say.</summary>
    public bool IsJudge => reports is not null;

    public SensorReports? Reports => reports;

    /// <summary>All that were heard in the last seven days, by name; at most <see cref="SensorReports.MostSensors"/>.</summary>
    public IReadOnlyList<SensorStanding> Sensors()
    {
        if (reports is null) return [];
        var now = clock.UnixMilliseconds;
        var traces = Traces();
        var standing = new Dictionary<string, SensorStanding>(StringComparer.Ordinal);
        foreach (var sensor in reports.Sensors)
            standing.Add(sensor.Name, new SensorStanding(sensor.Name, now, sensor, traces.GetValueOrDefault(sensor.Name)));
        foreach (var (name, trace) in traces)
        {
            if (standing.Count >= SensorReports.MostSensors) break;
            standing.TryAdd(name, new SensorStanding(name, now, null, trace));
        }

        return [.. standing.Values.Where(one => one.SilentMilliseconds < LongestSilence).OrderBy(one => one.Name, StringComparer.Ordinal)];
    }

    /// <summary>The leaf of a domain, as the hubs know it; null where they are not told to take from it.</summary>
    public LeafStanding? LeafOf(string domain) =>
        log?.Leaves.FirstOrDefault(leaf => string.Equals(leaf.Name, domain, StringComparison.Ordinal));

    /// <summary>Who is silent, in a line each: sensors, and leaves that the hubs do not hear.</summary>
    public IEnumerable<string> Complaints() =>
        Sensors().Where(sensor => sensor.State == SensorState.Silent)
            .Select(sensor => $"sensor {sensor.Name} is silent since {sensor.LastHeard:yyyy-MM-dd HH:mm:ss}Z")
            .Concat((log?.Leaves ?? []).Where(leaf => leaf.IsSilent)
                .Select(leaf => $"the hubs have not heard of the leaf {leaf.Name} for {leaf.Silent!.Value.TotalMinutes:0} minutes"));

    private Dictionary<string, SensorTrace> Traces()
    {
        var traces = new Dictionary<string, SensorTrace>(StringComparer.Ordinal);
        foreach (var (number, partition) in (log?.Partitions ?? []).Index())
        {
            foreach (var sensor in partition.Sensors)
            {
                var trace = traces.GetValueOrDefault(sensor.Name) ?? new SensorTrace();
                traces[sensor.Name] = trace.With(number, sensor, partition.LogUnixMilliseconds, log!.Owned.Contains(number));
            }
        }

        return traces;
    }
}

/// <summary>What the partitions' logs show of one sensor, as far as this process reads them.</summary>
internal sealed record SensorTrace
{
    public IReadOnlyList<int> LeftOutOf { get; init; } = [];

    public long LostBatches { get; init; }

    public long LostFlowStarts { get; init; }

    /// <summary>The latest time that it wrote, by its own clock.</summary>
    public long Watermark { get; init; }

    /// <summary>How far what it wrote lies behind the log, in milliseconds, where that is most.</summary>
    public long Lag { get; init; }

    /// <param name="isOwned">False for a partition that another process has joined since: what is known of its clock is over.</param>
    public SensorTrace With(int partition, PartitionClock.Sensor sensor, long logUnixMilliseconds, bool isOwned) => new()
    {
        LeftOutOf = isOwned && sensor.IsLeftOut ? [.. LeftOutOf, partition] : LeftOutOf,
        LostBatches = LostBatches + sensor.LostBatches,
        LostFlowStarts = LostFlowStarts + sensor.LostFlowStarts,
        Watermark = Math.Max(Watermark, sensor.Watermark),
        Lag = isOwned ? Math.Max(Lag, logUnixMilliseconds - sensor.Watermark) : Lag,
    };
}

/// <summary>How a sensor stands with the judge.</summary>
/// <param name="Now">When that was asked, in Unix milliseconds.</param>
/// <param name="Known">What its reports say; null when none came.</param>
/// <param name="Trace">What is known of its flow starts; null where another process reads them.</param>
internal sealed record SensorStanding(string Name, long Now, KnownSensor? Known, SensorTrace? Trace)
{
    public SensorState State => SilentMilliseconds > SensorView.Patience
        ? SensorState.Silent
        : Known is null ? SensorState.NotReporting : SensorState.Reporting;

    /// <summary>When it last reported, or where it never did, how far its flow starts came.</summary>
    public DateTimeOffset LastHeard =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(LastHeardUnixMilliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    /// <summary>For how long nothing has come of it.</summary>
    public long SilentMilliseconds => Math.Max(0, Now - LastHeardUnixMilliseconds);

    private long LastHeardUnixMilliseconds => Known?.ReportedUnixMilliseconds ?? Trace?.Watermark ?? 0;
}

/// <summary>A closed list. The API shows the name in snake_case.</summary>
internal enum SensorState
{
    /// <summary>Its reports come.</summary>
    Reporting,

    /// <summary>Nothing has come of it for a minute.</summary>
    Silent,

    /// <summary>Its flow starts come, and no reports: it is of a former version, or may not append to ACT.told.NAME.</summary>
    NotReporting,
}
