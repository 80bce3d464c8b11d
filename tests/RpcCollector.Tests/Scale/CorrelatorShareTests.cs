using RpcCollector.Options;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

public sealed class CorrelatorShareTests : IAsyncDisposable
{
    private readonly MemoryFlowLog _log = new(partitions: 16, static () => 0, TimeProvider.System, lease: TimeSpan.FromHours(1));
    private readonly ScaleOptions _options = new() { Lease = TimeSpan.FromHours(1) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task One_correlator_has_all_partitions()
    {
        var alone = Share("a");

        await alone.LookAsync(Cancelled);

        Assert.Equal(Enumerable.Range(0, 16), alone.Partitions);
        Assert.Equal(1, alone.NumLiving);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(16)]
    public async Task Each_partition_has_one_owner_once_all_have_looked(int count)
    {
        CorrelatorShare[] all = [.. Enumerable.Range(0, count).Select(number => Share($"c{number}"))];

        for (var look = 0; look < 2; look++) foreach (var share in all) await share.LookAsync(Cancelled);

        Assert.Equal(Enumerable.Range(0, 16), all.SelectMany(share => share.Partitions).Order());
        Assert.True(all.Max(share => share.Partitions.Count) - all.Min(share => share.Partitions.Count) <= 1);
    }

    [Fact]
    public async Task One_more_than_there_are_partitions_is_spare_until_another_goes()
    {
        CorrelatorShare[] all = [.. Enumerable.Range(0, 17).Select(number => Share($"c{number}"))];
        foreach (var share in all) await share.LookAsync(Cancelled);
        Assert.Empty(all[16].Partitions);

        await all[3].GiveBackAsync(Cancelled);
        await all[16].LookAsync(Cancelled);

        Assert.NotEmpty(all[16].Partitions);
    }

    [Fact]
    public async Task Who_gives_its_place_back_leaves_its_partitions_to_the_others()
    {
        var (a, b) = (Share("a"), Share("b"));
        for (var look = 0; look < 2; look++) foreach (var share in (CorrelatorShare[])[a, b]) await share.LookAsync(Cancelled);
        Assert.Equal(8, b.Partitions.Count);

        await a.GiveBackAsync(Cancelled);
        await b.LookAsync(Cancelled);

        Assert.Equal((0, 16), (a.Partitions.Count, b.Partitions.Count));
    }

    [Fact]
    public async Task Who_does_not_look_any_more_is_left_out_once_its_lease_is_over()
    {
        var a = Share("a");
        await a.LookAsync(Cancelled);
        var b = new CorrelatorShare(_log, new ScaleOptions { Lease = TimeSpan.Zero }, "b");

        await b.LookAsync(Cancelled);

        Assert.Equal(16, b.Partitions.Count);
    }

    private CorrelatorShare Share(string holder) => new(_log, _options, holder);
}
