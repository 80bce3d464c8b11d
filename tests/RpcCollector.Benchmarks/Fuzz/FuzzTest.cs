using System.Diagnostics;
using RpcCollector.Captures;

namespace RpcCollector.Benchmarks.Fuzz;

/// <summary>
/// <c>fuzz</c>: decodes mutated Messages in process, with all that is kept from one to the next, and lines of Zeek among them: no exception,
/// no Message of more than 10 ms of the thread's own CPU, all accounted for, memory bounded.
/// </summary>
internal static class FuzzTest
{
    private const int MessagesAnEpoch = 1_000_000;
    private const int WarmingMessages = 100_000;
    private const int MessagesABatch = 64;
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
            for (var i = 0; i < MessagesAnEpoch; i += MessagesABatch)
            {
                // A Message that took long by the clock has taken no more CPU than its batch; garbage collections belong to none.
                var (cpu, pauses, longest) = (ThreadCpu.Now, GC.GetTotalPauseDuration(), TimeSpan.Zero);
                for (var j = 0; j < MessagesABatch; j++)
                {
                    var took = run.Decode();
                    if (took > longest) longest = took;
                }

                done += MessagesABatch;
                if (longest < MostCpu) { if (longest > slowest) slowest = longest; }
                else if (ThreadCpu.Now - cpu - (GC.GetTotalPauseDuration() - pauses) is var ofBatch && ofBatch >= MostCpu)
                {
                    Console.WriteLine($"TOO SLOW: {ofBatch.TotalMilliseconds:0.0} ms of CPU, seed {seed}, Message {i} or the next {MessagesABatch}");
                    }

                if (i % 65_536 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
                if (Stopwatch.GetElapsedTime(began).TotalSeconds >= options.Seconds || done >= options.Messages) break;
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
            $"the slowest {slowest.TotalMilliseconds:0.00} ms, {most >> 20} MiB of managed memory at most");
        return 0;
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
