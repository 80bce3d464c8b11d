using RpcCollector.Detection;
using RpcCollector.Store;

namespace RpcCollector.Tests.Scale;

/// <summary>A snapshot of what waits is put once all that was published before it is written.</summary>
public sealed class SettledChangesTests
{
    private readonly ActivityFeed _feed = new(capacity: 2);

    [Fact]
    public async Task Changes_are_settled_when_the_writer_comes_for_more()
    {
        _feed.Publish(default(ActivityChange));
        _feed.Publish(default(ActivityChange));
        Assert.Equal((2, 0), (_feed.Published, _feed.Settled));

        _feed.Take(most: 1);
        Assert.Equal(0, _feed.Settled);
        _feed.Take();
        Assert.Equal(1, _feed.Settled);
        await _feed.WaitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);

        Assert.Equal(2, _feed.Settled);
    }

    [Fact]
    public void Change_for_which_there_is_no_room_is_not_waited_for()
    {
        for (var i = 0; i < 3; i++) _feed.Publish(default(ActivityChange));

        Assert.Equal((2, 1), (_feed.Published, _feed.Dropped));
    }
}
