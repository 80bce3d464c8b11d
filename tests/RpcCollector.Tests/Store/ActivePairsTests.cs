using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

public sealed class ActivePairsTests
{
    private readonly ManualTime _time = new();
    private readonly ArrivalClock _clock;

    public ActivePairsTests() => _clock = new ArrivalClock(_time);

    [Fact]
    public void Pairs_are_named_with_the_most_recently_recorded_first()
    {
        var pairs = Pairs(maxPairs: 10);
        pairs.Apply([Step(1), Step(2), Step(3)]);
        pairs.Apply([Step(1)]);

        Assert.Equal([(1, 2), (3, 1), (2, 1)], pairs.Read().Select(pair => (ClientOf(pair), pair.Activities)));
    }

    [Fact]
    public void Pairs_beyond_the_bound_are_hidden_and_counted()
    {
        var pairs = Pairs(maxPairs: 2);
        pairs.Apply([.. Enumerable.Range(1, 5).Select(client => Step(client))]);

        Assert.Equal([5, 4], pairs.Read().Select(ClientOf));
        Assert.Equal(3, pairs.Hidden);
    }

    [Fact]
    public void Pair_expires_by_when_it_was_recorded_not_by_when_it_happened()
    {
        var pairs = Pairs(maxPairs: 10);
        pairs.Apply([Step(1, start: 0)]);
        _time.Now += TimeSpan.FromMinutes(59);
        Assert.Single(pairs.Read());

        // A slice of one minute may stay longer.
        _time.Now += TimeSpan.FromMinutes(2) + TimeSpan.FromMilliseconds(1);
        Assert.Empty(pairs.Read());
        Assert.Equal(0, pairs.Hidden);
    }

    [Fact]
    public void Count_falls_as_its_activities_expire_one_by_one()
    {
        var pairs = Pairs(maxPairs: 10);
        for (var minute = 0; minute < 50; minute++)
        {
            pairs.Apply([Step(1)]);
            _time.Now += TimeSpan.FromMinutes(1);
        }

        Assert.Equal(50, Assert.Single(pairs.Read()).Activities);
        _time.Now += TimeSpan.FromMinutes(31);
        Assert.Equal(29, Assert.Single(pairs.Read()).Activities, 1.0);
    }

    [Fact]
    public void Withdrawn_activity_takes_its_pair_away_when_it_was_the_only_one()
    {
        var pairs = Pairs(maxPairs: 10);
        pairs.Apply([Step(1), Step(1), Step(2)]);

        pairs.Apply([Step(1, delta: -1), Step(2, delta: -1), Step(3, delta: -1)]);

        Assert.Equal([(1, 1)], pairs.Read().Select(pair => (ClientOf(pair), pair.Activities)));
    }

    [Fact]
    public void Latest_start_is_shown_whatever_the_order_of_recording()
    {
        var pairs = Pairs(maxPairs: 10);
        pairs.Apply([Step(1, start: 5_000), Step(1, start: 9_000), Step(1, start: 7_000)]);

        Assert.Equal(9_000, Assert.Single(pairs.Read()).LastStartUnixMilliseconds);
    }

    [Fact]
    public void Memory_is_bounded_whatever_the_number_of_pairs()
    {
        var pairs = Pairs(maxPairs: 100);
        for (var round = 0; round < 20; round++) pairs.Apply([.. Enumerable.Range(round * 10_000, 10_000).Select(client => Step(client))]);

        Assert.Equal(65_536 - 100, pairs.Hidden);
        Assert.Equal(199_999, ClientOf(pairs.Read()[0]));
    }

    [Theory]
    [InlineData(-3 * 60)]
    [InlineData(24 * 60)]
    [InlineData(-10)]
    [InlineData(10)]
    public void Pair_expires_when_it_would_have_though_the_clock_was_set(int minutes)
    {
        _time.Now += TimeSpan.FromDays(1);
        var pairs = Pairs(maxPairs: 10);
        pairs.Apply([Step(1)]);
        _time.Now += TimeSpan.FromMinutes(30.3);
        _time.Step = TimeSpan.FromMinutes(minutes);
        var now = _clock.UnixMilliseconds;

        // Recorded after the step, and before those of before it were moved.
        pairs.Apply([Step(2)]);
        Assert.True(_clock.TryReadStep(out var step));
        pairs.MoveArrivals(step, now);

        Assert.Equal([2, 1], pairs.Read().Select(ClientOf));
        _time.Now += TimeSpan.FromMinutes(28);
        Assert.Equal([2, 1], pairs.Read().Select(ClientOf));
        _time.Now += TimeSpan.FromMinutes(4);
        Assert.Equal([2], pairs.Read().Select(ClientOf));
        _time.Now += TimeSpan.FromMinutes(30);
        Assert.Empty(pairs.Read());
    }

