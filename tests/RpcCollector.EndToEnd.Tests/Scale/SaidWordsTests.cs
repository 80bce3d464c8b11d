using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>What people say to a judge, and the broker between it and the one that takes its place.</summary>
public sealed class SaidWordsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _ofJudge = new();

    public void Dispose()
    {
        _folder.Dispose();
        _ofJudge.Dispose();
    }

    [Fact]
    public async Task Token_note_and_state_of_an_incident_are_known_to_the_judge_that_takes_over()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        await using var scaled = await ScaledCollector.StartAsync(broker.Url, correlators: 0, ports: null, "--Scale:Lease=00:00:05");
        await scaled.StartOtherAsync();
        var (judge, other) = (scaled.Judge, scaled.Other!);
        using var exporter = new LoopbackExporter("127.0.0.9");
        await exporter.SendPairAsync(scaled.Sensors[0].UdpPort, "10.0.0.1", "10.0.1.1");
        var incident = (await judge.UntilAsync(() => IncidentsAsync(judge), found => found.Count > 0))[0];
        await other.UntilAsync(() => IncidentsAsync(other), found => found.Contains(incident));

        var path = $"/api/v1/incidents/{incident}";
        await ToldAsync(judge, $"{path}/state", """{"state":"acknowledged","who":"Ada","why":"mine"}""");
        await ToldAsync(judge, $"{path}/notes", """{"note":"asked the helpdesk","who":"Ada"}""");
        var made = await ToldAsync(judge, "/api/v1/tokens", """{"name":"grafana","role":"reader","expires_in_days":7}""");
        var secret = made.GetProperty("token").GetString()!;
        await judge.KillAsync();

        await other.UntilAsync(() => other.StatusAsync("/readyz"), status => status == HttpStatusCode.OK);
        var known = JsonElement.Parse(await other.TextAsync(path));
        Assert.Equal("acknowledged", known.GetProperty("incident").GetProperty("state").GetString());
        Assert.Contains("asked the helpdesk", known.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("grafana", await other.TextAsync("/api/v1/tokens"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(other, secret));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(other, secret[..^4] + "AAAA"));
    }

    [Fact]
    public async Task Stream_that_a_former_version_made_without_the_subject_is_given_it()
    {
        await using var broker = await NatsServer.StartAsync(_folder);
        var subjects = string.Join(',', Enumerable.Range(0, 16).Select(number => $"\"ACT.{number}\"").Append("\"ACT.told\""));
        await broker.PublishAsync(
            "$JS.API.STREAM.CREATE.ACT",
            $$"""
            {"name":"ACT","subjects":[{{subjects}}],"retention":"limits","storage":"file","discard":"old","num_replicas":1,
            "max_consumers":-1,"max_msgs":-1,"max_bytes":-1,"max_age":0}
            """);

        await using var judge = await LiveCollector.StartAsync(_ofJudge, ["--Scale:Role=judge", $"--Scale:Nats:Urls:0={broker.Url}"]);
        var told = await judge.UntilAsync(
            () => judge.PostAsync("/api/v1/suppressions", """{"client":"10.0.0.9","who":"Ada","why":"x"}"""),
            answer => answer.Status != HttpStatusCode.ServiceUnavailable);

        Assert.True(told.Status == HttpStatusCode.Created, told.Body);
    }

    private static async Task<List<string>> IncidentsAsync(LiveCollector judge)
    {
        var page = JsonElement.Parse(await judge.TextAsync("/api/v1/incidents"));
        return [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
    }

    /// <summary>What the judge answers to whoever has a token.</summary>
    private static async Task<HttpStatusCode> AskAsync(LiveCollector judge, string token)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.GetAsync(
            new Uri($"http://127.0.0.1:{judge.HttpPort}/api/v1/incidents"), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>Says it as a person would: where the judge cannot take it just now (503), once more.</summary>
    private static async Task<JsonElement> ToldAsync(LiveCollector judge, string path, string json)
    {
        var (status, body) = await judge.UntilAsync(
            () => judge.SendAsync(HttpMethod.Post, path, json), answer => answer.Status != HttpStatusCode.ServiceUnavailable);
        Assert.True((int)status is >= 200 and < 300, $"{path}: {(int)status} {body}");
        return body;
    }
}
