using RpcCollector.Flows;
using RpcCollector.Metrics;

namespace RpcCollector.Tests.Metrics;

public sealed class HopSumsTests
{
    [Fact]
    public async Task No_look_shows_more_that_went_on_or_ended_than_came_in()
    {
        HopCounters[] threads = [new(), new()];
        var stop = TestContext.Current.CancellationToken;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var counting = threads.Select(counters => Task.Run(() => KeepCounting(counters, enough.Token), stop)).ToList();
        var sums = new HopSums();
        for (var look = 0; look < 20_000; look++)
        {
            sums.Read(threads, () => 0);
            var gone = sums.Used(Hop.DataRecord) + sums.Rejected(Hop.DataRecord, Rejection.NotATransportFlow);
            Assert.True(gone <= sums.Received(Hop.DataRecord), $"{gone} of {sums.Received(Hop.DataRecord)}");
        }

        await enough.CancelAsync();
        await Task.WhenAll(counting);
        sums.Read(threads, () => 0);
        Assert.Equal(sums.Received(Hop.DataRecord), sums.Used(Hop.DataRecord) + sums.Rejected(Hop.DataRecord, Rejection.NotATransportFlow));
    }

    [Fact]
    public void Looks_do_not_add_up()
    {
        var counters = new HopCounters();
        counters.Receive(Hop.Set, 3);
        counters.Note(Irregularity.TimeClamped, 2);
        var sums = new HopSums();

        sums.Read([counters, counters], () => 5);
        sums.Read([counters], () => 4);

        Assert.Equal((3, 2, 4), (sums.Received(Hop.Set), sums.Noted(Irregularity.TimeClamped), sums.WaitingSets));
    }

    private static void KeepCounting(HopCounters counters, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            counters.Receive(Hop.DataRecord, 7);
            counters.Use(Hop.DataRecord, 5);
            counters.Reject(Hop.DataRecord, Rejection.NotATransportFlow, 2);
        }
    }
}
