using RpcCollector.Scale;
using RpcCollector.Scale.Nats;

namespace RpcCollector.Tests.Scale;

public class ReadStreamsTests
{
    private static readonly DateTimeOffset Made = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly DateTimeOffset MadeAnew = Made.AddMinutes(1);
    private static readonly DateTimeOffset ReadOf = Made.AddSeconds(50);
    private static readonly LogSubject Log = LogSubject.Flow(3);

    private readonly ReadStreams _read = new();

    [Theory]
    [InlineData(11, 10)]
    [InlineData(11, 500)]
    public void Stream_is_read_on_from_where_its_reader_is(long wanted, long last)
    {
        Assert.Equal(wanted, _read.FirstOf(Log, wanted, last, Made));
        _read.Note(Log, Made, ReadOf);
        Assert.Equal(wanted, _read.FirstOf(Log, wanted, last, Made));
    }

    [Fact]
    public void Stream_that_ends_before_what_was_read_of_it_is_read_from_its_beginning() =>
        Assert.Equal(1, _read.FirstOf(Log, wanted: 12, last: 10, Made));

    [Fact]
    public void Stream_that_was_made_anew_is_read_from_its_beginning_though_it_has_grown_beyond_the_former_one()
    {
        _read.Note(Log, Made, ReadOf);

        // Until something of it was read, each attempt begins there.
        Assert.Equal(1, _read.FirstOf(Log, wanted: 11, last: 500, MadeAnew));
        Assert.Equal(1, _read.FirstOf(Log, wanted: 11, last: 501, MadeAnew));
        _read.Note(Log, MadeAnew, MadeAnew.AddSeconds(1));
        Assert.Equal(4, _read.FirstOf(Log, wanted: 4, last: 501, MadeAnew));
    }

    [Fact]
    public void Stream_whose_broker_says_another_time_than_before_is_read_on_where_what_was_read_is_younger()
    {
        _read.Note(Log, Made, ReadOf);
        Assert.Equal(11, _read.FirstOf(Log, wanted: 11, last: 500, ReadOf.AddSeconds(-10)));
        Assert.Equal(11, _read.FirstOf(Log, wanted: 11, last: 500, Made.AddHours(-1)));

        _read.Note(Log, ReadOf.AddSeconds(-10), ReadOf.AddSeconds(1));
        Assert.Equal(12, _read.FirstOf(Log, wanted: 12, last: 500, ReadOf.AddSeconds(-10)));
        Assert.Equal(1, _read.FirstOf(Log, wanted: 12, last: 500, MadeAnew));
    }

    [Fact]
    public void Each_log_of_a_stream_has_readers_of_its_own()
    {
        _read.Note(Log, Made, ReadOf);
        _read.Note(LogSubject.Flow(4), MadeAnew, MadeAnew);

        Assert.Equal(1, _read.FirstOf(Log, wanted: 11, last: 500, MadeAnew));
        Assert.Equal(11, _read.FirstOf(LogSubject.Flow(4), wanted: 11, last: 500, MadeAnew));
    }
}
