using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class RarityTests
{
    [Fact]
    public void What_nobody_else_does_is_1_and_what_all_do_every_day_is_0()
    {
        Assert.Equal(1, Rarity.Of(others: 0, clients: 300, alike: 0, ofRole: 900, days: 0, watched: 20));
        Assert.Equal(0, Rarity.Of(others: 300, clients: 300, alike: 900, ofRole: 900, days: 20, watched: 20));
        Assert.Equal(1, Rarity.Of(0, 0, 0, 0, 0, 0));
    }

    [Fact]
    public void It_is_within_0_and_1_whatever_is_counted() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>().Filter(static numbers => numbers.Length >= 6), static n =>
            Assert.InRange(Rarity.Of(n[0], n[1], n[2], n[3], n[4], n[5]), 0, 1)));

    [Fact]
    public void It_falls_with_each_that_does_alike_and_with_each_day_and_never_rises() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>().Filter(static numbers => numbers.Length >= 6), static n =>
        {
            var (clients, ofRole, watched) = (n[1] + 2, n[3] + 2, (n[5] % 28) + 2);
            var (others, alike, days) = (n[0] % (clients - 1), n[2] % (ofRole - 1), n[4] % (watched - 1));
            var rarity = Rarity.Of(others, clients, alike, ofRole, days, watched);
            Assert.True(Rarity.Of(others + 1, clients, alike, ofRole, days, watched) < rarity);
            Assert.True(Rarity.Of(others, clients, alike + 1, ofRole, days, watched) < rarity);
            Assert.True(Rarity.Of(others, clients, alike, ofRole, days + 1, watched) < rarity);
            Assert.True(Rarity.Of(others, clients + 1, alike, ofRole, days, watched) >= rarity);
        }));

    [Fact]
    public void Days_beyond_a_month_say_nothing_more() => Assert.Equal(
        Rarity.Of(1, 10, 1, 10, Rarity.MostDays - 1, Rarity.MostDays - 1), Rarity.Of(1, 10, 1, 10, 500, 700), 12);
}
