using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Judging;
using RpcCollector.KnownExporters;
using RpcCollector.Options;
using RpcCollector.Tests.Commands;
using RpcCollector.Tests.Http;
using RpcCollector.Tests.Store.Findings;
using RpcCollector.Transport;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Metrics;

/// <summary>Dashboards and alert rules of users name families, labels and series: the changelog says what of these lists goes.</summary>
/// <remarks>
/// families.txt has name, type, labels and help of every family; series.txt has every series that is there from the start, its version,
/// port and other collector replaced by a star.
/// </remarks>
public sealed partial class MetricFamiliesTests : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(CollectorProgram.RepositoryRoot(), "tests", "RpcCollector.Tests", "Metrics");

    private readonly Forwarder _forwarder = Forwarder.Open(new UdpOptions { ForwardTo = ["192.0.2.1:2055"] }, 1)!;

    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await CollectorHost.StartAsync(
            sinks: [new SinkOptions { Kind = SinkKind.Syslog, Name = "siem", Address = "192.0.2.1:514" }]);
        _host.Gauges.Forwarder = _forwarder;
        _host.Gauges.Listeners = [new ListenerGauges(2055, () => 1, () => 1, () => 1)];
        _host.Services.GetRequiredService<ExporterGauges>().ArrivalOffsets = (1, 2);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _forwarder.Dispose();
    }

    [Fact]
    public async Task Families_have_the_names_types_labels_and_help_texts_that_are_listed()
    {
        // What is shown only once it is known.
        _host.Services.GetRequiredService<JudgeGauges>().LearnedUnixMilliseconds = 1;
        await _host.PublishAsync(Added(Car(1)));
        await _host.PublishAsync(SampleFindings.Added(SampleFindings.Found("10.0.0.1")));

        var text = await ScrapeAsync("/metrics", openMetrics: false) + await ScrapeAsync("/metrics/findings", openMetrics: false);

        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(Folder, "families.txt"), Stop), Families(text));
    }

    [Fact]
    public async Task Families_are_the_same_in_both_formats_but_for_the_names_of_counters()
    {
        var text = await ScrapeAsync("/metrics", openMetrics: false);
        var openMetrics = await ScrapeAsync("/metrics", openMetrics: true);

        var expected = Families(text).Select(line => line.Replace("_total counter", " counter", StringComparison.Ordinal));
        Assert.Equal(expected.Order(StringComparer.Ordinal), Families(openMetrics));
    }

    [Fact]
    public async Task Series_of_closed_lists_are_there_from_the_start()
    {
        var lines = (await ScrapeAsync("/metrics", openMetrics: true)).Split('\n').Where(line => line.Length > 0 && line[0] != '#');

        var series = lines.Select(line => Place().Replace(line[..line.LastIndexOf(' ')], "$1=\"*\"")).Order(StringComparer.Ordinal);

        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(Folder, "series.txt"), Stop), series);
    }

    private static List<string> Families(string text)
    {
        var families = new List<string>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (Help().Match(lines[i]) is not { Success: true } help) continue;
            var type = lines[i + 1].Split(' ')[3];
            var samples = lines.Skip(i + 2).TakeWhile(line => line.Length > 0 && line[0] != '#');
            var labels = Labels().Matches(samples.LastOrDefault() ?? "").Select(label => label.Groups[1].Value);
            families.Add($"{help.Groups["name"].Value} {type} {{{string.Join(',', labels)}}} {help.Groups["text"].Value}");
        }

        families.Sort(StringComparer.Ordinal);
        return families;
    }

    private async Task<string> ScrapeAsync(string path, bool openMetrics)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (openMetrics) request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        using var response = await _host.Client.SendAsync(request, Stop);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(Stop);
    }

    [GeneratedRegex("^# HELP (?<name>[a-z0-9_]+) (?<text>.+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Help();

    [GeneratedRegex("([a-z_]+)=\"", RegexOptions.None, 1000)]
    private static partial Regex Labels();

    [GeneratedRegex("(version|port|collector)=\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex Place();
}
