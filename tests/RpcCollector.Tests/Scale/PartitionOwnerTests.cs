using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

/// <summary>Whoever has a partition, and whenever it ends: the judge is told all that follows from the partition's log.</summary>
public sealed class PartitionOwnerTests : IAsyncDisposable
{
    private const int NumEntries = 60;

    private static readonly IReadOnlyList<LogEntry> Entries = RandomLog.Of(seed: 3, NumEntries);

    private readonly MemoryFlowLog _log;
    private long _now;

    public PartitionOwnerTests() => _log = NewLog();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    public async Task Message_that_the_broker_did_not_confirm_to_an_owner_that_ends_is_said_by_the_next_one(int confirmed)
    {
        await FillAsync(_log);
        using var slow = new Confirming(_log, confirmed);
        using (var first = OwnerOf(slow))
        {
            first.Begin();
            await slow.IsAsked.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
            await first.EndAsync(Cancelled);
        }

        await RunToTheEndAsync(_log);

        await using var other = NewLog();
        await FillAsync(other);
        await RunToTheEndAsync(other);
        var whole = await SaidAsync(other);
        Assert.InRange(whole.Count, 25, 1_000);
        Assert.Equal(whole, (await SaidAsync(_log)).Distinct());
    }

    [Fact]
    public async Task Owner_that_has_said_all_leaves_a_snapshot_behind_which_nothing_is_said_again()
    {
        await FillAsync(_log);
        await RunToTheEndAsync(_log);
        var said = await SaidAsync(_log);

        await RunToTheEndAsync(_log);

        Assert.Equal(said, await SaidAsync(_log));
    }

    private MemoryFlowLog NewLog() => new(RandomLog.NumPartitions, () => _now, TimeProvider.System, lease: TimeSpan.FromHours(1));

    private async Task FillAsync(MemoryFlowLog log)
    {
        foreach (var entry in Entries)
        {
            _now = entry.AppendedUnixMilliseconds;
            await log.AppendAsync(entry.Subject, entry.Batch, Cancelled);
        }
    }

    private static async Task RunToTheEndAsync(MemoryFlowLog log)
    {
        using var owner = OwnerOf(log);
        owner.Begin();
        for (var tries = 0; owner.Correlator.Offset < NumEntries; tries++)
        {
            Assert.InRange(tries, 0, 6_000);
            await Task.Delay(5, Cancelled);
        }

        await owner.EndAsync(Cancelled);
    }

    private static PartitionOwner OwnerOf(IFlowLog log) => new(
        RandomLog.Partition, log,
        () => new PartitionCorrelator(
            "c", RandomLog.Partition, RandomLog.NumPartitions, RandomLog.Join, new HopCounters(), new PartitionCounts(),
            NullLogger.Instance),
        TimeSpan.FromHours(1), new ArrivalClock(TimeProvider.System), TimeProvider.System, NullLogger.Instance);

    private static async Task<List<string>> SaidAsync(MemoryFlowLog log)
    {
        var said = new List<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await foreach (var entry in log.ReadAsync(LogSubject.AllActs, 1, patience.Token))
                said.Add(Convert.ToHexString(entry.Batch.Span));
        }
        catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
        {
            // There is no more.
        }

        return said;
    }

    /// <summary>A log that confirms so many messages for the judge, and leaves the next one waiting for good.</summary>
    private sealed class Confirming(MemoryFlowLog log, int most) : PassingLog(log), IDisposable
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _confirmed;

        public Task IsAsked => _asked.Task;

        public void Dispose() => _asked.TrySetCanceled();

        public override async Task AppendAsync(LogSubject to, ReadOnlyMemory<byte> message, CancellationToken stopping)
        {
            if (_confirmed++ >= most)
            {
                _asked.TrySetResult();
                await Task.Delay(Timeout.Infinite, stopping);
            }

            await Log.AppendAsync(to, message, stopping);
        }
    }
}
