using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Scale;
using RpcCollector.Store;

namespace RpcCollector;

/// <summary>What waits to be joined: keeps it in the broker, and brings it back.</summary>
/// <remarks>
/// Of what was read before a snapshot was taken, activities may still be on their way to the store and to the judge's journal. Who goes on
/// from the snapshot does not read those batches again: a judge that is killed meanwhile would lose what was found in them for good. So a
/// snapshot is set aside, and put once all that was published before it is written. One thread at a time calls it.
/// </remarks>
internal sealed class JudgeSnapshots(IFlowLog log, ExporterDirectory exporters, ActivityFeed feed, JudgeThread judge, ILogger logger)
{
    private const string Name = "judge";

    // The journal is written once a second; nobody says when a turn of it is on the disk.
    private const long JournalMilliseconds = 3_000;

    private byte[]? _aside;
    private long _published;
    private long _turns;
    private long? _judged;

    public bool HasAside => _aside is not null;

    /// <summary>True once what was published before the snapshot is written.</summary>
    public bool IsCovered
    {
        get
        {
            if (_aside is null || feed.Settled < _published || !judge.HasTakenAllBefore(_turns)) return false;
            _judged ??= Environment.TickCount64;
            return Environment.TickCount64 - _judged >= JournalMilliseconds;
        }
    }

    /// <summary>Takes a snapshot. Nobody takes a batch meanwhile.</summary>
    public void SetAside(IReadOnlyList<PartitionReader> partitions)
    {
        _aside = LogSnapshot.Write(partitions, exporters);
        (_published, _turns, _judged) = (feed.Published, judge.Turns, null);
    }

    /// <summary>Puts what was set aside in the place of the former one. Where that fails, the next one is tried.</summary>
    public async Task PutAsync(CancellationToken stopping)
    {
        if (_aside is null) return;
        try
        {
            await log.PutSnapshotAsync(Name, _aside, stopping);
        }
        catch (Exception failure) when (failure is FlowLogException or OperationCanceledException)
        {
            ScaleLog.SnapshotNotKept(logger, failure.Message);
        }

        _aside = null;
    }

    /// <summary>The one that was put last; null when there is none.</summary>
    /// <exception cref="FlowLogException">That cannot be said now.</exception>
    /// <exception cref="InvalidDataException">It is there, and not whole.</exception>
    public Task<byte[]?> GetAsync(CancellationToken stopping) => log.GetSnapshotAsync(Name, stopping);
}
