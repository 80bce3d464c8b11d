using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Http;
using RpcCollector.Judging;
using RpcCollector.Options;
using RpcCollector.Store.Findings;
using RpcCollector.Tests.Store;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http;

/// <summary>The stream over a real socket, as a browser or a ticket system would read it.</summary>
public sealed class FindingStreamTests : IAsyncLifetime
{
    private readonly TemporaryStore _temporary = new();
    private WebApplication _application = null!;
    private HttpClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private FindingEvents Events => _application.Services.GetRequiredService<FindingEvents>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(_temporary.Time);
        builder.Services.AddSingleton(_temporary.Catalog);
        builder.Services.AddCollectorServices(_temporary.Options, new MetricsOptions());
        builder.Services.AddJudgement(_temporary.Options, 10_000, options: null, isKept: false);
        _application = builder.Build();
        _application.MapCollectorEndpoints();
        await _application.StartAsync(Stop);
        var address = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _client = new HttpClient { BaseAddress = new Uri(address), Timeout = Timeout.InfiniteTimeSpan };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        // Disposing of it alone would leave its writers at work.
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Each_step_of_a_finding_is_told_once_it_is_committed()
    {
        await using var stream = await ListenAsync();
        var finding = Found("10.0.0.1");

        Publish(Added(finding));
        var added = await stream.ReadAsync();
        Publish(Revised(finding with { Count = 2 }));
        var revised = await stream.ReadAsync();
        Publish(Withdrawn(finding));
        var withdrawn = await stream.ReadAsync();

        Assert.Equal(["added", "revised", "withdrawn"], [added.Event, revised.Event, withdrawn.Event]);
        Assert.Contains($"\"id\":\"{finding.Id:x16}\"", added.Data, StringComparison.Ordinal);
        Assert.Contains("\"count\":2", revised.Data, StringComparison.Ordinal);
        Assert.Contains("\"withdrawn_at\":", withdrawn.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listener_that_comes_back_gets_what_it_missed()
    {
        string last;
        await using (var stream = await ListenAsync())
        {
            Publish(Added(Found("10.0.0.1")));
            last = (await stream.ReadAsync()).Id;
        }

        Publish(Added(Found("10.0.0.2")));
        while (_application.Services.GetRequiredService<FindingStore>().Findings < 2) await Task.Delay(5, Stop);

        await using var again = await ListenAsync(lastId: last);
        var missed = await again.ReadAsync();
        Publish(Added(Found("10.0.0.3")));
        var next = await again.ReadAsync();

        Assert.Contains("\"client\":\"10.0.0.2\"", missed.Data, StringComparison.Ordinal);
        Assert.Contains("\"client\":\"10.0.0.3\"", next.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listener_whose_last_event_nobody_knows_any_more_is_told_so()
    {
        await using var stream = await ListenAsync(lastId: "19b76a3f000-7");

        Assert.Equal("gap", (await stream.ReadAsync()).Event);
    }

    [Fact]
    public async Task Stream_tells_only_what_is_chosen_and_not_hidden()
    {
        _application.Services.GetRequiredService<SuppressionStore>()
            .Add(new Suppression(0, Kind: null, "10.0.0.3", Server: null, "Ada", "known", Activities.Epoch, ExpiresUnixMilliseconds: null));
        await using var stream = await ListenAsync("?severity=high&kind=peer-to-peer-rpc");

        Publish(Added(Found("10.0.0.1", severity: FindingSeverity.Medium)), Added(Found("10.0.0.2", kind: FindingKind.Pivot)),
            Added(Found("10.0.0.3")), Added(Found("10.0.0.4")));

        Assert.Contains("\"client\":\"10.0.0.4\"", (await stream.ReadAsync()).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listener_that_takes_nothing_is_dropped_and_counted_and_the_others_go_on()
    {
        await using var slow = await ListenAsync();
        await using var quick = await ListenAsync();
        var big = Found("10.0.0.1") with { Reason = new string('x', 100_000) };

        // More than both sockets' buffers and what may wait hold.
        for (var i = 0; Events.Dropped == 0; i++)
        {
            Events.Publish([Step(big with { Count = i + 1 })]);
            Assert.Contains($"\"count\":{i + 1},", (await quick.ReadAsync()).Data, StringComparison.Ordinal);
        }

        Assert.Equal(1, Events.Dropped);
        while (Events.Listeners > 1) await Task.Delay(5, Stop);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true) await slow.ReadAsync();
        });
    }

    [Fact]
    public async Task Bad_parameter_is_answered_400()
    {
        using var response = await _client.GetAsync("/api/v1/findings/stream?severity=loud", Stop);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Each_step_of_an_incident_is_told_on_a_stream_of_its_own()
    {
        await using var stream = await ListenAsync(of: "incidents");
        var (early, late) = (Found("10.0.0.1"), Found("10.0.0.1", "192.0.2.21", seen: 100 * 3_600_000));

        Publish(Added(early));
        var added = await stream.ReadAsync();
        Publish(Added(late));
        var second = await stream.ReadAsync();
        using (var note = new StringContent("""{"note":"odd","who":"Ada"}""", System.Text.Encoding.UTF8, "application/json"))
        {
            using var answer = await _client.PostAsync($"/api/v1/incidents/{early.Id:x16}/notes", note, Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var noted = await stream.ReadAsync();
        Publish(Added(Found("10.0.0.1", "192.0.2.22", seen: 50 * 3_600_000)));
        (string Id, string Event, string Data)[] both = [await stream.ReadAsync(), await stream.ReadAsync()];

        Assert.Equal(["added", "added", "state"], [added.Event, second.Event, noted.Event]);
        Assert.Contains($"\"id\":\"{early.Id:x16}\",\"title\":\"10.0.0.1 drove 192.0.2.20\"", added.Data, StringComparison.Ordinal);
        Assert.Equal(["merged", "revised"], both.Select(told => told.Event).Order(StringComparer.Ordinal));
        var merged = both.Single(told => told.Event == "merged");
        Assert.Contains($"\"merged_into\":\"{early.Id:x16}\"", merged.Data, StringComparison.Ordinal);
        Assert.Contains($"\"id\":\"{late.Id:x16}\"", merged.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Id_of_an_event_about_findings_says_nothing_to_the_stream_of_incidents()
    {
        string last;
        await using (var findings = await ListenAsync())
        {
            Publish(Added(Found("10.0.0.1")));
            last = (await findings.ReadAsync()).Id;
        }

        await using var stream = await ListenAsync(lastId: last, of: "incidents");

        Assert.Equal("gap", (await stream.ReadAsync()).Event);
    }

    [Fact]
    public async Task Listeners_do_not_keep_the_process_from_ending()
    {
        await using var stream = await ListenAsync();

        await _application.StopAsync(Stop);

        await Assert.ThrowsAnyAsync<IOException>(stream.ReadAsync);
    }

    private static FindingStep Step(Finding finding) => new(ActivityChangeKind.Revised, new StoredFinding
    {
        Id = finding.Id,
        Kind = finding.Kind,
        Severity = finding.Severity,
        Confidence = finding.Confidence,
        Client = finding.Client,
        Server = finding.Server,
        Count = finding.Count,
        FirstSeenUnixMilliseconds = 0,
        LastSeenUnixMilliseconds = 0,
        Techniques = [],
        Analytics = [],
        Reason = finding.Reason,
        Flows = [],
        Operations = [],
        Completeness = null,
        SamplingInterval = 1,
        RecordedUnixMilliseconds = 0,
        UpdatedUnixMilliseconds = 0,
        WithdrawnUnixMilliseconds = null,
        Verdict = null,
        SuppressedBy = [],
    });

    private void Publish(params IEnumerable<FindingChange> changes)
    {
        var sink = _application.Services.GetRequiredService<IFindingSink>();
        foreach (var change in changes) sink.Publish(change);
    }

    private async Task<EventReader> ListenAsync(string query = "", string? lastId = null, string of = "findings")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{of}/stream{query}");
        if (lastId is not null) request.Headers.Add("Last-Event-ID", lastId);
        var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventReader(response, await response.Content.ReadAsStreamAsync(Stop));
    }

    /// <summary>Reads events as the HTML Standard parses them (9.2.6), one after the other.</summary>
    private sealed class EventReader(HttpResponseMessage response, Stream stream) : IAsyncDisposable
    {
        private readonly StreamReader _reader = new(stream);

        public async Task<(string Id, string Event, string Data)> ReadAsync()
        {
            string id = "", name = "", data = "";
            while (true)
            {
                var line = await _reader.ReadLineAsync(Stop) ?? throw new EndOfStreamException();
                if (line.Length == 0 && data.Length > 0) return (id, name, data);
                if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
                else if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            }
        }

        public ValueTask DisposeAsync()
        {
            _reader.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
