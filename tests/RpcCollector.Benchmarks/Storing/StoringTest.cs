using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Benchmarks.Storing;

/// <summary>
/// <c>storing [PER_SECOND [SECONDS [BEFORE]]]</c>: offers the store so many activities a second, each of a new client and of one server in
/// 65,536, where so many lie already; says what was stored when, what a query costs meanwhile and afterwards, and how long a stop takes.
/// </summary>
internal static class StoringTest
{
    private const int PerSecond = 50_000;
    private const int Seconds = 10;
    private const int InTransaction = 10_000;
    private const int Asked = 100;
    private const uint Clients = 0x0A00_0000;
    private const uint Servers = 0xAC10_0000;

    public static async Task<int> RunAsync(ReadOnlyMemory<string> arguments)
    {
        var perSecond = Number(arguments.Span, 0, PerSecond);
        var seconds = Number(arguments.Span, 1, Seconds);
        var before = Number(arguments.Span, 2, 0);
        var folder = Directory.CreateTempSubdirectory("storing-");
        try
        {
            var options = new StoreOptions { Enabled = true, Folder = folder.FullName, MaxBytes = 1L << 40 };
            var clock = new ArrivalClock(TimeProvider.System);
            var catalog = new ExporterCatalog(new ExporterDirectory());
            catalog.Directory.TryGetId(HostAddress.Parse("198.51.100.1"), out _);
            using var held = StoreFolder.Open(options);
            using var store = ActivityStore.Open(held, options, catalog, NullLogger<ActivityStore>.Instance, clock);
            if (before > 0) Fill(store, before, clock);
            var feed = new ActivityFeed(options.MaxBacklog);
            var stop = new StopDeadline(NullLogger.Instance);
            using var writer = new ActivityWriter(
                feed, store, new ActivePairs(new MetricsOptions(), clock), new CommitDurations(), clock, TimeProvider.System,
                new Heartbeats(), stop, NullLogger<ActivityWriter>.Instance);
            await writer.StartAsync(CancellationToken.None);
            var cpu = Environment.CpuUsage.TotalTime;
            Offer(feed, store, before, perSecond, seconds, clock);
            Say($"offered {perSecond * seconds}: stored {store.Activities - before}, wait {feed.Backlog}, dropped {feed.Dropped}", store);
            Say($"CPU {Each(Environment.CpuUsage.TotalTime - cpu, store.Activities - before)} µs each stored", store);
            Ask("a host's last 500 meanwhile", store, before, perSecond * seconds);
            var began = Stopwatch.GetTimestamp();
            if (Environment.GetEnvironmentVariable("STORING_WAIT") is not null)
            {
                while (feed.Backlog > 0 || feed.Settled < feed.Published) await Task.Delay(50);
                Say($"nothing waits after further {Took(began)}", store);
                while (store.Unsorted > 0) await Task.Delay(50);
                Say($"sorted in after further {Took(began)}", store);
                began = Stopwatch.GetTimestamp();
            }

            await writer.StopAsync(CancellationToken.None);
            Say(
                $"stopped in {Took(began)}: stored {store.Activities - before}, dropped {feed.Dropped}, CPU " +
                $"{Each(Environment.CpuUsage.TotalTime - cpu, store.Activities - before)} µs each", store);
            Ask("a host's last 500 afterwards", store, before, perSecond * seconds);
            return feed.Dropped == 0 ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Fill(ActivityStore store, int number, ArrivalClock clock)
    {
        var began = Stopwatch.GetTimestamp();
        for (var first = 0; first < number; first += InTransaction)
        {
            var now = clock.UnixMilliseconds - number + first;
            store.Write([.. Enumerable.Range(first, Math.Min(InTransaction, number - first)).Select(i => Activity(i, now))]);
        }

        Say($"filled with {number} in {Took(began)}", store);
    }

    private static void Offer(ActivityFeed feed, ActivityStore store, int first, int perSecond, int seconds, ArrivalClock clock)
    {
        var began = Stopwatch.GetTimestamp();
        var said = 0;
        for (var i = 0; i < perSecond * seconds;)
        {
            var due = Math.Min(perSecond * seconds, (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * perSecond));
            var now = clock.UnixMilliseconds;
            for (; i < due; i++) feed.Publish(Activity(first + i, now));
            if (i / perSecond > said)
            {
                said = i / perSecond;
                Say($"  {said} s: stored {store.Activities - first}, wait {feed.Backlog}, dropped {feed.Dropped}", store);
            }

            Thread.Sleep(1);
        }
    }

    private static ActivityChange Activity(int number, long now)
    {
        // Neither ids nor clients come in order.
        var id = unchecked((long)((ulong)number * 0x9E37_79B9_7F4A_7C15));
        return new ActivityChange(ActivityChangeKind.Added, new RpcActivity
        {
            Id = id,
            Basis = JoinBasis.Car,
            Client = HostAddress.FromIPv4(Clients + (unchecked((uint)number * 0x9E37_79B1) & 0xFF_FFFF)),
            Server = Server(number),
            Mapper = new FlowSpan((ushort)(49_152 + (number & 0x3FFF)), 135, now - 20, now - 10),
            Endpoint = new FlowSpan((ushort)(49_153 + (number & 0x3FFF)), 49_667, now - 9, now),
            Exporters = ExporterSet.Of(0),
            SamplingInterval = 1,
            Traffic = new FlowTraffic(900, 700, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated),
        });
    }

    private static HostAddress Server(int number) =>
        HostAddress.FromIPv4(Servers + (number % 4 == 0 ? (uint)(number / 4 % Asked) : unchecked((uint)number * 0x85EB_CA6B) >> 16));

    private static void Ask(string what, ActivityStore store, int before, int offered)
    {
        var times = new List<double>();
        var rows = 0;
        for (var i = 0; i < Asked; i++)
        {
            var host = Server(4 * i);
            var began = Stopwatch.GetTimestamp();
            rows += store.Read(new ActivityQuery { Host = new AddressRange(host, host), Limit = 500 }).Items.Count;
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        var first = times[0];
        times.Sort();
        Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}, among {before + offered} at most: first {first:0.0} ms, median {times[Asked / 2]:0.0}, longest " +
                $"{times[^1]:0.0}; {rows / Asked} rows each"), store);
    }

    private static int Number(ReadOnlySpan<string> arguments, int at, int otherwise) =>
        arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : otherwise;

    private static string Took(long began) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s");

    private static string Each(TimeSpan time, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMicroseconds / Math.Max(1, number):0.0}");

    private static void Say(string what, ActivityStore store) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}; {store.Unsorted} unsorted, {store.Bytes >> 20} MiB of files, {Environment.WorkingSet >> 20} MiB resident"));
}
