using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RpcCollector.Lab.Synthetic;

namespace RpcCollector.Benchmarks.Load;

/// <summary>
/// <c>load</c>: starts the published program, loads it with RpcCollector.Lab, and says what it took, what it lost and what it cost.
/// </summary>
internal static class LoadTest
{
    private const int LongestPauses = 5;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>0 when the collector accounts for every datagram that was sent.</returns>
    public static async Task<int> RunAsync(LoadOptions options)
    {
        if (!options.IsBrief) return await RunOnceAsync(options) ? 0 : 1;
        var gentle = await RunOnceAsync(options with { Rate = 2_000, Seconds = 2, MeasuresLatency = true });

        // The least buffer that a socket can be given: some are lost, however fast the machine is.
        var flood = await RunOnceAsync(options with { Rate = 0, Seconds = 1, MeasuresLatency = false }, "--Udp:ReceiveBufferBytes=4096");
        return gentle && flood ? 0 : 1;
    }

    private static async Task<bool> RunOnceAsync(LoadOptions options, params IEnumerable<string> settings)
    {
        await using var collector = await Collector.StartAsync(options, settings);
        await Task.Delay(Idle);
        Say($"ready after {collector.Readiness.TotalMilliseconds:0} ms, {collector.Memory("VmRSS"):0.0} MiB resident when idle");

        // 1. Load, with or without marked pairs beside it.
        var (cpu, loaded) = (collector.CpuByThread(), DateTimeOffset.UtcNow);
        var marks = new MarkedPairs(collector);
        var marking = options.MeasuresLatency ? marks.RunAsync(TimeSpan.FromSeconds(options.Seconds)) : Task.CompletedTask;
        var sent = await SendAsync(options, collector.Port);
        await marking;
        var unloaded = DateTimeOffset.UtcNow;

        // 2. Until all is accounted for.
        var datagrams = sent.Datagrams + sent.TemplateDatagrams + marks.NumSent + (options.MeasuresLatency ? 1 : 0);
        var (taken, reported, began) = (0L, 0L, Stopwatch.GetTimestamp());
        do
        {
            await Task.Delay(100);
            (taken, reported) =
                (await collector.MetricAsync("rpc_collector_datagrams_received_total"),
                    await collector.MetricAsync("rpc_collector_kernel_drops_total"));
        }
        while (taken + reported < datagrams && Stopwatch.GetElapsedTime(began) < Patience);
        var lost = collector.KernelDrops();
        var isAccounted = taken + reported == datagrams && reported == lost;
        Say($"sent {datagrams:N0} datagrams ({sent.DatagramsPerSecond:N0} a second), taken {taken:N0}, lost in the kernel {lost:N0} " +
            $"({100.0 * lost / datagrams:0.00} %), reported lost {reported:N0}: {(isAccounted ? "accounted for" : "NOT ACCOUNTED FOR")}");

        // 3. What it cost.
        var records = Math.Max(1.0, (double)taken * sent.Records / Math.Max(1, sent.Datagrams));
        var cost = collector.CpuByThread()
            .Select(entry => (Name: entry.Key, Nanoseconds: (entry.Value - cpu.GetValueOrDefault(entry.Key)) / records)).ToList();
        Say($"CPU a record: {cost.Sum(thread => thread.Nanoseconds):0.0} ns " +
            "("
            + string.Join(", ", cost.Where(thread => thread.Nanoseconds >= 0.5).Select(thread => $"{thread.Name} {thread.Nanoseconds:0.0}"))
            + ")");
        Say($"memory: {collector.Memory("VmRSS"):0.0} MiB resident, {collector.Memory("VmHWM"):0.0} MiB at most");
        Say($"activities {await collector.MetricAsync("rpc_collector_activities_total"):N0}, not stored " +
            $"{await collector.MetricAsync("rpc_collector_activities_dropped_total"):N0}, backlog " +
            $"{await collector.MetricAsync("rpc_collector_store_backlog"):N0}");

        // 4. How late it was.
        var isFound = true;
        if (options.MeasuresLatency)
        {
            // Marked pairs may be among what the kernel dropped.
            isFound = marks.Latencies.Count == marks.NumSent || lost > 0;
            Say($"from datagram to API: {Percentiles(marks.Latencies)}; {marks.Latencies.Count} of {marks.NumSent} found");
        }

        if (await collector.StopAsync() is { } trace)
        {
            var pauses = CollectionPauses.Read(trace, loaded, unloaded);
            Say($"garbage collections under load: {Percentiles([.. pauses.Select(pause => pause.Length)])}");
            foreach (var longest in pauses.Reverse().Take(LongestPauses)) Say($"  {longest}");
        }

        Say($"ended after {collector.Ending.Took.TotalSeconds:0.0} s, exit code {collector.Ending.ExitCode}");
        return isAccounted && isFound;
    }

    private static async Task<SyntheticResult> SendAsync(LoadOptions options, int port)
    {
        string[] rate = options.Rate > 0 ? ["--rate", Text(options.Rate)] : [];
        string[] arguments = ["load", .. options.Send, "--to", $"127.0.0.1:{port}", "--seconds", Text(options.Seconds), .. rate];
        var start = new ProcessStartInfo(options.Sender, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var sender = Process.Start(start)!;
        var line = await sender.StandardOutput.ReadToEndAsync();
        await sender.WaitForExitAsync();
        return JsonSerializer.Deserialize(line, SyntheticJson.Default.SyntheticResult)
            ?? throw new InvalidOperationException("nothing was sent");
    }

    private static string Percentiles(IReadOnlyList<TimeSpan> sorted)
    {
        return sorted.Count == 0
            ? "none"
            : $"{sorted.Count}, median {At(0.5):0.0} ms, 99 % {At(0.99):0.0} ms, 99.9 % {At(0.999):0.0} ms, most {At(1):0.0} ms";

        double At(double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))].TotalMilliseconds;
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Say(string line) => Console.WriteLine(line);
}
