using RpcCollector.Lab.Evaluation;

namespace RpcCollector.Lab.Tests.Evaluation;

public class IntervalTests
{
    // Compared with the values in Newcombe (1998), table I, method 3.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Interval_of_a_proportion_is_Wilsons(int successes, int trials, double low, double high)
    {
        var interval = Interval.OfProportion(successes, trials);

        Assert.Equal((double)successes / trials, interval.Value, 12);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void All_found_of_few_is_not_certainty()
    {
        var interval = Interval.OfProportion(16, 16);

        Assert.Equal(1, interval.High);
        Assert.Equal(0.8064, interval.Low, 4);
    }

    [Fact]
    public void No_trial_says_nothing()
    {
        var interval = Interval.OfProportion(0, 0);

        Assert.True(double.IsNaN(interval.Value));
        Assert.Equal((0, 1), (interval.Low, interval.High));
    }

    [Fact]
    public void Interval_of_a_mean_is_Students()
    {
        var interval = Interval.OfMean([1, 2, 3, 4, 5]);

        Assert.Equal(3, interval.Value, 12);
        Assert.Equal(3 - 1.9632, interval.Low, 4);
        Assert.Equal(3 + 1.9632, interval.High, 4);
    }

    [Fact]
    public void Mean_of_one_seed_has_no_interval() => Assert.True(double.IsNaN(Interval.OfMean([4]).Low));
}
