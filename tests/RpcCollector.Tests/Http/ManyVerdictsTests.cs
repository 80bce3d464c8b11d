using System.Net;
using System.Text.Json;
using RpcCollector.Detection;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http;

public sealed class ManyVerdictsTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_verdict_is_given_on_all_that_there_are_and_the_rest_is_named()
    {
        await _host.PublishAsync([.. Enumerable.Range(1, 3).Select(i => Added(Found($"10.0.0.{i}")))]);
        string[] ids = [Id("10.0.0.1"), "00000000000000ff", Id("10.0.0.2"), "00000000000000fe", Id("10.0.0.1")];

        var (status, body) = await GiveAsync(ids, "benign");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"given":2,"missing":["00000000000000ff","00000000000000fe"]}""", body.GetRawText());
        Assert.Equal(["10.0.0.3"], (await _host.JsonAsync("findings")).GetProperty("items").EnumerateArray().Texts("client"));
        Assert.All(
            (await _host.JsonAsync("findings?verdict=benign")).GetProperty("items").EnumerateArray(),
            finding => Assert.Equal("Ada", finding.GetProperty("verdict").Text("who")));
    }

    [Fact]
    public async Task What_is_said_twice_is_said_once()
    {
        await _host.PublishAsync(Added(Found("10.0.0.1")), Added(Found("10.0.0.2")));
        await GiveAsync([Id("10.0.0.1")], "malicious");

        var (_, again) = await GiveAsync([Id("10.0.0.1"), Id("10.0.0.2")], "malicious");

        Assert.Equal("""{"given":2,"missing":[]}""", again.GetRawText());
        Assert.Single((await _host.JsonAsync($"findings/{Id("10.0.0.1")}/verdict")).GetProperty("history").EnumerateArray());

        // Another verdict is another one.
        await GiveAsync([Id("10.0.0.1")], "benign");
        Assert.Equal(2, (await _host.JsonAsync($"findings/{Id("10.0.0.1")}/verdict")).GetProperty("history").GetArrayLength());
    }

    [Fact]
    public async Task Verdict_on_a_withdrawn_finding_lets_it_stand_again_in_an_incident()
    {
        await _host.PublishAsync(Added(Found("10.0.0.1")));
        await _host.PublishAsync(Withdrawn(Found("10.0.0.1")));
        Assert.Equal(0, (await _host.JsonAsync("findings")).GetProperty("total").GetInt32());

        await GiveAsync([Id("10.0.0.1")], "malicious");

        var finding = Assert.Single((await _host.JsonAsync("findings")).GetProperty("items").EnumerateArray());
        Assert.Equal(Id("10.0.0.1"), finding.Text("incident"));
    }

    [Fact]
    public async Task A_thousand_ids_with_the_longest_reason_fit_and_one_more_is_refused()
    {
        await _host.PublishAsync(Added(Found("10.0.0.1")));
        List<string> ids = [.. Enumerable.Range(1, 999).Select(i => $"{i:x16}"), Id("10.0.0.1")];
        var escaped = string.Concat(Enumerable.Repeat("\\u00e9", 2_000));

        var (status, body) = await GiveAsync(ids, "benign", escaped);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((1, 999), (body.GetProperty("given").GetInt32(), body.GetProperty("missing").GetArrayLength()));
        Assert.Equal(HttpStatusCode.BadRequest, (await GiveAsync([.. ids, "00000000000003e8"], "benign")).Status);
    }

    [Fact]
    public async Task Other_bodies_are_bounded_as_before()
    {
        await _host.PublishAsync(Added(Found("10.0.0.1")));
        var tooLong = new string('x', 20_000);

        var (status, body) = await _host.PostAsync(
            $"findings/{Id("10.0.0.1")}/verdict", $$"""{"verdict":"benign","who":"Ada","why":"{{tooLong}}"}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("16384", body.GetProperty("errors").GetProperty("body")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ids":[],"verdict":"benign","who":"Ada","why":"x"}""", "ids")]
    [InlineData("""{"verdict":"benign","who":"Ada","why":"x"}""", "ids")]
    [InlineData("""{"ids":["1"],"verdict":"benign","who":"Ada","why":"x"}""", "ids")]
    [InlineData("""{"ids":[null],"verdict":"benign","who":"Ada","why":"x"}""", "ids")]
    [InlineData("""{"ids":["00000000000000ff"],"verdict":"maybe","who":"Ada","why":"x"}""", "verdict")]
    [InlineData("""{"ids":["00000000000000ff"],"verdict":"benign","why":"x"}""", "who")]
    [InlineData("""{"ids":["00000000000000ff"],"verdict":"benign","who":"Ada"}""", "why")]
    [InlineData(
        """{"ids":["00000000000000ff"],"verdict":"benign","who":"Ada","why":"x","expires_at":"2001-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"ids":"00000000000000ff","verdict":"benign","who":"Ada","why":"x"}""", "body")]
    public async Task Bad_request_is_answered_400_and_its_member_named(string content, string member)
    {
        var (status, body) = await _host.PostAsync("findings/verdicts", content);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(body.GetProperty("errors").TryGetProperty(member, out _), body.ToString());
    }

    private static string Id(string client) => $"{Found(client).Id:x16}";

    private Task<(HttpStatusCode Status, JsonElement Body)> GiveAsync(
        IReadOnlyList<string> ids, string verdict, string why = "one change") =>
        _host.PostAsync(
            "findings/verdicts",
            $$"""{"ids":[{{string.Join(",\n", ids.Select(id => $"\"{id}\""))}}],"verdict":"{{verdict}}","who":"Ada","why":"{{why}}"}""");
}
