using RpcCollector.Flows.Time;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

public sealed class ActivePairsTests
{
    private readonly ManualTime _time = new();

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

    private static int ClientOf(ActivePair pair) => (int)(pair.Pair.Client.Low & 0xFFFFFF);

    private ActivePairs Pairs(int maxPairs) => new(new MetricsOptions { MaxPairs = maxPairs }, new ArrivalClock(_time));

    private PairStep Step(int client, int delta = 1, long start = 1_000) => new(
        new PairKey(HostAddress.FromIPv4(0x0A000000u + (uint)client), HostAddress.FromIPv4(0xC0000201), JoinBasis.Car), delta,
        _time.Now.ToUnixTimeMilliseconds(), start);
}
