using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

public sealed class ChangeQueueTests
{
    private const int Capacity = 10_000;

    private readonly ChangeQueue<int> _queue = new(Capacity);

    [Fact]
    public void What_is_written_is_taken_in_order_however_much_is_taken_at_once()
    {
        var (taken, written) = (new List<int>(), 0);
        for (var most = 1; taken.Count < 5_000; most += 7)
        {
            for (var i = 0; i < most + 3; i++) Assert.True(_queue.TryWrite(written++));
            _queue.Take(taken, most);
        }

        _queue.Take(taken, int.MaxValue);

        Assert.Equal(Enumerable.Range(0, written), taken);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Full_queue_refuses_until_something_is_taken()
    {
        for (var i = 0; i < Capacity; i++) Assert.True(_queue.TryWrite(i));
        Assert.False(_queue.TryWrite(Capacity));
        Assert.Equal(Capacity, _queue.Count);

        _queue.Take([], 1);

        Assert.True(_queue.TryWrite(Capacity));
        Assert.False(_queue.TryWrite(Capacity));
    }

    [Fact]
    public void Memory_of_a_burst_is_given_back()
    {
        Assert.Equal(0, _queue.Pieces);
        for (var i = 0; i < Capacity; i++) _queue.TryWrite(i);
        Assert.InRange(_queue.Pieces, 2, Capacity);

        _queue.Take([], int.MaxValue);

        Assert.Equal(1, _queue.Pieces);
    }

    [Fact]
    public async Task Who_waits_is_told_of_what_comes_and_of_the_end()
    {
        var first = _queue.WaitAsync();
        Assert.False(first.IsCompleted);
        _queue.TryWrite(1);
        Assert.True(await first);

        // What is there is there after the end, too.
        _queue.Complete();
        Assert.True(await _queue.WaitAsync());
        _queue.Take([], 1);
        Assert.False(await _queue.WaitAsync());
        Assert.False(_queue.TryWrite(2));
    }

    [Fact]
    public async Task Nothing_is_lost_or_mixed_up_between_threads()
    {
        const int Each = 20_000;
        var queue = new ChangeQueue<(int Writer, int Number)>(Each * 2);
        var writers = Enumerable.Range(0, 2).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++) Assert.True(queue.TryWrite((writer, i)));
        })).ToArray();
        var taken = new List<(int Writer, int Number)>();
        while (taken.Count < Each * 2)
        {
            Assert.True(await queue.WaitAsync());
            queue.Take(taken, 100);
        }

        await Task.WhenAll(writers);
        for (var writer = 0; writer < 2; writer++)
            Assert.Equal(Enumerable.Range(0, Each), taken.Where(change => change.Writer == writer).Select(change => change.Number));
    }
}