    [Fact]
    public void Whatever_comes_in_whatever_order_each_pair_has_the_activities_within_the_expiry()
    {
        var random = new Random(16);
        _time.Now += TimeSpan.FromDays(1);
        var pairs = Pairs(maxPairs: 10);
        var recorded = new Dictionary<(int Client, long Minute), (int Count, long LastStart)>();
        for (var i = 0; i < 5_000; i++)
        {
            if (random.Next(20) == 0) _time.Now += TimeSpan.FromMinutes(random.Next(1, 8));
            var minute = (_clock.UnixMilliseconds / 60_000) - random.Next(0, random.Next(1, 70));
            var (client, delta, start) = (random.Next(1, 6), random.Next(3) == 0 ? -1 : 1, (long)random.Next(1, 1_000));
            pairs.Apply([Step(client, delta, start) with { RecordedUnixMilliseconds = (minute * 60_000) + 59_999 }]);
            if (minute < FirstMinute()) continue;
            var (count, last) = recorded.GetValueOrDefault((client, minute));
            if (delta > 0) recorded[(client, minute)] = (count + 1, Math.Max(last, start));
            else if (count > 1) recorded[(client, minute)] = (count - 1, last);
            else recorded.Remove((client, minute));

            var expected = recorded.Where(known => known.Key.Minute >= FirstMinute()).GroupBy(known => known.Key.Client)
                .Select(group => (group.Key, group.Sum(known => known.Value.Count), group.Max(known => known.Value.LastStart)));
            Assert.Equal(
                expected.Order(),
                pairs.Read().Select(pair => (ClientOf(pair), pair.Activities, pair.LastStartUnixMilliseconds)).Order());
        }

        long FirstMinute() => (_clock.UnixMilliseconds / 60_000) - 60;
    }

    [Fact]
    public void Pair_whose_last_activity_is_withdrawn_is_gone_though_it_had_others_that_have_expired()
    {
        var pairs = Pairs(maxPairs: 10);
        pairs.Apply([Step(1)]);
        _time.Now += TimeSpan.FromMinutes(30);
        pairs.Apply([Step(2)]);
        _time.Now += TimeSpan.FromMinutes(29);
        pairs.Apply([Step(1)]);
        var withdrawn = Step(1, delta: -1);
        _time.Now += TimeSpan.FromMinutes(3);

        pairs.Apply([withdrawn]);

        Assert.Equal([2], pairs.Read().Select(ClientOf));
    }

    [Fact]
    public void Clock_that_was_set_back_joins_slices_of_a_pair()
    {
        _time.Now += TimeSpan.FromDays(1);
        var pairs = Pairs(maxPairs: 10);
        foreach (var minutes in (int[])[0, 10, 10])
        {
            _time.Now += TimeSpan.FromMinutes(minutes);
            pairs.Apply([Step(1)]);
        }

        _time.Step = TimeSpan.FromMinutes(-15);
        var now = _clock.UnixMilliseconds;
        Assert.True(_clock.TryReadStep(out var step));
        pairs.MoveArrivals(step, now);

        Assert.Equal(3, Assert.Single(pairs.Read()).Activities);
        _time.Now += TimeSpan.FromMinutes(62);
        Assert.Empty(pairs.Read());
    }

    [Fact]
    public void Pairs_beyond_the_bound_are_counted_hour_after_hour_as_others_come_and_some_are_withdrawn()
    {
        var pairs = Pairs(maxPairs: 1_000);
        for (var hour = 0; hour < 5; hour++)
        {
            pairs.Apply([.. Enumerable.Range(hour * 1_000, 3_000).Select(client => Step(client))]);
            pairs.Apply([.. Enumerable.Range(hour * 1_000, 700).Select(client => Step(client, delta: -1))]);

            Assert.Equal(1_300, pairs.Hidden);
            Assert.Equal(Enumerable.Range((hour * 1_000) + 2_000, 1_000).Reverse(), pairs.Read().Select(ClientOf));
            _time.Now += TimeSpan.FromMinutes(62);
        }
    }

    private static int ClientOf(ActivePair pair) => (int)(pair.Pair.Client.Low & 0xFFFFFF);

    private ActivePairs Pairs(int maxPairs) => new(new MetricsOptions { MaxPairs = maxPairs }, _clock);

    private PairStep Step(int client, int delta = 1, long start = 1_000) => new(
        new PairKey(HostAddress.FromIPv4(0x0A000000u + (uint)client), HostAddress.FromIPv4(0xC0000201), JoinBasis.Car), delta,
            _clock.UnixMilliseconds, start);
}
