using RpcCollector.Options;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

public sealed class LogLeaseTests : IAsyncDisposable
{
    private readonly MemoryFlowLog _log = new(partitions: 1, static () => 0, TimeProvider.System, lease: TimeSpan.FromHours(1));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task Lease_is_sure_once_it_was_renewed_and_who_wants_it_knows_the_holder()
    {
        var (own, other) = (Lease(TimeSpan.FromHours(1)), Lease(TimeSpan.FromHours(1)));
        Assert.False(own.IsSure);

        await own.RenewAsync(Cancelled);
        await other.RenewAsync(Cancelled);

        Assert.Equal((true, true, null), (own.IsOwn, own.IsSure, own.Other));
        Assert.Equal((false, false, own.Holder), (other.IsOwn, other.IsSure, other.Other));
    }

    [Fact]
    public async Task Lease_that_has_run_out_since_it_was_renewed_is_not_sure()
    {
        var lease = Lease(TimeSpan.Zero);

        await lease.RenewAsync(Cancelled);

        Assert.Equal((true, false, true), (lease.IsOwn, lease.IsSure, lease.IsDue));
    }

    private LogLease Lease(TimeSpan lasts)
    {
        var options = new ScaleOptions { Name = "judge", Lease = lasts };
        return new LogLease(_log, options, LogLease.Judge, LogLease.HolderOf(options));
    }
}
