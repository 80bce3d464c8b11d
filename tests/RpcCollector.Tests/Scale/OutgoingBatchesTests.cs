using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

public sealed class OutgoingBatchesTests : IDisposable
{
    // Ten octets, and what each batch takes beside them.
    private const long Size = 138;

    private readonly OutgoingBatches _batches = new(partitions: 2, mostBytes: 3 * Size);

    public void Dispose() => _batches.Dispose();

    [Fact]
    public async Task Batches_of_a_partition_leave_in_the_order_in_which_they_came()
    {
        _batches.Add(0, Batch(1), flowStarts: 1);
        _batches.Add(1, Batch(2), flowStarts: 1);
        _batches.Add(0, Batch(3), flowStarts: 1);

        Assert.Equal(1, (await NextAsync(0))[0]);
        Assert.Equal(3, (await NextAsync(0))[0]);
        Assert.Equal(2, (await NextAsync(1))[0]);
    }

    [Fact]
    public async Task Beyond_the_bound_the_oldest_batch_of_any_partition_goes_and_is_counted()
    {
        _batches.Add(1, Batch(1), flowStarts: 7);
        for (byte number = 2; number <= 4; number++) _batches.Add(0, Batch(number), flowStarts: 1);

        Assert.Equal((1, 7), _batches.Dropped);
        Assert.Equal((3 * Size, 3), (_batches.Bytes, _batches.Count));
        Assert.Equal(2, (await NextAsync(0))[0]);
    }

    [Fact]
    public async Task Batch_that_is_being_sent_stays_and_counts_until_it_is_sent()
    {
        _batches.Add(0, Batch(1), flowStarts: 1);
        var sending = await NextAsync(0);
        for (byte number = 2; number <= 4; number++) _batches.Add(0, Batch(number), flowStarts: 1);

        Assert.Equal((1, 1), _batches.Dropped);
        Assert.Equal(3 * Size, _batches.Bytes);
        _batches.Sent(sending);
        Assert.Equal(2 * Size, _batches.Bytes);
        Assert.Equal(3, (await NextAsync(0))[0]);
    }

    [Fact]
    public async Task Whoever_waits_gets_the_next_batch_that_comes()
    {
        var waiting = NextAsync(1);
        Assert.False(waiting.IsCompleted);

        _batches.Add(1, Batch(9), flowStarts: 1);

        Assert.Equal(9, (await waiting)[0]);
    }

    private static byte[] Batch(byte number) => [number, .. new byte[9]];

    private Task<byte[]> NextAsync(int partition) => _batches.NextAsync(partition, TestContext.Current.CancellationToken);
}
