using System.Collections.Concurrent;
using System.Text.Json;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Scale.Sensors;

/// <summary>What all sensors said of themselves: one thread takes it from the log, any thread reads it.</summary>
/// <remarks>
/// A sensor may say anything under its own name: what cannot be is counted and left out, and how much is kept is bounded.
/// </remarks>
internal sealed class SensorReports
{
    public const int MostSensors = 512;

    /// <summary>Exporters of all sensors; one that two hear counts twice.</summary>
    public const int MostExporters = 32_768;

    /// <summary>Milliseconds of silence after which a sensor makes room for another.</summary>
    private const long LongSilence = 86_400_000;

    private readonly ConcurrentDictionary<string, KnownSensor> _sensors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<HostAddress, HeardExporter[]> _byAddress = new();
    private readonly long[] _rejected = new long[Enum.GetValues<ReportRejection>().Length];
    private int _numExporters;

    /// <summary>The sensors that have reported, in no order.</summary>
    public IEnumerable<KnownSensor> Sensors => _sensors.Select(entry => entry.Value);

    /// <summary>How many reports, or parts of them, were not used for a reason.</summary>
    public long Rejected(ReportRejection reason) => Volatile.Read(ref _rejected[(int)reason]);

    /// <summary>Takes a deed of the judge's log.</summary>
    /// <param name="header">Of the message that it stands in.</param>
    /// <param name="appendedUnixMilliseconds">When the log took the message.</param>
    /// <returns>True when it is a sensor's report, also when it cannot be used.</returns>
    public bool Take(in ActHeader header, string topic, ReadOnlySpan<byte> content, long appendedUnixMilliseconds)
    {
        if (!string.Equals(topic, SensorReport.Topic, StringComparison.Ordinal)) return false;
        var reason = TryTake(header, content, appendedUnixMilliseconds);
        if (reason != ReportRejection.None) Interlocked.Increment(ref _rejected[(int)reason]);
        return true;
    }

    /// <summary>
    /// How much of what an exporter sent in the minute of a time could be used: the least that a sensor says. Where none knows that minute,
    /// the newest minute of the sensor that heard it last stands in; null when there is none.
    /// </summary>
    public double? Completeness(HostAddress exporter, long unixMilliseconds)
    {
        if (!_byAddress.TryGetValue(exporter, out var heard)) return null;
        double? least = null;
        HeardExporter? latest = null;
        foreach (var one in heard)
        {
            if (one.CompletenessAt(unixMilliseconds) is { } share) least = Math.Min(least ?? 1, share);
            if (latest?.Status is null || one.Status?.LastSeen > latest.Status.LastSeen) latest = one;
        }

        return least ?? latest?.Status?.CompletenessOfLastMinute;
    }

    private ReportRejection TryTake(in ActHeader header, ReadOnlySpan<byte> content, long appended)
    {
        if (header.Partition != ActHeader.NoPartition || !WireForm.IsName(header.Source)) return ReportRejection.NoSensor;
        if (Read(content) is not { } report) return ReportRejection.Malformed;
        if (report.Version != SensorReport.CurrentVersion) return ReportRejection.UnknownVersion;
        if (report.Sensor is { MakesSense: false }) return ReportRejection.Malformed;
        var (after, until) = (default(HostAddress?), default(HostAddress?));
        if (report.Page is { } page && !TryRead(page, out after, out until)) return ReportRejection.Malformed;
        if (Of(header.Source, appended) is not { } sensor) return ReportRejection.TooManySensors;
        if (!sensor.TryBegin(header.SourceEpoch, header.InputOffset, appended)) return ReportRejection.Repeated;
        if (report.Sensor is { } said) sensor.Take(said);
        return report.Page is null || Take(sensor, after, until, report.Page.Exporters)
            ? ReportRejection.None
            : ReportRejection.TooManyExporters;
    }

    private static SensorReport? Read(ReadOnlySpan<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, SensorReportJson.Default.SensorReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>False unless the exporters make sense, and lie where the page says, in their order.</summary>
    private static bool TryRead(ExporterPage page, out HostAddress? after, out HostAddress? until)
    {
        (after, until) = (null, null);
        if (!TryParse(page.After, ref after) || !TryParse(page.Until, ref until) || page.Exporters is null) return false;
        var last = after;
        foreach (var exporter in page.Exporters)
        {
            if (exporter is not { MakesSense: true }) return false;
            var address = HostAddress.Parse(exporter.Address);
            if (last is { } before && address.CompareTo(before) <= 0) return false;
            last = address;
        }

        return until is not { } end || last is not { } latest || latest.CompareTo(end) <= 0;
    }

    private static bool TryParse(string? text, ref HostAddress? address)
    {
        if (text is null) return true;
        if (!HostAddress.TryParse(text, out var parsed)) return false;
        address = parsed;
        return true;
    }

    private KnownSensor? Of(string name, long appended)
    {
        if (_sensors.TryGetValue(name, out var known)) return known;
        if (_sensors.Count >= MostSensors && !MakeRoom(appended)) return null;
        return _sensors[name] = new KnownSensor(name);
    }

    private bool MakeRoom(long appended)
    {
        var longest = Sensors.MinBy(sensor => sensor.ReportedUnixMilliseconds)!;
        if (appended - longest.ReportedUnixMilliseconds < LongSilence) return false;
        Take(longest, null, null, []);
        return _sensors.TryRemove(longest.Name, out _);
    }

    private bool Take(KnownSensor sensor, HostAddress? after, HostAddress? until, IReadOnlyList<ReportedExporter> exporters)
    {
        var hasRoom = sensor.Take(after, until, exporters, MostExporters - _numExporters, out var added, out var removed);
        _numExporters += added.Count - removed.Count;
        foreach (var left in removed)
        {
            HeardExporter[] rest = [.. _byAddress[left.Address].Where(heard => heard != left)];
            if (rest.Length > 0) _byAddress[left.Address] = rest;
            else _byAddress.TryRemove(left.Address, out _);
        }

        foreach (var heard in added) _byAddress[heard.Address] = [.. _byAddress.GetValueOrDefault(heard.Address, []), heard];
        return hasRoom;
    }
}

/// <summary>Why a report is not used: a closed list. The metric label is the name in snake_case.</summary>
internal enum ReportRejection
{
    None,

    /// <summary>It is not of the form, or says what cannot be.</summary>
    Malformed,

    UnknownVersion,

    /// <summary>It does not come from a sensor.</summary>
    NoSensor,

    /// <summary>There are as many sensors as there may be: of this one nothing is kept.</summary>
    TooManySensors,

    /// <summary>There are as many exporters as there may be: some of this sensor are not kept.</summary>
    TooManyExporters,

    /// <summary>A later one was taken before.</summary>
    Repeated,
}
