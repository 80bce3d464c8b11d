using System.Numerics;

namespace RpcCollector.Lab.Evaluation;

/// <summary>
/// A sequence of pseudorandom numbers (xoshiro256**, seeded by SplitMix64; Blackman and Vigna, 2018) that is the same on every machine
/// and runtime for the same seed.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public SeededRandom(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>A sequence of its own for each name and number, so that what one part draws changes nothing for another.</summary>
    /// <remarks>
    /// Each step is a bijection of what it takes in: every bit of the number counts, and two numbers of one seed and name never meet.
    /// </remarks>
    public static SeededRandom Of(ulong seed, string name, long number = 0)
    {
        // FNV-1a over the name: string.GetHashCode differs between processes.
        var hash = 0xCBF2_9CE4_8422_2325;
        foreach (var letter in name) hash = (hash ^ letter) * 0x0000_0100_0000_01B3;
        var mixed = SplitMix(ref seed) ^ hash;
        mixed = SplitMix(ref mixed) ^ (ulong)number;
        return new SeededRandom(SplitMix(ref mixed));
    }

    /// <summary>One number from two that are not negative, so that each pair has a sequence of its own.</summary>
    public static long Key(int first, int second) => (long)first << 32 | (uint)second;

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>From 0 to below 1.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Between(double from, double to) => from + ((to - from) * Uniform());

    /// <summary>From 0 to below the bound.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    public bool Chance(double probability) => Uniform() < probability;

    public T Pick<T>(IReadOnlyList<T> among) => among[Below(among.Count)];

    public double Exponential(double mean) => -mean * Math.Log(1 - Uniform());

    public double Normal(double mean, double deviation) =>
        mean + (deviation * Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform()));

    /// <param name="spread">Standard deviation of the logarithm.</param>
    public double LogNormal(double median, double spread) => median * Math.Exp(Normal(0, spread));

    /// <summary>
    /// A number of events that happen independently at a mean rate (Knuth's method below a mean of 30, the normal approximation
    /// beyond).
    /// </summary>
    public int Poisson(double mean)
    {
        if (mean > 30) return Math.Max(0, (int)Math.Round(Normal(mean, Math.Sqrt(mean))));
        var (limit, product, count) = (Math.Exp(-mean), Uniform(), 0);
        while (product > limit)
        {
            product *= Uniform();
            count++;
        }

        return count;
    }

    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        var mixed = state += 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }
}
