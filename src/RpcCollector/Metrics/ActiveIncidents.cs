using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Metrics;

/// <summary>The incidents that /metrics/findings names.</summary>
/// <remarks>
/// They stand, changed within the expiry, and are neither closed nor hidden; bounded in number, and read from the store at each scrape.
/// </remarks>
internal sealed class ActiveIncidents(MetricsOptions options, IncidentStore store)
{
    private volatile IReadOnlyList<(StoredIncident Incident, StoredFinding? Lead)> _latest = [];
    private long _hidden;

    /// <summary>Incidents that are active but not named, because there are more than the setting allows.</summary>
    public long Hidden
    {
        get
        {
            try
            {
                var hidden = Math.Max(0, store.CountActive(options.FindingExpiry) - options.MaxIncidents);
                Volatile.Write(ref _hidden, hidden);
                return hidden;
            }
            catch (Exception failure) when (Database.IsDiskFailure(failure))
            {
                return Volatile.Read(ref _hidden);
            }
        }
    }

    /// <summary>Each with its worst finding, the worst incident first.</summary>
    public IReadOnlyList<(StoredIncident Incident, StoredFinding? Lead)> Read()
    {
        try
        {
            return _latest = store.ReadActive(options.FindingExpiry, options.MaxIncidents);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // Counted as a failure of the store. What stood a moment ago probably stands: alerts shall not resolve because a disk hiccups.
            return _latest;
        }
    }
}
