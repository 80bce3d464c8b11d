using System.Diagnostics;
using RpcCollector.Captures;

namespace RpcCollector.Benchmarks.Fuzz;

/// <summary>
/// <c>fuzz</c>: decodes mutated Messages in process, with all that is kept from one to the next, and lines of Zeek among them: no
/// exception, no Message of more than 10 ms of the thread's own CPU, all accounted for, memory bounded.
/// </summary>
internal static class FuzzTest
{
    private const int MessagesAnEpoch = 1_000_000;
    private const int WarmingMessages = 100_000;
    private const int MessagesALook = 16_384;
    private const int Repeats = 2;
    private const long MostBytes = 768L << 20;

    private static readonly TimeSpan MostCpu = TimeSpan.FromMilliseconds(10);

    /// <returns>0 when all held.</returns>
    public static int Run(FuzzOptions options)
    {
        var seeds = Read(options.Captures);
        Console.WriteLine($"fuzz: {seeds.Count} datagrams of captures, seed {options.Seed}");

        // What is compiled for the first time takes longer.
        var warming = new FuzzRun(seeds, options.Seed - 1);
        for (var i = 0; i < WarmingMessages; i++) warming.Decode();
        var (began, done, slowest, most) = (Stopwatch.GetTimestamp(), 0L, TimeSpan.Zero, 0L);
        for (var epoch = 0; done < options.Messages && Stopwatch.GetElapsedTime(began).TotalSeconds < options.Seconds; epoch++)
        {
            var seed = options.Seed + epoch;
            var run = new FuzzRun(seeds, seed);
            for (var i = 0; i < MessagesAnEpoch && done < options.Messages; i++, done++)
            {
                var took = run.Decode();
                if (took >= MostCpu) took = LeastOf(seeds, seed, i, took);
                if (took > slowest) slowest = took;
                if (took >= MostCpu)
                {
                    Console.WriteLine($"TOO SLOW: {took.TotalMilliseconds:0.0} ms of CPU, seed {seed}, Message {i}");
                    return 1;
                }

                if (i % MessagesALook != 0) continue;
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
                if (Stopwatch.GetElapsedTime(began).TotalSeconds >= options.Seconds) break;
            }

            if (run.FindFault() is { } fault)
            {
                Console.WriteLine($"NOT ACCOUNTED FOR: {fault}, seed {seed}");
                return 1;
            }

            if (most <= MostBytes) continue;
            Console.WriteLine($"TOO MUCH MEMORY: {most >> 20} MiB, seed {seed}");
            return 1;
        }

        Console.WriteLine(
            $"fuzz: {done:N0} Messages in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s: no exception, all accounted for, " +
            $"the slowest {slowest.TotalMilliseconds:0.00} ms of CPU, {most >> 20} MiB of managed memory at most");
        return 0;
    }

    /// <summary>
    /// What a Message takes at least, lived through again from the beginning of its epoch: a machine that is busy with other things makes
    /// any Message slow now and then, and none every time.
    /// </summary>
    private static TimeSpan LeastOf(List<byte[]> seeds, int seed, int index, TimeSpan took)
    {
        for (var again = 0; again < Repeats && took >= MostCpu; again++)
        {
            var run = new FuzzRun(seeds, seed);
            for (var i = 0; i < index; i++) run.Decode();
            if (run.Decode() is var once && once < took) took = once;
        }

        return took;
    }

    private static List<byte[]> Read(IReadOnlyList<string> captures)
    {
        var seeds = new List<byte[]>();
        foreach (var input in CaptureInput.Find(captures))
        {
            using var reader = CaptureReader.Open(input.Path, 0, new CaptureTally());
            while (reader?.TryRead() == true && seeds.Count < 20_000) seeds.Add(reader.Payload.ToArray());
        }

        return seeds.Count > 0 ? seeds : throw new ArgumentException("fuzz: name captures of exports", nameof(captures));
    }
}
