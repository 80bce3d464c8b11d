using Prometheus;

namespace RpcCollector.Metrics;

/// <summary>A gauge whose series are always 1, and there as long as they are shown at every scrape.</summary>
internal sealed class ShownSeries(Gauge gauge)
{
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private long _scrape;

    /// <param name="labels">What tells the series from all others.</param>
    public void Show(params string[] labels)
    {
        var key = string.Join('\n', labels);
        if (!_series.TryGetValue(key, out var series))
        {
            _series.Add(key, series = new Series(gauge.WithLabels(labels)));
            series.Gauge.Set(1);
        }

        series.Scrape = _scrape;
    }

    /// <summary>Removes what was not shown since the last call.</summary>
    public void RemoveRest()
    {
        foreach (var (key, series) in _series)
        {
            if (series.Scrape == _scrape) continue;
            series.Gauge.Remove();
            _series.Remove(key);
        }

        _scrape++;
    }

    private sealed class Series(Gauge.Child gauge)
    {
        public Gauge.Child Gauge => gauge;

        /// <summary>The latest that showed it.</summary>
        public long Scrape { get; set; }
    }
}
