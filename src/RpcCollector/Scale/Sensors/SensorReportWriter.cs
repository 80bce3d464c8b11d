using System.Text.Json;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Scale.Sensors;

/// <summary>
/// Writes a sensor's reports: each says how it is, and as many of its exporters as go into one, from where the last report that was
/// confirmed ended. One thread calls it.
/// </summary>
/// <param name="site">Where the sensor stands; null when there is one site.</param>
internal sealed class SensorReportWriter(string name, ulong epoch, ExporterCatalog catalog, SiteNetworks? site = null)
{
    /// <summary>Of more exporters the next come with the next report.</summary>
    public const int MostExporters = 1_000;

    // Octets of exporters in one deed: with what stands around them below what a deed may hold.
    private const int MostOctets = 40_000;

    // What is said of a minute may be changed by what is counted soon after it.
    private const long Overlap = 60_000;
    private const long Hour = 3_600_000;

    private readonly ActMessageWriter _writer = new(name, ActHeader.NoPartition, epoch, catalog.Directory);
    private readonly List<ReadOnlyMemory<byte>> _messages = [];
    private ulong _sequence;
    private HostAddress? _after;
    private HostAddress? _until;
    private long _roundBegan;
    private long _formerRoundBegan;

    /// <summary>The messages of the next report, in their order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Write(ReportedSensor sensor)
    {
        _messages.Clear();
        _sequence++;
        var now = sensor.At;
        if (_after is null) _roundBegan = now;
        var rest = Exporters();
        sensor = sensor with { Exporters = rest.Count, Site = site?.Name.ToString() };
        Add(new SensorReport { Version = SensorReport.CurrentVersion, Sensor = sensor }, now);
        if (_after is { } last) rest = [.. rest.Where(known => known.Exporter.Address.CompareTo(last) > 0)];
        var from = Math.Max(now - Hour, _formerRoundBegan - Overlap);
        AddPages([.. rest.Take(MostExporters)], rest.Count > MostExporters, from, now);
        _messages.Add(_writer.Finish(_sequence, now).ToArray());
        return _messages;
    }

    /// <summary>The report that was written last is in the log: the next one goes on behind it.</summary>
    public void Confirm()
    {
        _after = _until;
        if (_after is null) _formerRoundBegan = _roundBegan;
    }

    /// <summary>As they are among those of all sites, in order; each with the address that it has here.</summary>
    private List<(HostAddress Here, ExporterStatus Exporter)> Exporters()
    {
        var known = catalog.Exporters().Select(exporter => (exporter.Address, exporter));
        if (site is null) return [.. known];
        return
        [
            .. known.Select(one => (one.Address, one.exporter with { Address = site.Place(one.Address) }))
                .OrderBy(one => one.Item2.Address),
        ];
    }

    private void AddPages(List<(HostAddress Here, ExporterStatus Exporter)> exporters, bool hasMore, long from, long now)
    {
        var (after, page, octets) = (_after, new List<ReportedExporter>(), 0);
        foreach (var (here, exporter) in exporters)
        {
            var reported = ReportedExporter.Of(exporter, catalog.CompletenessByMinute(here, from, now));
            var length = JsonSerializer.SerializeToUtf8Bytes(reported, SensorReportJson.Default.ReportedExporter).Length + 1;
            if (page.Count > 0 && octets + length > MostOctets)
            {
                after = AddPage(after, HostAddress.Parse(page[^1].Address), page, now);
                (page, octets) = ([], 0);
            }

            page.Add(reported);
            octets += length;
        }

        _until = hasMore ? exporters[^1].Exporter.Address : null;
        AddPage(after, _until, page, now);
    }

    private HostAddress? AddPage(HostAddress? after, HostAddress? until, IReadOnlyList<ReportedExporter> exporters, long now)
    {
        var page = new ExporterPage(after?.ToString(), until?.ToString(), exporters);
        Add(new SensorReport { Version = SensorReport.CurrentVersion, Page = page }, now);
        return until;
    }

    private void Add(SensorReport report, long now)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(report, SensorReportJson.Default.SensorReport);
        if (_writer.TryAdd(SensorReport.Topic, content)) return;
        _messages.Add(_writer.Finish(_sequence, now, isLast: false).ToArray());
        _writer.TryAdd(SensorReport.Topic, content);
    }
}
