using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;

namespace RpcCollector.Metrics;

/// <summary>The findings that /metrics/findings names.</summary>
/// <remarks>
/// They stand, changed within the expiry, and are neither suppressed nor benign; bounded in number, and read from the store at each
/// scrape.
/// </remarks>
internal sealed class ActiveFindings(MetricsOptions options, FindingStore store)
{
    private volatile IReadOnlyList<StoredFinding> _latest = [];
    private long _hidden;

    /// <summary>Findings that are active but not named, because there are more than the setting allows.</summary>
    public long Hidden
    {
        get
        {
            Read();
            return Volatile.Read(ref _hidden);
        }
    }

    public IReadOnlyList<StoredFinding> Read()
    {
        try
        {
            var (findings, all) = store.ReadActive(options.FindingExpiry, options.MaxFindings);
            Volatile.Write(ref _hidden, all - findings.Count);
            return _latest = findings;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // Counted as a failure of the store. What stood a moment ago probably stands: alerts shall not resolve because a disk hiccups.
            return _latest;
        }
    }
}
