using RpcCollector.Detection.Wire;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

public sealed class LogPositionTests
{
    private const long Now = 1_800_000_000_000;

    [Fact]
    public void What_two_owners_of_a_partition_say_is_taken_once()
    {
        var position = new LogPosition();
        LogOrder[] orders =
        [
            position.Accept(Of(0, 5, part: 0, isLast: false)), position.Accept(Of(0, 5, part: 0, isLast: false)),
            position.Accept(Of(0, 5, part: 1)), position.Accept(Of(0, 5, part: 1)), position.Accept(Of(0, 9)), position.Accept(Of(0, 5)),
        ];

        Assert.Equal([LogOrder.Next, LogOrder.Again, LogOrder.Next, LogOrder.Again, LogOrder.Next, LogOrder.Again], orders);
    }

    [Fact]
    public void Part_without_the_one_before_is_a_gap()
    {
        var position = new LogPosition();

        Assert.Equal(LogOrder.Gap, position.Accept(Of(0, 5, part: 1)));
        Assert.Equal(LogOrder.Next, position.Accept(Of(0, 6)));
    }

    [Fact]
    public void Partition_whose_log_was_made_anew_begins_anew()
    {
        var position = new LogPosition();
        position.Accept(Of(0, 500, watermark: Now));

        Assert.Equal(LogOrder.Again, position.Accept(Of(0, 499, watermark: Now - 1)));
        Assert.Equal(LogOrder.Next, position.Accept(Of(0, 2, watermark: Now + 1)));
        Assert.Equal(LogOrder.Again, position.Accept(Of(0, 2, watermark: Now + 1)));
    }

    [Fact]
    public void Source_of_its_own_is_taken_in_its_order_and_begins_anew_when_it_was_started_again()
    {
        var position = new LogPosition();

        Assert.Equal(LogOrder.Next, position.Accept(Told("site-a", epoch: 1, 0)));
        Assert.Equal(LogOrder.Again, position.Accept(Told("site-a", epoch: 1, 0)));
        Assert.Equal(LogOrder.Next, position.Accept(Told("site-b", epoch: 1, 0)));
        Assert.Equal(LogOrder.Next, position.Accept(Told("site-a", epoch: 2, 0)));
    }

    [Fact]
    public void Sources_are_bounded()
    {
        var position = new LogPosition();
        for (var i = 0; i < LogPosition.MostSources; i++) Assert.Equal(LogOrder.Next, position.Accept(Told($"s{i}", 1, 0)));

        Assert.Equal(LogOrder.TooMany, position.Accept(Told("one-more", 1, 0)));
        Assert.True(position.Write().Length <= Detection.Judgement.Judge.MostPositionOctets);
    }

    [Fact]
    public void Time_is_the_least_of_the_partitions_and_does_not_run_back_nor_wait_for_one_that_is_minutes_behind()
    {
        var position = new LogPosition();
        position.Accept(Of(0, 1, watermark: Now));
        position.Accept(Of(1, 2, watermark: Now - 2_000));
        Assert.Equal(Now, position.UnixMilliseconds);

        position.Accept(Of(0, 3, watermark: Now + 5_000));
        position.Accept(Of(1, 4, watermark: Now + 1_000));
        Assert.Equal(Now + 1_000, position.UnixMilliseconds);

        position.Accept(Of(0, 5, watermark: Now + LogPosition.Patience + 1_001));
        Assert.Equal(Now + LogPosition.Patience + 1_001, position.UnixMilliseconds);
    }

    [Fact]
    public void Position_that_was_written_goes_on_where_it_was()
    {
        var position = new LogPosition { Offset = 77 };
        position.Accept(Of(3, 5, part: 0, isLast: false));
        position.Accept(Told("site-a", epoch: 4, 8));

        var again = LogPosition.Read(position.Write());

        Assert.Equal((77, position.UnixMilliseconds), (again.Offset, again.UnixMilliseconds));
        Assert.Equal(LogOrder.Again, again.Accept(Told("site-a", epoch: 4, 8)));
        Assert.Equal(LogOrder.Again, again.Accept(Of(3, 5, part: 0, isLast: false)));
        Assert.Equal(LogOrder.Next, again.Accept(Of(3, 5, part: 1)));
        Assert.Equal(0, LogPosition.Read(default).Offset);
    }

    [Fact]
    public void Position_that_is_cut_off_is_found_damaged()
    {
        var position = new LogPosition();
        position.Accept(Of(3, 5));
        var written = position.Write();

        for (var length = 1; length < written.Length; length++)
            Assert.Throws<InvalidDataException>(() => LogPosition.Read(written.AsMemory(0, length)));
    }

    [Fact]
    public void Judge_and_sensor_of_one_name_have_numbers_of_their_own()
    {
        var position = new LogPosition();
        var part = new ActHeader("host", ActHeader.NoPartition, 7, 1, Now, 0, IsLast: false, 1);

        Assert.Equal(LogOrder.Next, position.Accept(part, isSaid: true));
        Assert.Equal(LogOrder.Next, position.Accept(Told("host", epoch: 3, 1)));
        Assert.Equal(LogOrder.Next, position.Accept(part with { Part = 1, IsLast = true }, isSaid: true));
        Assert.Equal(LogOrder.Again, position.Accept(Told("host", epoch: 3, 1)));
    }

    private static ActHeader Of(ushort partition, ulong offset, uint part = 0, bool isLast = true, long watermark = Now) =>
        new("correlator", partition, 0, offset, watermark, part, isLast, 1);

    private static ActHeader Told(string source, ulong epoch, ulong sequence) =>
        new(source, ActHeader.NoPartition, epoch, sequence, Now, 0, IsLast: true, 1);
}
