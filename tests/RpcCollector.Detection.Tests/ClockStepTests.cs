using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>When the clock of arrivals is set, no time passes for what a shard holds.</summary>
public class ClockStepTests
{
    private const double Day = 86_400;

    public static TheoryData<double> Steps() => [-3 * 3_600, Day, -400 * Day, 400 * Day, 0.6, -0.6];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Flows_on_both_sides_of_a_step_join_as_without_it(double by)
    {
        foreach (var first in (FlowStart[])[Lab.Mapper(0, 10), Lab.Endpoint(1)])
        {
            var second = first.IsMapperFlow ? Lab.Endpoint(1) : Lab.Mapper(0, 10);
            var lab = new Lab().OfferAt(11, first).SetClock(by).AdvanceTo(11.5).OfferAt(12, second);
            Assert.Equal(JoinBasis.Car, lab.Ledger.Single.Basis);
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Flows_are_held_and_reported_when_they_would_have_been(double by)
    {
        var lab = new Lab().OfferAt(10, Lab.Mapper(0, 10)).OfferAt(10, Lab.Flow(0, 9, 50_009, 445) with { ClientTcpFlags = 0x1A })
            .AdvanceTo(100).SetClock(by).AdvanceTo(100);

        lab.AdvanceTo(309.9);
        Assert.Empty(lab.Ledger.Standing);
        lab.AdvanceTo(310);
        Assert.Equal(JoinBasis.MapperOnly, lab.Ledger.Single.Basis);
        lab.AdvanceTo(1_869.9);
        Assert.Equal((1, 1), (lab.Shard.OpenMapperFlows, lab.Shard.HeldContacts));
        lab.AdvanceTo(1_871);
        Assert.Equal(0, lab.Shard.NumRows);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Step_there_and_back_is_as_none(double by)
    {
        var lab = new Lab().OfferAt(10, Lab.Mapper(0, 10)).SetClock(by).AdvanceTo(20).OfferAt(21, Lab.Mapper(5, 20, 50_010)).SetClock(-by)
            .AdvanceTo(30);

        Assert.Equal(new ArrivalTime(2, Lab.At(30)), lab.Shard.LatestArrival);
        lab.OfferAt(31, Lab.Endpoint(6));
        Assert.Equal(Lab.At(5), lab.Ledger.Standing.Single(activity => activity.Endpoint is not null).Mapper?.StartUnixMilliseconds);
    }

    [Fact]
    public void Flow_start_that_arrived_before_the_step_and_is_taken_after_it_arrives_now_and_moves_nothing()
    {
        var lab = new Lab().OfferAt(10, Lab.Mapper(0, 10)).SetClock(-3 * 3_600).AdvanceTo(20);
        lab.Shard.Offer(Lab.Endpoint(1) with { ArrivalUnixMilliseconds = Lab.At(12), ArrivalEra = 0 });

        Assert.Equal(JoinBasis.Car, lab.Ledger.Single.Basis);
        Assert.Equal(new ArrivalTime(1, Lab.At(20 - (3 * 3_600))), lab.Shard.LatestArrival);
        lab.AdvanceTo(319.9);
        Assert.Equal(1, lab.Shard.WaitingEndpointFlows);
        lab.AdvanceTo(321.1);
        Assert.Equal(0, lab.Shard.WaitingEndpointFlows);
    }

    [Fact]
    public void Flows_are_late_by_the_clock_that_shows_the_time()
    {
        var lab = new Lab().OfferAt(10, Lab.Mapper(0, 10)).SetClock(Day).OfferAt(20, Lab.Mapper(5, 20, 50_010));
        Assert.Equal(1, lab.Shard.LateFlowStarts);

        lab.SetClock(-Day).OfferAt(30, Lab.Mapper(25, 30, 50_020));
        Assert.Equal(1, lab.Shard.LateFlowStarts);
    }

    [Fact]
    public void Steps_at_any_moment_change_no_activity() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(DenseFlows.Many(60), Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), static (flows, seed) =>
        {
            var random = new Random(seed);
            var (with, without) = (new Lab(), new Lab());
            with.Ledger.TakesForgotten = without.Ledger.TakesForgotten = true;
            var seconds = 0.0;
            foreach (var flow in flows)
            {
                seconds += random.NextDouble() * 20;
                if (random.Next(10) == 0)
                {
                    // The shards look at the clock all the time, and right before the step too.
                    without.AdvanceTo(seconds);
                    with.AdvanceTo(seconds).SetClock((random.NextDouble() - 0.5) * random.Next(1, 1_000) * Day);
                }

                with.OfferAt(seconds, flow);
                without.OfferAt(seconds, flow);
                if (random.Next(4) > 0) continue;
                seconds += random.Next(60);
                with.AdvanceTo(seconds);
                without.AdvanceTo(seconds);
            }

            return with.Ledger.Changes.SequenceEqual(without.Ledger.Changes)
                && with.Ledger.ContactChanges.SequenceEqual(without.Ledger.ContactChanges);
        }));
}
