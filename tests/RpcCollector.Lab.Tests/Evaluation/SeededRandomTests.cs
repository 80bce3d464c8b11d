using RpcCollector.Lab.Evaluation;

namespace RpcCollector.Lab.Tests.Evaluation;

public class SeededRandomTests
{
    [Fact]
    public void Sequence_of_seed_zero_begins_as_the_published_generator_does() =>
        Assert.Equal(11_091_344_671_253_066_420ul, new SeededRandom(0).Next());

    [Fact]
    public void Same_seed_gives_the_same_sequence_and_another_name_or_number_another()
    {
        var first = Draw(SeededRandom.Of(7, "printing", 3));

        Assert.Equal(first, Draw(SeededRandom.Of(7, "printing", 3)));
        Assert.NotEqual(first, Draw(SeededRandom.Of(8, "printing", 3)));
        Assert.NotEqual(first, Draw(SeededRandom.Of(7, "backup", 3)));
        Assert.NotEqual(first, Draw(SeededRandom.Of(7, "printing", 4)));
    }

    [Fact]
    public void Every_bit_of_the_number_gives_a_sequence_of_its_own()
    {
        var numbers = Enumerable.Range(0, 64).Select(bit => 1L << bit).Append(0).Append(-1);

        var first = numbers.Select(number => SeededRandom.Of(7, "ports", number).Next()).ToList();

        Assert.Equal(66, first.Distinct().Count());
    }

    [Fact]
    public void Key_of_two_numbers_is_that_of_no_other_two()
    {
        var keys =
            from first in (int[])[0, 1, 2, 15, 16, 255, 65_536, int.MaxValue]
            from second in (int[])[0, 1, 2, 15, 16, 255, 65_536, int.MaxValue]
            select SeededRandom.Key(first, second);

        Assert.Equal(64, keys.Distinct().Count());
    }

    [Fact]
    public void Draws_have_the_mean_that_was_asked_for()
    {
        var random = new SeededRandom(5);
        const int Draws = 100_000;

        Assert.InRange(Mean(() => random.Uniform()), 0.495, 0.505);
        Assert.InRange(Mean(() => random.Below(10)), 4.45, 4.55);
        Assert.InRange(Mean(() => random.Poisson(2.5)), 2.47, 2.53);
        Assert.InRange(Mean(() => random.Poisson(80)), 79.8, 80.2);
        Assert.InRange(Mean(() => random.Normal(3, 2)), 2.97, 3.03);
        Assert.InRange(Mean(() => random.Chance(0.3) ? 1 : 0), 0.29, 0.31);
        Assert.InRange(Mean(() => random.LogNormal(6.8, 1) > 6.8 ? 1 : 0), 0.49, 0.51);

        double Mean(Func<double> draw) => Enumerable.Range(0, Draws).Average(_ => draw());
    }

    private static ulong[] Draw(SeededRandom random) => [.. Enumerable.Range(0, 8).Select(_ => random.Next())];
}
