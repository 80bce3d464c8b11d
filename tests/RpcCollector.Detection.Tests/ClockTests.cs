using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tests;

/// <summary>A connection that several clocks timed has the times of one of them, and is shown corrected.</summary>
public class ClockTests
{
    private static FlowStart By(int clock, FlowStart start, int correction = 0) =>
        start with { ClockKey = (ulong)clock, ExporterId = clock / 2, ClockCorrectionMilliseconds = correction };

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Times_are_those_of_the_clock_with_the_lowest_key_whichever_came_first(int first, int second)
    {
        var starts = new[] { By(1, Lab.Endpoint(1)), By(2, Lab.Endpoint(-0.7)) };
        var lab = new Lab().Offer(By(1, Lab.Mapper(0, 10)), starts[first - 1], starts[second - 1]);
        Assert.Equal(new FlowSpan(50_001, 49_668, Lab.At(1), Lab.At(2)), lab.Ledger.Single.Endpoint);
        Assert.Equal(2, lab.Ledger.Single.Exporters.Count);
    }

    [Fact]
    public void Reference_clock_that_comes_later_replaces_times_that_were_joined_by_another()
    {
        var lab = new Lab().Offer(By(3, Lab.Mapper(0, 1)), By(3, Lab.Endpoint(1.5)));
        lab.Offer(By(1, Lab.Mapper(30, 31)), By(1, Lab.Endpoint(31.5)));
        Assert.Equal((JoinBasis.Car, Lab.At(31.5)), (lab.Ledger.Single.Basis, lab.Ledger.Single.Endpoint!.Value.StartUnixMilliseconds));
        Assert.Equal(Lab.At(30), lab.Ledger.Single.Mapper!.Value.StartUnixMilliseconds);
        Assert.Equal((1, 1), (lab.Shard.OpenMapperFlows, lab.Shard.WaitingEndpointFlows));
    }

    [Theory]
    [InlineData(0, 62.001, 2)]
    [InlineData(1, 62.001, 1)]
    [InlineData(1, 64, 1)]
    [InlineData(1, 64.001, 2)]
    public void Sighting_by_another_clock_may_lie_two_seconds_further_off(int clock, double start, int connections)
    {
        var lab = new Lab().Offer(By(0, Lab.Endpoint(1)), By(clock, Lab.Endpoint(start)));
        Assert.Equal(connections, lab.Shard.WaitingEndpointFlows);
    }

    [Fact]
    public void Two_clocks_of_one_exporter_may_be_two_seconds_apart()
    {
        var lab = new Lab().Offer(By(2, Lab.Mapper(0, 10)), By(3, Lab.Endpoint(14)));
        Assert.Equal((JoinBasis.Extended, 1), (lab.Ledger.Single.Basis, lab.Ledger.Single.Exporters.Count));
    }

    [Fact]
    public void Times_are_shown_corrected_by_what_is_known_of_the_clock_when_they_are()
    {
        var lab = new Lab().Offer(By(1, Lab.Mapper(0, 10), 100), By(1, Lab.Endpoint(1), 400));
        Assert.Equal(new FlowSpan(50_000, 135, Lab.At(0.4), Lab.At(10.4)), lab.Ledger.Single.Mapper);
        Assert.Equal(new FlowSpan(50_001, 49_668, Lab.At(1.4), Lab.At(2.4)), lab.Ledger.Single.Endpoint);
    }

    [Fact]
    public void Correction_changes_neither_joins_nor_ids()
    {
        static (long Id, JoinBasis Basis) Of(int mapperCorrection, int endpointCorrection)
        {
            var activity = new Lab()
                .Offer(By(1, Lab.Mapper(0, 10), mapperCorrection), By(1, Lab.Endpoint(1.999), endpointCorrection)).Ledger.Single;
            return (activity.Id, activity.Basis);
        }

        Assert.Equal(JoinBasis.Car, Of(0, 0).Basis);
        Assert.Equal(Of(0, 0), Of(0, 900));
        Assert.Equal(Of(0, 0), Of(900, 0));
    }

    [Fact]
    public void Skew_of_two_clocks_is_learned_from_what_both_saw_and_shrugs_at_a_lost_first_part()
    {
        var lab = new Lab();
        for (ushort i = 0; i < 40; i++)
        {
            lab.Offer(By(4, Lab.Endpoint(100 * i, (ushort)(50_000 + i)), 250));
            lab.Offer(By(2, Lab.Endpoint((100 * i) + (i % 10 == 0 ? 30 : 1.2), (ushort)(50_000 + i))));
        }

        Assert.Equal(new ClockSkew(2, 1, 4, 2, -950, 40), Assert.Single(lab.Shard.ClockSkews()));
    }

    [Fact]
    public void Continuations_teach_no_skew()
    {
        var lab = new Lab();
        for (ushort i = 0; i < 20; i++)
        {
            for (var part = 0; part < 10; part++)
                lab.Offer(
                    By(2, Lab.Flow(part * 5, (part * 5) + 5, (ushort)(50_000 + i), 49_668)),
                    By(4, Lab.Flow((part * 5) + 2, (part * 5) + 7, (ushort)(50_000 + i), 49_668)));
        }

        Assert.Equal((2_000, 20L), lab.Shard.ClockSkews() is [var skew] ? (skew.Milliseconds, skew.Samples) : default);
    }

    [Fact]
    public void Skews_are_bounded_and_a_pair_of_clocks_in_use_outlives_a_flood_of_forged_ones()
    {
        var lab = new Lab();
        for (var i = 0; i < 10_000; i++)
        {
            var port = (ushort)(20_000 + i);
            lab.Offer(By(2, Lab.Endpoint(1, port)), By(4, Lab.Endpoint(2, port)));
            lab.Offer(By(6, Lab.Endpoint(1, port, 50_000)), By(1_000 + i, Lab.Endpoint(2, port, 50_000)));
        }

        var skews = lab.Shard.ClockSkews();
        Assert.Equal(4_096, skews.Count);
        Assert.Equal(10_000, Assert.Single(skews, skew => (skew.ReferenceClockKey, skew.ClockKey) == (2UL, 4UL)).Samples);
    }

    [Fact]
    public void Thousands_of_clocks_are_told_apart_and_forgotten_with_their_flows()
    {
        const int NumClocks = 3_000;
        var lab = new Lab();

        // Every clock is seen again after all the others, and its correction then is the one that counts.
        for (var round = 0; round < 3; round++)
        {
            for (var clock = 1; clock <= NumClocks; clock++)
            {
                var client = HostAddress.FromIPv4(0x0A02_0000 + (uint)clock);
                lab.Offer(
                    By(clock, Lab.Flow(0, 10, 50_000, 135, client: client), correction: round),
                    By(clock, Lab.Flow(1, 2, 50_001, 49_668, client: client), correction: clock));
            }
        }

        Assert.Equal(NumClocks, lab.Ledger.Standing.Count);
        Assert.All(
            lab.Ledger.Standing, activity =>
            Assert.Equal(Lab.At(1) + (long)(activity.Client.Low & 0xFFFF), activity.Endpoint?.StartUnixMilliseconds));

        lab.AdvanceTo(100_000);
        Assert.Equal(0, lab.Shard.NumRows);
    }
}
