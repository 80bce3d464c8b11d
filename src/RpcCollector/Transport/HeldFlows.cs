using RpcCollector.Detection;
using RpcCollector.Detection.Saving;
using RpcCollector.Flows;
using RpcCollector.Store;

namespace RpcCollector.Transport;

/// <summary>
/// Carries what the shards hold over a planned restart, so that a mapper flow before it and its endpoint flow after it are joined.
/// </summary>
/// <param name="archive">Asked for at the start and at the end only: the sockets are bound before the store is touched.</param>
internal sealed class HeldFlows(Func<FlowArchive> archive, ExporterDirectory exporters, TimeProvider time, ILogger logger)
{
    /// <summary>Of all shards together; beyond it those seen longest ago are completed instead.</summary>
    private const int MostFlows = 1_000_000;

    /// <summary>A service manager waits for the end of the process, and other parts have to end too.</summary>
    private static readonly TimeSpan LongestSave = TimeSpan.FromSeconds(3);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Before the shards' threads begin. What was kept is taken once: it is gone afterwards.</summary>
    public void Restore(IReadOnlyList<ClientShard> shards)
    {
        try
        {
            if (archive().Read() is not { } saved) return;
            var (count, damage) = ShardFlowsReader.Restore(saved, shards, exporters, Now);
            if (damage is null) archive().Delete();
            else archive().SetAside();
            LogEvents.FlowsRestored(logger, count);
            if (damage is not null) LogEvents.FlowsDamaged(logger, damage);
        }
        catch (InvalidDataException damage)
        {
            LogEvents.FlowsDamaged(logger, damage.Message);
            TrySetAside();
        }
        catch (Exception failure) when (ActivityStore.IsDiskFailure(failure))
        {
            LogEvents.FlowsNotRestored(logger, failure.Message);
        }
    }

    /// <summary>The shards' threads have ended: keeps what they hold.</summary>
    /// <returns>False when it could not be kept: then it is to be completed.</returns>
    public bool Save(IReadOnlyList<ClientShard> shards)
    {
        var began = time.GetTimestamp();
        try
        {
            var released = shards.Sum(shard => shard.KeepLatest(MostFlows / shards.Count));
            var count = 0;
            archive().Save(stream => count = ShardFlowsWriter.Write(stream, shards, exporters, Now, () =>
                time.GetElapsedTime(began) > LongestSave));
            if (released > 0) LogEvents.FlowsBeyond(logger, released, MostFlows);
            if (count > 0) LogEvents.FlowsSaved(logger, count);
            return true;
        }
        catch (Exception failure) when (failure is TimeoutException || ActivityStore.IsDiskFailure(failure))
        {
            LogEvents.FlowsNotSaved(logger, failure.Message);
            return false;
        }
    }

    private void TrySetAside()
    {
        try
        {
            archive().SetAside();
        }
        catch (Exception failure) when (ActivityStore.IsDiskFailure(failure))
        {
            LogEvents.FlowsNotRestored(logger, failure.Message);
        }
    }
}
