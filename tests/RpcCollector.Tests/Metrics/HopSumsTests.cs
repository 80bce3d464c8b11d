using RpcCollector.Flows;
using RpcCollector.Metrics;

namespace RpcCollector.Tests.Metrics;

public sealed class HopSumsTests
{
    [Fact]
    public async Task Every_look_adds_up_while_threads_count_and_counters_never_go_back()
    {
        Counted[] threads = [new(), new()];
        HopCounters[] counters = [.. threads.Select(thread => thread.Counters)];
        var stop = TestContext.Current.CancellationToken;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var counting = threads.Select(thread => Task.Run(() => thread.KeepCounting(enough.Token), stop)).ToList();
        var sums = new HopSums();
        var (last, inProgress) = ((Records: 0L, Sets: 0L), 0);

        // Until the looks have met the threads at work, however the machine shares its cores.
        for (var look = 0; look < 20_000 || inProgress == 0; look++)
        {
            stop.ThrowIfCancellationRequested();
            sums.Read(counters, () => threads.Sum(thread => thread.Waiting));
            AssertAddsUp(sums);
            Assert.True(sums.Received(Hop.DataRecord) >= last.Records && sums.Received(Hop.Set) >= last.Sets, "a counter went back");
            Assert.True(sums.WaitingSets >= 0, $"{sums.WaitingSets} wait");
            last = (sums.Received(Hop.DataRecord), sums.Received(Hop.Set));
            if (sums.InProgress(Hop.DataRecord) > 0) inProgress++;
        }

        await enough.CancelAsync();
        await Task.WhenAll(counting);
        sums.Read(counters, () => threads.Sum(thread => thread.Waiting));
        AssertAddsUp(sums);
        Assert.Equal((0, 0), (sums.InProgress(Hop.DataRecord), sums.InProgress(Hop.Set)));
        Assert.Equal(counters.Sum(thread => thread.Received(Hop.DataRecord)), sums.Received(Hop.DataRecord));
        Assert.Equal(counters.Sum(thread => thread.Received(Hop.Set)), sums.Received(Hop.Set));
    }

    [Fact]
    public void What_is_lost_uncounted_stays_in_progress()
    {
        var counters = new HopCounters();
        counters.Receive(Hop.FlowRecord, 3);
        counters.Use(Hop.FlowRecord, 2);
        var sums = new HopSums();

        sums.Read([counters], () => 0);

        Assert.Equal((2, 1), (sums.Received(Hop.FlowRecord), sums.InProgress(Hop.FlowRecord)));
    }

    [Fact]
    public void Looks_do_not_add_up()
    {
        var counters = new HopCounters();
        counters.Receive(Hop.Set, 9);
        counters.Use(Hop.Set, 4);
        counters.Note(Irregularity.TimeClamped, 2);
        var sums = new HopSums();

        sums.Read([counters], () => 4);
        sums.Read([counters], () => 5);

        Assert.Equal((9, 2, 5), (sums.Received(Hop.Set), sums.Noted(Irregularity.TimeClamped), sums.WaitingSets));
    }

    private static void AssertAddsUp(HopSums sums)
    {
        Assert.Equal(sums.Received(Hop.DataRecord), sums.Used(Hop.DataRecord) + sums.Rejected(Hop.DataRecord, Rejection.NotATransportFlow));
        Assert.Equal(
            sums.Received(Hop.Set), sums.Used(Hop.Set) + sums.Rejected(Hop.Set, Rejection.MissingTemplate) + sums.WaitingSets);
    }

    /// <summary>A thread that decodes: records, and Sets that wait for a while.</summary>
    private sealed class Counted
    {
        private int _waiting;

        public HopCounters Counters { get; } = new();

        public int Waiting => Volatile.Read(ref _waiting);

        public void KeepCounting(CancellationToken enough)
        {
            while (!enough.IsCancellationRequested)
            {
                Counters.Receive(Hop.DataRecord, 7);
                Counters.Use(Hop.DataRecord, 5);
                Counters.Reject(Hop.DataRecord, Rejection.NotATransportFlow, 2);
                Counters.Receive(Hop.Set);
                Volatile.Write(ref _waiting, _waiting + 1);
                if (_waiting < 5) continue;
                Volatile.Write(ref _waiting, _waiting - 3);
                Counters.Use(Hop.Set, 2);
                Counters.Reject(Hop.Set, Rejection.MissingTemplate);
            }
        }
    }
}
