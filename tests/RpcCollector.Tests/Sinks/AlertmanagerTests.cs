using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Options;
using RpcCollector.Sinks;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Sinks;

/// <summary>What Alertmanager is told, and when; how a real one takes it is shown end to end.</summary>
public sealed class AlertmanagerTests : IDisposable
{
    private static readonly TimeSpan AlertFor = TimeSpan.FromMinutes(6);

    private readonly SinkBench _bench = new();
    private readonly HttpReceiver _receiver = new();

    private long _posts;

    public void Dispose()
    {
        _receiver.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public async Task Open_incident_is_told_with_its_end_ahead_and_again_after_a_third_of_that()
    {
        var sink = Sink();
        _bench.Write(Added(Found("10.0.0.1")));
        await TellAsync(sink);

        var alert = Assert.Single(Told());
        Assert.Equal("/api/v2/alerts", _receiver.Posts[0].Path);
        Assert.Equal("RpcIncident", Label(alert, "alertname"));
        Assert.Equal(("10.0.0.1", "critical"), (Label(alert, "client"), Label(alert, "severity")));
        Assert.Equal(AlertFor, Ends(alert) - _bench.Temporary.Time.Now);
        foreach (var name in (string[])["summary", "description", "techniques", "next", "link"])
            Assert.NotEqual("", alert.GetProperty("annotations").GetProperty(name).GetString());
        Assert.StartsWith("https://sensor.example/rpc/", alert.GetProperty("generatorURL").GetString());

        _bench.Pass(TimeSpan.FromMinutes(1));
        await TellAsync(sink);
        Assert.Empty(Told());
        _bench.Pass(TimeSpan.FromMinutes(1));
        await TellAsync(sink);
        Assert.Equal(AlertFor, Ends(Assert.Single(Told())) - _bench.Temporary.Time.Now);
    }

    [Fact]
    public async Task Incident_that_grows_or_is_acknowledged_stays_the_same_alert()
    {
        var sink = Sink();
        _bench.Write(Added(Found("10.0.0.1")));
        await TellAsync(sink);
        var labels = Assert.Single(Told()).GetProperty("labels").GetRawText();

        _bench.Write(Added(Found("10.0.0.1", "192.0.2.21", seen: 60_000)));
        _bench.Deeds.SetState(Found("10.0.0.1").Id, IncidentState.Acknowledged, why: null, new Said("Ada", null));
        _bench.Pass(AlertFor);
        await TellAsync(sink);

        var told = Assert.Single(Told());
        Assert.Equal((labels, "acknowledged"), (told.GetProperty("labels").GetRawText(), Annotation(told, "state")));
        Assert.True(Ends(told) > _bench.Temporary.Time.Now);
    }

    [Fact]
    public async Task Incident_that_becomes_high_is_another_alert_and_the_first_ends_with_it()
    {
        var sink = Sink();
        var finding = Found("10.0.0.1", severity: FindingSeverity.Medium);
        _bench.Write(Added(finding));
        await TellAsync(sink);
        Assert.Equal("RpcIncidentMedium", Label(Assert.Single(Told()), "alertname"));

        _bench.Write(Revised(finding with { Severity = FindingSeverity.Critical }));
        await TellAsync(sink);

        var told = Told();
        Assert.Equal(["RpcIncidentMedium", "RpcIncident"], told.Select(alert => Label(alert, "alertname")));
        Assert.Equal([true, false], told.Select(alert => Ends(alert) <= _bench.Temporary.Time.Now));
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("withdrawn")]
    [InlineData("suppressed")]
    public async Task What_is_not_open_any_more_ends_and_is_not_told_again(string how)
    {
        var sink = Sink();
        _bench.Write(Added(Found("10.0.0.1")));
        await TellAsync(sink);
        Told();

        End(how);
        _bench.Pass(AlertFor);
        await TellAsync(sink);

        Assert.True(Ends(Assert.Single(Told())) <= _bench.Temporary.Time.Now);
        _bench.Pass(AlertFor);
        await TellAsync(sink);
        Assert.Empty(Told());
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("withdrawn")]
    [InlineData("suppressed")]
    public async Task What_ended_while_either_side_was_down_ends_once_both_are_there(string how)
    {
        await TellAsync(Sink(), () => _bench.Write(Added(Found("10.0.0.1"))));
        Told();
        _receiver.Stop();
        End(how);
        Assert.NotEmpty(await SinkBench.TellAsync(Sink(), mostFailures: 1));
        _bench.Reopen();
        _receiver.Start();

        await TellAsync(Sink());

        Assert.True(Ends(Assert.Single(Told())) <= _bench.Temporary.Time.Now);
    }

    [Fact]
    public async Task All_that_is_open_is_told_again_after_a_restart_of_either_side()
    {
        var sink = Sink();
        for (var number = 0; number < 150; number++) _bench.Write(Added(Found($"10.0.1.{number}", $"192.0.2.{number}")));
        await TellAsync(sink);
        Assert.Equal(150, Told().Select(alert => Label(alert, "incident")).Distinct().Count());

        _bench.Reopen();
        await TellAsync(Sink());

        Assert.Equal(150, Told().Select(alert => Label(alert, "incident")).Distinct().Count());
    }

    [Fact]
    public async Task What_fails_is_told_again_and_one_that_is_refused_keeps_no_other_from_being_told()
    {
        var sink = Sink();
        _bench.Write(Added(Found("10.0.0.1")), Added(Found("10.0.0.2", "192.0.2.21")));
        var refused = Found("10.0.0.1").Id.ToString("x16");
        var attempts = 0;
        _receiver.Answers = post => new Answer(++attempts == 1 ? 503 : post.Text.Contains(refused, StringComparison.Ordinal) ? 400 : 200);

        Assert.Single(await SinkBench.TellAsync(sink, mostFailures: 1));
        Assert.Empty(await SinkBench.TellAsync(sink));

        Assert.Equal(1, sink.Status.Dropped);
        Assert.Equal(["10.0.0.2"], _receiver.Taken.SelectMany(post => post.Json.EnumerateArray()).Select(alert => Label(alert, "client")));
    }

    private SinkRunner Sink() =>
        _bench.Sink(new SinkOptions { Kind = SinkKind.Alertmanager, Url = _receiver.Root + "/", AlertFor = AlertFor });

    private void End(string how)
    {
        var id = Found("10.0.0.1").Id;
        if (how == "closed") _bench.Deeds.Give(id, _bench.Verdict(VerdictMeaning.Malicious));
        else if (how == "withdrawn") _bench.Write(Withdrawn(Found("10.0.0.1")));
        else
        {
            new SuppressionStore(_bench.State, _bench.Clock)
                .Add(new Suppression(0, null, "10.0.0.1", null, "Ada", "known", _bench.Now, null));
        }
    }

    private static async Task TellAsync(SinkRunner sink, Action? first = null)
    {
        first?.Invoke();
        Assert.Empty(await SinkBench.TellAsync(sink));
    }

    /// <summary>What was taken since the last call.</summary>
    private List<JsonElement> Told()
    {
        var told = _receiver.Taken.Skip((int)_posts).SelectMany(post => post.Json.EnumerateArray()).ToList();
        _posts = _receiver.Taken.Count;
        return told;
    }

    private static string? Label(JsonElement alert, string name) => alert.GetProperty("labels").GetProperty(name).GetString();

    private static string? Annotation(JsonElement alert, string name) => alert.GetProperty("annotations").GetProperty(name).GetString();

    private static DateTimeOffset Ends(JsonElement alert) => alert.GetProperty("endsAt").GetDateTimeOffset();
}
