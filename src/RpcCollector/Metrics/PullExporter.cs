using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace RpcCollector.Metrics;

/// <summary>Shows what the OpenTelemetry SDK has aggregated to whoever scrapes: the place of the published Prometheus exporters, behind the same interface.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PullExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _scraping = new();
    private ExpositionWriter? _writer;

    /// <summary>Set by the SDK: collects once and calls <see cref="Export"/> before it returns.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Scrapes wait for each other: the aggregates of one collection may not change while they are written.</summary>
    public byte[] Scrape(ExpositionFormat format)
    {
        lock (_scraping)
        {
            _writer = new ExpositionWriter(format);
            Collect?.Invoke(Timeout.Infinite);
            return _writer.Finish();
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        if (_writer is null) return ExportResult.Failure;
        foreach (var metric in batch) Write(_writer, metric);
        return ExportResult.Success;
    }

    private static void Write(ExpositionWriter writer, Metric metric)
    {
        var kind = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => FamilyKind.Counter,
            MetricType.Histogram => FamilyKind.Histogram,
            _ => FamilyKind.Gauge,
        };
        writer.Family(Name(metric.Name), kind, metric.Description, Unit(metric.Unit));
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = new List<KeyValuePair<string, string>>(point.Tags.Count + 1);
            foreach (var (name, value) in point.Tags) labels.Add(new(Name(name), value?.ToString() ?? ""));
            if (kind == FamilyKind.Histogram) WriteHistogram(writer, point, labels);
            else WriteNumber(writer, metric.MetricType, point, kind == FamilyKind.Counter ? "_total" : "", [.. labels]);
        }
    }

    private static void WriteNumber(ExpositionWriter writer, MetricType type, in MetricPoint point, string suffix, ReadOnlySpan<KeyValuePair<string, string>> labels)
    {
        if (type is MetricType.LongSum or MetricType.LongSumNonMonotonic) writer.Sample(suffix, labels, point.GetSumLong());
        else if (type is MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic) writer.Sample(suffix, labels, point.GetSumDouble());
        else if (type == MetricType.LongGauge) writer.Sample(suffix, labels, point.GetGaugeLastValueLong());
        else if (type == MetricType.DoubleGauge) writer.Sample(suffix, labels, point.GetGaugeLastValueDouble());
    }

    private static void WriteHistogram(ExpositionWriter writer, in MetricPoint point, List<KeyValuePair<string, string>> labels)
    {
        // The SDK counts each bucket alone; both formats want them summed up to their bound.
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            writer.Sample("_bucket", [.. labels, new("le", ExpositionWriter.Bound(bucket.ExplicitBound))], below);
        }

        writer.Sample("_sum", [.. labels], point.GetHistogramSum());
        writer.Sample("_count", [.. labels], point.GetHistogramCount());
    }

    private static string Name(string name) => string.Create(name.Length, name, static (characters, source) =>
    {
        for (var i = 0; i < characters.Length; i++) characters[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
    });

    // Instruments carry UCUM units; names end with the words.
    private static string Unit(string unit) => unit switch
    {
        "s" => "seconds",
        "By" => "bytes",
        _ => "",
    };
}
