using System.Globalization;
using RpcCollector.Flows;
using RpcCollector.Tests.Http;

namespace RpcCollector.Tests.Metrics;

public sealed class ConsistentScrapeTests : IAsyncLifetime
{
    private const int Scrapes = 2_000;

    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task At_each_hop_every_scrape_says_that_what_was_received_was_used_or_rejected_while_threads_count_on()
    {
        HopCounters[] threads = [new(), new()];
        _host.Gauges.Counters = threads;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var counting = threads.Select(counters => Task.Run(() => KeepCounting(counters, enough.Token), Stop)).ToList();
        var last = new Dictionary<string, double>();
        for (var scrape = 0; scrape < Scrapes; scrape++)
        {
            var sums = Sums(await _host.Client.GetStringAsync("/metrics", Stop));
            foreach (var hop in (string[])["datagrams", "sets", "data_records", "flow_records", "flow_starts"])
            {
                var received = sums[$"rpc_collector_{hop}_received_total"];
                var waiting = hop == "sets" ? sums["rpc_collector_waiting_sets"] : 0;
                Assert.Equal(
                    received, sums[$"rpc_collector_{hop}_used_total"] + sums[$"rpc_collector_{hop}_rejected_total"] + waiting);
                Assert.True(received >= last.GetValueOrDefault(hop), $"{hop} went back");
                last[hop] = received;
            }
        }

        await enough.CancelAsync();
        await Task.WhenAll(counting);
        var end = Sums(await _host.Client.GetStringAsync("/metrics", Stop));
        Assert.Equal(0, end["rpc_collector_in_progress"]);
        Assert.Equal(threads.Sum(counters => counters.Received(Hop.DataRecord)), end["rpc_collector_data_records_received_total"]);
    }

    private static Dictionary<string, double> Sums(string text) =>
        text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').GroupBy(line => line[..line.IndexOfAny(['{', ' '])])
            .ToDictionary(
                lines => lines.Key,
                lines => lines.Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)));

    private static void KeepCounting(HopCounters counters, CancellationToken enough)
    {
        Hop[] hops = [Hop.Datagram, Hop.Set, Hop.DataRecord, Hop.FlowRecord, Hop.FlowStart];
        while (!enough.IsCancellationRequested)
        {
            foreach (var hop in hops) counters.Receive(hop, 3);
            foreach (var hop in hops)
            {
                counters.Use(hop, 2);
                counters.Reject(hop, Rejection.NotTcp);
            }
        }
    }
}
