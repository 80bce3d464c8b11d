using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RpcCollector.Detection;
using RpcCollector.Options;
using RpcCollector.Sinks;
using RpcCollector.Store.Incidents;
using RpcCollector.Tests.Captures;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Sinks;

public sealed class WebhookTests : IDisposable
{
    private const string Secret = "correct horse battery staple";

    private readonly SinkBench _bench = new();
    private readonly HttpReceiver _receiver = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _receiver.Dispose();
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_incident_is_told_in_order_and_once_while_all_is_well()
    {
        var sink = _bench.Sink(Hook());
        for (var number = 1; number <= 40; number++) _bench.Write(Added(Found($"10.0.0.{number}", $"192.0.2.{number}")));

        Assert.Empty(await SinkBench.TellAsync(sink));

        Assert.Equal(
            Enumerable.Range(1, 40).Select(number => EcsId($"10.0.0.{number}", $"192.0.2.{number}")),
            _receiver.Taken.Select(post => Own(post, "id")));
        Assert.Equal(40, _receiver.Posts.Select(post => post.Key).Distinct().Count());
        Assert.Equal((40, 0, 0), (sink.Status.Sent, sink.Status.Failures, sink.Waiting().Count));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task What_the_other_side_cannot_take_now_is_told_again_under_the_same_key_and_before_what_comes_after(int status)
    {
        var sink = _bench.Sink(Hook());
        var attempts = 0;
        _receiver.Answers = _ => new Answer(++attempts <= 7 ? status : 200);
        _bench.Write(Added(Found("10.0.0.1")));
        _bench.Write(Added(Found("10.0.0.2", "192.0.2.21")));

        var failures = await TellAllAsync(sink);

        Assert.Equal(7, failures.Count);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), failures[0].Reason);
        Assert.Single(_receiver.Posts.Take(8).Select(post => post.Key).Distinct());
        Assert.Equal([EcsId("10.0.0.1"), EcsId("10.0.0.2", "192.0.2.21")], _receiver.Taken.Select(post => Own(post, "id")));
        Assert.Equal(0, sink.Status.Dropped);
        Assert.Single(_bench.Log, line => line.Contains("cannot tell", StringComparison.Ordinal));
        Assert.Single(_bench.Log, line => line.Contains("again.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task What_is_refused_for_its_content_is_given_up_after_five_attempts_and_blocks_nothing(int status)
    {
        var sink = _bench.Sink(Hook());
        _receiver.Answers = post => new Answer(Own(post, "id") == EcsId("10.0.0.1") ? status : 200);
        _bench.Write(Added(Found("10.0.0.1")));
        _bench.Write(Added(Found("10.0.0.2", "192.0.2.21")));

        await TellAllAsync(sink);

        Assert.Equal(5, _receiver.Posts.Count(post => post.Status == status));
        Assert.Equal([EcsId("10.0.0.2", "192.0.2.21")], _receiver.Taken.Select(post => Own(post, "id")));
        Assert.Equal(1, sink.Status.Dropped);
        Assert.Single(_bench.Log, line => line.Contains("gives up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_day_of_outage_and_restarts_of_both_sides_lose_nothing()
    {
        _bench.Sink(Hook());
        _receiver.Stop();
        var wanted = new List<string>();
        for (var hour = 0; hour < 24; hour++)
        {
            _bench.Write(Added(Found($"10.0.1.{hour}", $"192.0.2.{hour}", seen: hour * 3_600_000)));
            wanted.Add(EcsId($"10.0.1.{hour}", $"192.0.2.{hour}"));
            _bench.Pass(TimeSpan.FromHours(1));
            _bench.Incidents.Trim(_bench.Now, _bench.Now);
            _bench.Reopen();
            Assert.NotEmpty(await SinkBench.TellAsync(_bench.Sink(Hook()), mostFailures: 1));
        }

        _receiver.Start();
        var sink = _bench.Sink(Hook());
        Assert.Equal(24, sink.Waiting().Count);
        await TellAllAsync(sink);

        Assert.Equal(wanted, _receiver.Taken.Select(post => Own(post, "id")));
    }

    [Fact]
    public async Task What_was_told_just_before_a_crash_is_told_again_under_the_same_key()
    {
        _bench.Sink(Hook());
        _bench.Write(Added(Found("10.0.0.1")));
        await SinkBench.TellAsync(_bench.Sink(Hook()));
        var first = Assert.Single(_receiver.Taken);

        // The place in the journal was not kept: the process ended between the answer and the disk.
        _bench.Outbox.Advance("webhook", 0);
        _bench.Reopen();
        await SinkBench.TellAsync(_bench.Sink(Hook()));

        Assert.Equal([first.Key, first.Key], _receiver.Taken.Select(post => post.Key));
    }

    [Fact]
    public async Task Every_request_is_signed_so_that_its_receiver_can_verify_it()
    {
        var sink = _bench.Sink(Hook(options => options.SecretFile = _folder.Write("secret", Encoding.UTF8.GetBytes(Secret + "\n"))));
        _bench.Write(Added(Found("10.0.0.1")));

        await SinkBench.TellAsync(sink);

        var post = Assert.Single(_receiver.Taken);
        var signed = Encoding.UTF8.GetBytes($"{post.Headers["X-RpcCollector-Timestamp"]}.{post.Text}");
        Assert.Equal(
            $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed))}",
            post.Headers["X-RpcCollector-Signature"]);
        Assert.Equal(_bench.Now / 1000, long.Parse(post.Headers["X-RpcCollector-Timestamp"], CultureInfo.InvariantCulture));
        Assert.Equal("incident-added", post.Headers["X-RpcCollector-Event"]);
    }

    [Fact]
    public async Task Secrets_are_shown_nowhere_and_changed_without_a_restart()
    {
        var (token, url) = (_folder.Write("token", "s3cr3t-one"u8.ToArray()), _folder.Write("url", "nothing"u8.ToArray()));
        await File.WriteAllTextAsync(url, _receiver.Root + "/services/T00/B00/s3cr3t-path\n", SinkBench.Stop);
        var sink = _bench.Sink(new SinkOptions { Kind = SinkKind.Webhook, UrlFile = url, BearerFile = token });
        _receiver.Answers = post => new Answer(post.Headers["Authorization"] == "Bearer s3cr3t-two" ? 200 : 403, $"no {post.Path}");
        _bench.Write(Added(Found("10.0.0.1")));
        Assert.Single(await SinkBench.TellAsync(sink, mostFailures: 1));

        await File.WriteAllTextAsync(token, "s3cr3t-two", SinkBench.Stop);
        Assert.Empty(await SinkBench.TellAsync(sink));

        Assert.Equal("/services/T00/B00/s3cr3t-path", Assert.Single(_receiver.Taken).Path);
        Assert.Equal($"{_receiver.Root}/…", sink.Status.Target);
        Assert.DoesNotContain("s3cr3t", $"{sink.Status.Last.Error} {string.Join(' ', _bench.Log)}");
    }

    [Fact]
    public async Task Redirects_are_not_followed_and_how_long_to_wait_is_heeded()
    {
        var sink = _bench.Sink(Hook());
        _bench.Write(Added(Found("10.0.0.1")));
        _receiver.Answers = _ => new Answer(302, Location: _receiver.Root + "/elsewhere");
        Assert.Contains("redirects", Assert.Single(await SinkBench.TellAsync(sink, mostFailures: 1)).Reason);
        _receiver.Answers = _ => new Answer(429, RetryAfter: "90");

        var failure = Assert.Single(await SinkBench.TellAsync(sink, mostFailures: 1));

        Assert.DoesNotContain(_receiver.Posts, post => post.Path == "/elsewhere");
        Assert.Equal(TimeSpan.FromSeconds(90), failure.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(90), SinkBackoff.Usual.Next(failure.RetryAfter));
    }

    [Fact]
    public void Attempts_come_ever_more_seldom_from_a_second_to_a_minute()
    {
        var backoff = SinkBackoff.Usual;

        var waits = Enumerable.Range(0, 100).Select(_ => backoff.Next(asked: null).TotalSeconds).ToList();

        Assert.InRange(waits[0], 0.8, 1);
        Assert.All(waits.Skip(7), wait => Assert.InRange(wait, 48, 60));
        Assert.Equal(TimeSpan.FromMinutes(10), backoff.Next(TimeSpan.FromDays(3)));
    }

    [Fact]
    public async Task What_is_less_severe_or_hidden_is_not_told_but_that_a_person_closed_it_is()
    {
        var sink = _bench.Sink(Hook(options => options.MinSeverity = FindingSeverity.High));
        var (high, medium) = (Found("10.0.0.1"), Found("10.0.0.2", "192.0.2.21", severity: FindingSeverity.Medium));
        _bench.Write(Added(high), Added(medium));
        await SinkBench.TellAsync(sink);
        _bench.Deeds.Give(high.Id, _bench.Verdict(VerdictMeaning.Benign));
        _bench.Write(Revised(Found("10.0.0.1", count: 9)));
        _bench.Pass(TimeSpan.FromMinutes(1));
        _bench.Incidents.Trim(_bench.Now, _bench.Now);

        await SinkBench.TellAsync(sink);

        Assert.Equal(["added", "state"], _receiver.Taken.Select(post => Own(post, "event")));
        Assert.Equal(("closed", "benign"), (Own(_receiver.Taken[1], "state"), Own(_receiver.Taken[1], "verdict")));
    }

    [Theory]
    [InlineData(WebhookFormat.Slack)]
    [InlineData(WebhookFormat.Mattermost)]
    [InlineData(WebhookFormat.Teams)]
    [InlineData(WebhookFormat.Thehive)]
    public async Task People_read_what_happened_why_and_what_to_do_and_no_name_becomes_a_link_or_a_mention(WebhookFormat format)
    {
        var sink = _bench.Sink(Hook(options => options.Format = format));
        _bench.Write(Added(Found("10.0.0.1") with { Reason = "<!channel> @all [click](http://evil.example) & <b>" }));

        await SinkBench.TellAsync(sink);

        var post = Assert.Single(_receiver.Taken);
        var texts = Strings(post.Json).ToList();
        var all = string.Join('\n', texts);
        Assert.Contains("10.0.0.1", all);
        Assert.Contains("T1021.003", all);
        Assert.Contains("https://sensor.example/rpc/", all);
        Assert.DoesNotContain("<!channel>", all);
        if (format != WebhookFormat.Slack) Assert.DoesNotContain("@all", all);
        if (format != WebhookFormat.Slack) Assert.DoesNotContain("[click](", all);
    }

    [Fact]
    public async Task TheHive_that_has_an_alert_already_has_been_told()
    {
        var sink = _bench.Sink(Hook(options => options.Format = WebhookFormat.Thehive));
        _receiver.Answers = _ => new Answer(400, """{"type":"CreateError","message":"Alert already exists"}""");
        _bench.Write(Added(Found("10.0.0.1")));

        Assert.Empty(await SinkBench.TellAsync(sink));

        Assert.Equal((1, 0), (sink.Status.Sent, sink.Status.Dropped));
        var alert = _receiver.Posts[0].Json;
        Assert.Equal((EcsId("10.0.0.1"), 3), (alert.GetProperty("sourceRef").GetString(), alert.GetProperty("severity").GetInt32()));
    }

    [Fact]
    public async Task Findings_are_told_beside_incidents_to_who_wants_both()
    {
        var sink = _bench.Sink(Hook(options => options.Sends = SinkContent.Both));
        _bench.Write(Added(Found("10.0.0.1")));

        await SinkBench.TellAsync(sink);

        Assert.Equal(["finding-added", "incident-added"], _receiver.Taken.Select(post => post.Headers["X-RpcCollector-Event"]));
    }

    private SinkOptions Hook(Action<SinkOptions>? set = null)
    {
        var options = new SinkOptions { Kind = SinkKind.Webhook, Url = _receiver.Url };
        set?.Invoke(options);
        return options;
    }

    private static async Task<List<SinkFailure>> TellAllAsync(SinkRunner sink)
    {
        var all = new List<SinkFailure>();
        while (sink.Waiting().Count > 0)
            all.AddRange(await SinkBench.TellAsync(sink, mostFailures: 1).ContinueWith(Noted, TaskScheduler.Default));
        return all;

        IReadOnlyList<SinkFailure> Noted(Task<IReadOnlyList<SinkFailure>> told)
        {
            foreach (var failure in told.Result) sink.Status.Fail(failure.Reason, 0);
            return told.Result;
        }
    }

    private static IEnumerable<string> Strings(System.Text.Json.JsonElement json) => json.ValueKind switch
    {
        System.Text.Json.JsonValueKind.String => [json.GetString()!],
        System.Text.Json.JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
        System.Text.Json.JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Strings(property.Value)),
        _ => [],
    };

    private static string? Own(Posted post, string name) => post.Json.GetProperty("rpc_collector").GetProperty(name).GetString();

    private static string EcsId(string client, string server = "192.0.2.20") => Found(client, server).Id.ToString("x16");
}
