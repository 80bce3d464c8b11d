using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

public sealed class MemoryFlowLogTests : IAsyncDisposable
{
    private const long Now = 1_800_000_000_000;

    private readonly MemoryFlowLog _log = new(partitions: 2, static () => Now, TimeProvider.System, lease: TimeSpan.FromHours(1));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task What_is_appended_is_read_from_an_offset_on_in_its_order()
    {
        foreach (byte number in (byte[])[1, 2, 3]) await _log.AppendAsync(LogSubject.Flow(1, "a"), new[] { number }, Cancelled);

        var read = new List<(long, byte, long)>();
        await foreach (var entry in _log.ReadAsync(LogSubject.Flow(1), from: 2, Cancelled))
        {
            read.Add((entry.Offset, entry.Batch.Span[0], entry.Behind));
            if (read.Count == 2) break;
        }

        Assert.Equal([(2, 2, 1), (3, 3, 0)], read);
    }

    [Fact]
    public async Task Batch_says_when_the_log_took_it()
    {
        await _log.AppendAsync(LogSubject.Flow(0, "a"), new byte[] { 1 }, Cancelled);

        await using var entries = _log.ReadAsync(LogSubject.Flow(0), from: 1, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await entries.MoveNextAsync());
        Assert.Equal(Now, entries.Current.AppendedUnixMilliseconds);
    }

    [Fact]
    public async Task Reader_who_has_read_more_than_there_is_gets_what_there_is()
    {
        await _log.AppendAsync(LogSubject.Flow(0, "a"), new byte[] { 7 }, Cancelled);

        await using var entries = _log.ReadAsync(LogSubject.Flow(0), from: 100, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await entries.MoveNextAsync());
        Assert.Equal((1L, (byte)7), (entries.Current.Offset, entries.Current.Batch.Span[0]));
    }

    [Fact]
    public async Task Reader_waits_for_what_is_appended_later()
    {
        await using var entries = _log.ReadAsync(LogSubject.Flow(0), from: 1, Cancelled).GetAsyncEnumerator(Cancelled);
        var next = entries.MoveNextAsync();
        Assert.False(next.IsCompleted);

        await _log.AppendAsync(LogSubject.Flow(0, "a"), new byte[] { 5 }, Cancelled);

        Assert.True(await next);
        Assert.Equal(5, entries.Current.Batch.Span[0]);
    }

    [Fact]
    public async Task Lease_is_held_by_one_who_may_renew_it()
    {
        var own = await _log.HoldAsync("judge", "a", held: null, Cancelled);
        var other = await _log.HoldAsync("judge", "b", held: null, Cancelled);
        var renewed = await _log.HoldAsync("judge", "a", own, Cancelled);

        Assert.Equal((true, false, true), (own.IsOwn, other.IsOwn, renewed.IsOwn));
        Assert.Equal("a", other.Holder);
        Assert.True(renewed.Revision > own.Revision);
    }

    [Fact]
    public async Task Snapshot_takes_the_place_of_the_former_one()
    {
        Assert.Null(await _log.GetSnapshotAsync("judge", Cancelled));
        await _log.PutSnapshotAsync("judge", new byte[] { 1 }, Cancelled);
        await _log.PutSnapshotAsync("judge", new byte[] { 2 }, Cancelled);

        Assert.Equal([2], await _log.GetSnapshotAsync("judge", Cancelled));
    }
}
