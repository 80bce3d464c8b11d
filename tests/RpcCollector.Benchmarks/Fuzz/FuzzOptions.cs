using System.Globalization;

namespace RpcCollector.Benchmarks.Fuzz;

/// <summary>
/// How long it goes on: <c>fuzz [--messages N] [--seconds S] [--seed X] CAPTURES...</c>, until the first of the two ends.
/// </summary>
internal sealed record FuzzOptions(long Messages, double Seconds, int Seed, IReadOnlyList<string> Captures)
{
    public static FuzzOptions Parse(ReadOnlySpan<string> arguments)
    {
        var (messages, seconds, seed, captures) = (long.MaxValue, 60.0, 1, new List<string>());
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--messages": messages = (long)Number(arguments[++i]); break;
                case "--seconds": seconds = Number(arguments[++i]); break;
                case "--seed": seed = (int)Number(arguments[++i]); break;
                case var path: captures.Add(path); break;
            }
        }

        return new FuzzOptions(messages, seconds, seed, captures);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
