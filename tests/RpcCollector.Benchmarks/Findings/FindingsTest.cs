using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Benchmarks.Findings;

/// <summary>
/// <c>findings [NUMBER [SHAPE…]]</c>: what storing a finding with its incident costs, in batches of 4,000 as the collector writes a flood.
/// </summary>
internal static class FindingsTest
{
    private const int InTransaction = 4_000;
    private const int Default = 20_000;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        var number = arguments.IsEmpty ? Default : int.Parse(arguments[0], CultureInfo.InvariantCulture);
        string[] shapes = arguments.Length > 1 ? [.. arguments[1..]] : [.. FindingShape.Names];
        Console.WriteLine("µs of CPU a finding, and of time; bytes allocated; incidents that stand at the end");
        foreach (var shape in shapes) RunOnce(shape, number);
        return 0;
    }

    private static void RunOnce(string shape, int number)
    {
        var folder = Directory.CreateTempSubdirectory("findings-");
        try
        {
            var options = new StoreOptions { Enabled = true, Folder = folder.FullName };
            var clock = new ArrivalClock(TimeProvider.System);
            using var store = StoreFolder.Open(options);
            using var state = StateStore.Open(store, NullLogger<StateStore>.Instance, clock);
            var findings = new FindingStore(state, new ExporterCatalog(new ExporterDirectory()), options, clock);
            var outbox = new OutboxStore(state, clock);
            var keeper = new IncidentKeeper(state, new IncidentOptions(), clock, NullLogger<IncidentKeeper>.Instance, outbox);
            var incidents = new IncidentStore(state, keeper, findings, options, clock, outbox);

            var found = FindingShape.Make(shape, number, clock.UnixMilliseconds);
            Measure(shape, "new", incidents, found, ActivityChangeKind.Added);
            var revised = found.ConvertAll(FindingShape.GoneOn);
            Measure(shape, "revised", incidents, revised, ActivityChangeKind.Revised);
            Measure(shape, "said again", incidents, revised, ActivityChangeKind.Revised);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(string shape, string what, IncidentStore incidents, List<Finding> findings, ActivityChangeKind kind)
    {
        GC.Collect();
        var (began, cpu, allocated) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        foreach (var some in findings.Chunk(int.Parse(Environment.GetEnvironmentVariable("FLOOD_TX") ?? "1000")))
            incidents.Write([.. some.Select(finding => new FindingChange(kind, finding))]);
        var (used, took) = (Each(Environment.CpuUsage.TotalTime - cpu, findings), Each(Stopwatch.GetElapsedTime(began), findings));
        allocated = (GC.GetTotalAllocatedBytes() - allocated) / findings.Count;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{shape,-8} {what,-10} {used,8:0.0} {took,8:0.0} {allocated,8} {incidents.Count().Values.Sum(),8}"));
    }

    private static double Each(TimeSpan time, List<Finding> findings) => time.TotalMicroseconds / findings.Count;
}
