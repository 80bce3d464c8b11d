namespace RpcCollector.Lab.Evaluation;

/// <summary>A figure with its 95 % confidence interval.</summary>
internal readonly record struct Interval(double Value, double Low, double High)
{
    private const double Normal95 = 1.959964;

    // Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom.
    private static readonly double[] Student95 =
    [
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448, 2.1314,
        2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
    ];

    /// <summary>A proportion, by Wilson's score interval (1927): good for few trials, and for none or all of them.</summary>
    /// <returns>0 to 1, with the value not a number, when there was no trial.</returns>
    public static Interval OfProportion(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (trials == 0) return new Interval(double.NaN, 0, 1);
        const double Square = Normal95 * Normal95;
        var share = (double)successes / trials;
        var centre = share + (Square / (2 * trials));
        var half = Normal95 * Math.Sqrt((share * (1 - share) / trials) + (Square / (4.0 * trials * trials)));
        var scale = 1 + (Square / trials);
        return new Interval(share, successes == 0 ? 0 : (centre - half) / scale, successes == trials ? 1 : (centre + half) / scale);
    }

    /// <summary>A mean over seeds, by Student's t: each seed is one independent trial, what happens within it is not.</summary>
    public static Interval OfMean(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return new Interval(double.NaN, double.NaN, double.NaN);
        var mean = values.Average();
        if (values.Count == 1) return new Interval(mean, double.NaN, double.NaN);
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        var freedom = values.Count - 1;
        var half = (freedom <= Student95.Length ? Student95[freedom - 1] : Normal95) * deviation / Math.Sqrt(values.Count);
        return new Interval(mean, mean - half, mean + half);
    }

    /// <summary>For what cannot be lower, however wide the interval.</summary>
    public Interval Above(double least) => this with { Low = Math.Max(Low, least) };

    /// <summary>For what cannot be higher, however wide the interval.</summary>
    public Interval Below(double most) => this with { High = Math.Min(High, most) };
}
