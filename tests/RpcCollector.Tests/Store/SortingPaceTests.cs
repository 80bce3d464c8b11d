using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

public sealed class SortingPaceTests
{
    private static readonly TimeSpan Quick = SortingPace.LongEnough / 2;
    private static readonly TimeSpan Slow = SortingPace.LongEnough;

    private readonly SortingPace _pace = new();

    [Fact]
    public void What_is_sorted_in_quickly_is_twice_as_many_the_next_time_up_to_a_bound()
    {
        Assert.Equal(SortingPace.First, Most());
        Take(Quick);
        Assert.Equal(2 * SortingPace.First, Most());
        for (var step = 0; step < 5; step++) Take(Quick);
        Assert.Equal(StoreRoom.MostSorted, Most());
    }

    [Fact]
    public void What_takes_long_is_half_as_many_the_next_time_and_never_fewer_than_share_pages()
    {
        Take(Slow);
        Assert.Equal(SortingPace.First / 2, Most());
        for (var step = 0; step < 5; step++) Take(Slow);
        Assert.Equal(StoreRoom.LeastSorted, Most());
        Take(Quick);
        Assert.Equal(2 * StoreRoom.LeastSorted, Most());
    }

    [Fact]
    public void Few_that_wait_and_are_sorted_in_quickly_say_nothing_of_many()
    {
        Take(Slow);
        _pace.Took(Most(), 1, Quick, isPressed: false);
        _pace.Took(_pace.MostOf(500), 500, Quick, isPressed: false);
        Assert.Equal(SortingPace.First / 2, Most());
    }

    [Fact]
    public void What_took_long_is_half_of_those_that_there_were_not_of_those_that_might_have_been()
    {
        for (var step = 0; step < 5; step++) Take(Quick);
        _pace.Took(Most(), 10_000, Slow, isPressed: false);
        Assert.Equal(5_000, Most());
    }

    [Fact]
    public void While_there_is_soon_no_room_to_wait_many_are_sorted_in_however_long_they_take()
    {
        _pace.Took(Most(), Most(), Slow, isPressed: true);
        Assert.Equal(2 * SortingPace.First, Most());
    }

    [Fact]
    public void What_failed_is_tried_with_half_as_many_down_to_one_and_grows_again_also_where_it_takes_long()
    {
        for (var step = 0; step < 20; step++) _pace.Failed(Most());
        Assert.Equal(1, Most());
        for (var step = 0; step < 20; step++) Take(Slow);
        Assert.Equal(StoreRoom.LeastSorted, Most());
    }

    private int Most() => _pace.MostOf(int.MaxValue);

    private void Take(TimeSpan time) => _pace.Took(Most(), Most(), time, isPressed: false);
}
