using RpcCollector.Flows.Time;
using RpcCollector.Options;

namespace RpcCollector.Store.Takeover;

/// <summary>
/// Takes over, once, what versions before state.db kept elsewhere: findings in activities.db, exporters and Zeek positions in files of
/// their own.
/// </summary>
/// <remarks>Each piece is committed before its source is touched: a process that ends between the two finishes at the next start.</remarks>
internal static class FormerFiles
{
    /// <param name="countExporterDamage">Called when exporters.json cannot be understood.</param>
    /// <exception cref="StartupException">A file is there and cannot be read: it stays as it is.</exception>
    public static void TakeOver(StoreFolder folder, StateStore state, Action countExporterDamage, ArrivalClock clock, ILogger logger)
    {
        if (folder.FullName is null) return;
        FormerFindings.TakeOver(folder, state, logger);
        new FormerFile(folder.PathOf("exporters.json"), state, clock, logger).TakeOver(FormerExporters.Copy, countExporterDamage);
        new FormerFile(folder.PathOf("zeek.json"), state, clock, logger).TakeOver(FormerPositions.Copy, state.CountSetAside);
    }
}
