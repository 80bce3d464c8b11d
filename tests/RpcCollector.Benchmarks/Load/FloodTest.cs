using System.Diagnostics;

namespace RpcCollector.Benchmarks.Load;

/// <summary>
/// <c>flood</c>: what a forger's export costs the collector, and what an honest exporter beside it loses: as marked pairs that are looked
/// for in the API all the while.
/// </summary>
internal static class FloodTest
{
    /// <summary>The half of a core that no flood may cost, in percent, and the second that nothing may be late.</summary>
    private const double MostCpu = 50;

    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(1);

    /// <returns>0 when the honest exporter loses nothing, waits less than a second, and the flood costs less than half a core.</returns>
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var kinds = options.Send.Count == 0 ? [.. Flood.Kinds] : options.Send;
        var isHarmless = true;
        foreach (var kind in kinds) isHarmless &= await RunOnceAsync(options, kind);
        return isHarmless ? 0 : 1;
    }

    private static async Task<bool> RunOnceAsync(LoadOptions options, string kind)
    {
        await using var collector = await Collector.StartAsync(options, []);

        // 1. The honest exporter alone, to see what it and the looking cost.
        var alone = await MeasureAsync(collector, null, TimeSpan.FromSeconds(Math.Max(5, options.Seconds / 4)));

        // 2. The same beside the flood.
        var flooded = await MeasureAsync(collector, Flood.Of(kind), TimeSpan.FromSeconds(options.Seconds));
        var lost = flooded.Pairs.NumSent - flooded.Pairs.Latencies.Count;
        var latest = flooded.Pairs.Latencies.Count == 0 ? TimeSpan.MaxValue : flooded.Pairs.Latencies[^1];
        var cost = flooded.CpuPercent - alone.CpuPercent;
        Console.WriteLine(
            $"{kind}: {flooded.Sent:N0} datagrams of {flooded.Octets / Math.Max(1, flooded.Sent):N0} octets, " +
            $"{flooded.Octets * 8 / 1e6 / options.Seconds:0.0} Mbit/s; CPU {flooded.CpuPercent:0.0} % of a core, " +
            $"{cost:0.0} % of it the flood's ({flooded.Threads}); {collector.Memory("VmRSS"):0} MiB resident, " +
            $"{collector.Memory("VmHWM"):0} at most; honest pairs {flooded.Pairs.NumSent}, lost {lost}, latest after " +
            $"{latest.TotalMilliseconds:0} ms ({alone.Pairs.Latencies[^1].TotalMilliseconds:0} ms alone); " +
            $"kernel drops {collector.KernelDrops()}");
        await collector.StopAsync();
        return lost == 0 && latest < Latest && cost < MostCpu;
    }

    private static async Task<Measured> MeasureAsync(Collector collector, Flood? flood, TimeSpan duration)
    {
        var (cpu, began) = (collector.CpuByThread(), Stopwatch.GetTimestamp());
        var pairs = new MarkedPairs(collector, isFirst: flood is null);
        var looking = pairs.RunAsync(duration);
        var sending = flood is null ? null : Task.Run(() => flood.Run(collector.Port, duration));
        await looking;
        if (sending is not null) await sending;
        var elapsed = Stopwatch.GetElapsedTime(began).TotalNanoseconds;
        var threads = collector.CpuByThread()
            .Select(entry => (Name: entry.Key, Percent: 100.0 * (entry.Value - cpu.GetValueOrDefault(entry.Key)) / elapsed))
            .OrderByDescending(thread => thread.Percent).ToList();
        return new Measured(
            threads.Sum(thread => thread.Percent),
            string.Join(", ", threads.Take(4).Select(thread => $"{thread.Name} {thread.Percent:0.0}")),
            pairs, flood?.Sent ?? 0, flood?.Octets ?? 0);
    }

    private sealed record Measured(double CpuPercent, string Threads, MarkedPairs Pairs, long Sent, long Octets);
}
