using Prometheus;

namespace RpcCollector.Metrics;

/// <summary>Two gauges with the same labels, whose series are there as long as they are shown at every scrape.</summary>
internal sealed class PairedSeries<TKey>(Gauge first, Gauge second, Func<TKey, string[]> labelsOf)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Series> _series = [];
    private long _scrape;

    public void Show(TKey key, double firstValue, double secondValue)
    {
        if (!_series.TryGetValue(key, out var series))
        {
            var labels = labelsOf(key);
            _series.Add(key, series = new Series(first.WithLabels(labels), second.WithLabels(labels)));
        }

        series.First.Set(firstValue);
        series.Second.Set(secondValue);
        series.Scrape = _scrape;
    }

    /// <summary>Removes what was not shown since the last call.</summary>
    public void RemoveRest()
    {
        foreach (var (key, series) in _series)
        {
            if (series.Scrape == _scrape) continue;
            series.First.Remove();
            series.Second.Remove();
            _series.Remove(key);
        }

        _scrape++;
    }

    private sealed class Series(Gauge.Child first, Gauge.Child second)
    {
        public Gauge.Child First => first;

        public Gauge.Child Second => second;

        /// <summary>The latest that showed it.</summary>
        public long Scrape { get; set; }
    }
}
