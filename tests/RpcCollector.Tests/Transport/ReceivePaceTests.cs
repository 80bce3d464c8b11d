using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public class ReceivePaceTests
{
    private const int Batch = 64;
    private const int LargeBuffer = 4 << 20;

    [Fact]
    public void Full_batch_is_followed_by_the_next_at_once() =>
        Assert.Equal(NextLook.AtOnce, new ReceivePace(Batch, LargeBuffer).After(Batch, 0));

    [Fact]
    public void Short_batch_lets_datagrams_gather() =>
        Assert.Equal(NextLook.AfterPause, new ReceivePace(Batch, LargeBuffer).After(Batch - 1, 0));

    [Fact]
    public void When_nothing_comes_the_first_datagram_is_waited_for() =>
        Assert.Equal(NextLook.WhenOneComes, new ReceivePace(Batch, LargeBuffer).After(0, 0));

    [Fact]
    public void Datagrams_that_come_in_whole_batches_gather_too()
    {
        var pace = new ReceivePace(Batch, LargeBuffer);
        pace.After(Batch, 0);

        Assert.Equal(NextLook.AfterPause, pace.After(0, 0));
        Assert.Equal(NextLook.WhenOneComes, pace.After(0, 8));
    }

    [Theory]
    [InlineData(5, NextLook.AfterPause)]
    [InlineData(100, NextLook.WhenOneComes)]
    public void Single_datagrams_are_gathered_only_when_they_follow_each_other_closely(long apart, object expected)
    {
        var pace = new ReceivePace(Batch, LargeBuffer);
        Assert.Equal(NextLook.WhenOneComes, pace.After(1, 1_000));

        Assert.Equal(expected, pace.After(1, 1_000 + apart));
    }

    [Theory]
    [InlineData(4_096, 0)]
    [InlineData(1_000_000, 2)]
    [InlineData(4 << 20, 8)]
    [InlineData(int.MaxValue, ReceivePace.LongestPause)]
    public void Pause_is_short_against_what_the_receive_buffer_holds(int receiveBufferBytes, int milliseconds) =>
        Assert.Equal(milliseconds, new ReceivePace(Batch, receiveBufferBytes).PauseMilliseconds);

    [Fact]
    public void Small_receive_buffer_is_never_left_alone() =>
        Assert.Equal(NextLook.WhenOneComes, new ReceivePace(Batch, 4_096).After(Batch - 1, 0));

    [Fact]
    public void Help_is_called_for_when_full_batches_do_not_end_and_again_while_they_go_on()
    {
        var pace = new ReceivePace(Batch, LargeBuffer);
        List<long> calls = [];
        for (var now = 1_000L; now <= 1_050; now++)
        {
            pace.After(Batch, now);
            if (!pace.ShouldCallSibling) continue;
            calls.Add(now);
            pace.Called();
        }

        Assert.Equal([1_020, 1_040], calls);
        Assert.True(pace.IsBehind);
    }

    [Fact]
    public void Thread_that_has_caught_up_needs_no_help()
    {
        var pace = new ReceivePace(Batch, LargeBuffer);
        for (var now = 1_000L; now <= 1_050; now++) pace.After(Batch, now);

        pace.After(Batch - 1, 1_050);

        Assert.False(pace.IsBehind);
    }

    [Fact]
    public void Clock_that_is_set_back_puts_off_neither_help_nor_the_next_call()
    {
        var pace = new ReceivePace(Batch, LargeBuffer);
        List<long> calls = [];
        foreach (var now in (IEnumerable<long>)[100_000, 100_020, .. Enumerable.Range(1_000, 51)])
        {
            pace.After(Batch, now);
            if (!pace.ShouldCallSibling) continue;
            calls.Add(now);
            pace.Called();
        }

        Assert.Equal([100_020, 1_020, 1_040], calls);
    }
}
