using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class SavedJudgementTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Restarts_anywhere_in_the_middle_change_nothing(int seed)
    {
        var steps = TwoDays.Steps(seed);
        var random = new Random(seed);
        var whole = TwoDays.Run(steps);
        var restarts = 0;

        var restarted = TwoDays.Run(steps, between: (_, court) => random.Next(30) == 0 && ++restarts > 0 ? court.Restart() : court);

        Assert.InRange(restarts, 5, 100);
        Assert.Equal(whole, restarted);
    }

    [Fact]
    public void What_was_published_before_a_restart_is_not_published_again()
    {
        var court = new Court().Take(Court.Rpc(1, "10.0.1.5", "10.0.1.6")).AdvanceTo(1.01);
        var changes = court.NumChanges;

        court.Restart().AdvanceTo(1.02);

        Assert.Equal(changes, court.NumChanges);
        Assert.Single(court.Findings);
    }

    [Fact]
    public void Damage_anywhere_is_refused_and_leaves_the_judge_as_it_was()
    {
        var saved = Saved(FirstContactTests.Lived(1).Take(Court.Rpc(30, "10.0.1.5", "10.0.1.6")).AdvanceTo(30.1));
        var random = new Random(1);
        var judge = new Court().Take(Court.Rpc(1, "10.0.1.7", "10.0.1.8")).AdvanceTo(1.1);
        for (var i = 0; i < 300; i++)
        {
            var damaged = saved[..(i % 3 == 0 ? random.Next(saved.Length) : saved.Length)];
            if (i % 3 != 0) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Throws<JudgeStateException>(() => judge.Judge.Load(new MemoryStream(damaged)));
        }

        judge.Complete();
        Assert.Equal(FindingKind.PeerToPeerRpc, Assert.Single(judge.Findings).Value.Kind);
        Assert.NotNull(judge.Judge.Host(HostAddress.Parse("10.0.1.7")));
    }

    [Fact]
    public void Length_that_is_none_is_damage_wherever_it_stands()
    {
        var saved = Saved(new Court().Take(Court.Rpc(30, "10.0.1.5", "10.0.1.6")).AdvanceTo(30.1));
        for (var place = 0; place < saved.Length - 5; place++)
        {
            var damaged = saved.ToArray();
            ReadOnlySpan<byte> minusOne = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
            minusOne.CopyTo(damaged.AsSpan(place));
            if (!damaged.AsSpan().SequenceEqual(saved)) Assert.Throws<JudgeStateException>(() => new Court().Judge.Load(new MemoryStream(damaged)));
        }
    }

    [Fact]
    public void State_that_was_loaded_is_saved_as_it_was()
    {
        var saved = Saved(FirstContactTests.Lived(2).Take(Court.Rpc(54, "10.0.1.5", "10.0.1.6")).AdvanceTo(54.1));
        var other = new Court();
        other.Judge.Load(new MemoryStream(saved));

        Assert.Equal(saved.Length, Saved(other).Length);
    }

    private static byte[] Saved(Court court)
    {
        var stream = new MemoryStream();
        court.Judge.Save(stream);
        return stream.ToArray();
    }
}
