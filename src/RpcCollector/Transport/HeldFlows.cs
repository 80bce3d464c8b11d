using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Store;

namespace RpcCollector.Transport;

/// <summary>
/// Carries what the shards hold over a planned restart, so that a mapper flow before it and its endpoint flow after it are joined.
/// </summary>
/// <param name="archive">Asked for at the start and at the end only: the sockets are bound before the store is touched.</param>
internal sealed class HeldFlows(
    Func<FlowArchive> archive, ExporterDirectory exporters, ArrivalClock clock, TimeProvider time, ILogger logger)
{
    /// <summary>Of all shards together; beyond it those seen longest ago are completed instead.</summary>
    private const int MostFlows = 1_000_000;

    /// <summary>A service manager waits for the end of the process, and other parts have to end too.</summary>
    private static readonly TimeSpan LongestSave = TimeSpan.FromSeconds(3);

    private bool _isTaken;
    private bool _isDamaged;

    // Something is kept, or that is not known; until it is gone.
    private bool _isPending;

    private long Now => clock.UnixMilliseconds;

    /// <summary>True once the process has started for good, and what was kept is gone.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Before the shards' threads begin.</summary>
    public void Restore(IReadOnlyList<ClientShard> shards)
    {
        try
        {
            _isPending = true;
            if (archive().Read() is not { } saved)
            {
                _isPending = false;
                return;
            }

            var (count, damage) = ShardFlowsReader.Restore(saved, shards, exporters, Now);
            (_isTaken, _isDamaged) = (true, damage is not null);
            LogEvents.FlowsRestored(logger, count);
            if (damage is not null) LogEvents.FlowsDamaged(logger, damage);
        }
        catch (InvalidDataException damage)
        {
            (_isTaken, _isDamaged) = (true, true);
            LogEvents.FlowsDamaged(logger, damage.Message);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            LogEvents.FlowsNotRestored(logger, failure.Message);
        }
    }

    /// <summary>
    /// The process has started: what was kept is taken once, so that it does not come back after a crash. A start that fails leaves it
    /// to the next one. What could not be taken is set aside: it is too old for any later start.
    /// </summary>
    public void Settle()
    {
        IsSettled = true;
        try
        {
            Clear();
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            LogEvents.FlowsNotRestored(logger, failure.Message);
        }
    }

    /// <summary>The shards' threads have ended: keeps what they hold.</summary>
    /// <param name="longest">How long it may take; null for the usual bound.</param>
    /// <returns>False when it could not be kept: then it is to be completed.</returns>
    public bool Save(IReadOnlyList<ClientShard> shards, TimeSpan? longest = null)
    {
        var bound = longest < LongestSave ? longest.Value : LongestSave;
        var began = time.GetTimestamp();
        try
        {
            Clear();
            var released = shards.Sum(shard => shard.KeepLatest(MostFlows / shards.Count));
            var count = 0;
            archive().Save(stream => count = ShardFlowsWriter.Write(stream, shards, exporters, Now, () =>
                time.GetElapsedTime(began) > bound));
            if (released > 0) LogEvents.FlowsBeyond(logger, released, MostFlows);
            if (count > 0) LogEvents.FlowsSaved(logger, count);
            return true;
        }
        catch (Exception failure) when (failure is TimeoutException || Database.IsDiskFailure(failure))
        {
            LogEvents.FlowsNotSaved(logger, failure.Message);
            return false;
        }
    }

    private void Clear()
    {
        if (!_isPending) return;
        if (_isDamaged || !_isTaken) archive().SetAside();
        else archive().Delete();
        _isPending = false;
    }
}
