using System.Net;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Detection.Advice;
using RpcCollector.Flows;
using RpcCollector.Naming;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http;

public sealed class AdviceApiTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_kind_is_told_with_all_its_parts_and_a_document_for_each_fact()
    {
        using var page = await ReadAsync("/api/v1/kinds");
        var items = page.RootElement.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(
            KebabCase<FindingKind>.All.Select(KebabCase<FindingKind>.Of), items.Select(item => item.GetProperty("kind").GetString()));
        foreach (var item in items)
        {
            Assert.Equal(3, item.GetProperty("questions").GetArrayLength());
            foreach (var part in (string[])["malicious", "harmless", "events", "processes", "hardening"])
            {
                Assert.NotEmpty(item.GetProperty(part).EnumerateArray());
                var urls = item.GetProperty(part).EnumerateArray()
                    .Select(fact => fact.GetProperty("source").GetProperty("url").GetString());
                Assert.All(urls, url => Assert.StartsWith("https://", url, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task One_kind_is_read_by_its_name_in_either_case_and_an_unknown_one_is_not_found()
    {
        using var kind = await ReadAsync("/api/v1/kinds/DC-Sync");

        Assert.Equal("dc-sync", kind.RootElement.GetProperty("kind").GetString());
        Assert.Equal(["drsuapi", "netlogon"], kind.RootElement.GetProperty("interfaces").EnumerateArray().Select(one => one.GetString()));
        foreach (var unknown in (string[])["DcSync2", "24", "%27", "..%2f"])
        {
            using var answer = await _host.Client.GetAsync($"/api/v1/kinds/{unknown}", Stop);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task What_to_look_at_next_for_a_finding_names_its_hosts_and_minutes()
    {
        var finding = Found("10.0.0.1", "2001:db8::20", FindingKind.RemoteService) with { Operations = ["svcctl::CreateServiceW"] };
        await _host.PublishAsync(Added(finding));

        using var next = await ReadAsync($"/api/v1/findings/{finding.Id:x16}/next");
        var root = next.RootElement;

        Assert.Equal("remote-service", root.GetProperty("kind").GetString());
        Assert.Equal("created a service on", root.GetProperty("deed").GetString());
        Assert.Equal("2025-12-31T23:58:00.000Z", root.GetProperty("since").GetString());
        Assert.Equal("2026-01-01T00:06:00.000Z", root.GetProperty("until").GetString());
        Assert.Equal(
            "On the server 2001:db8::20, look for events 7045 and 4697 (a new service) between 2025-12-31 23:58 and 2026-01-01 00:06 UTC.",
            root.GetProperty("next_step").GetString());
        var first = root.GetProperty("events")[0];
        Assert.Equal(7045, first.GetProperty("id").GetInt32());
        Assert.Equal("the server 2001:db8::20", first.GetProperty("on").GetProperty("in_words").GetString());
        Assert.Equal("2001:db8::20", first.GetProperty("on").GetProperty("addresses")[0].GetString());
        Assert.Equal(
            KebabCase<AdviceTool>.All.Select(KebabCase<AdviceTool>.Of),
            root.GetProperty("filters").EnumerateArray().Select(filter => filter.GetProperty("tool").GetString()).Distinct()
                .OrderBy(tool => KebabCase<AdviceTool>.TryParse(tool, out var known) ? known : 0));
    }

    [Fact]
    public async Task What_to_look_at_next_is_told_for_a_finding_of_every_kind_hidden_and_withdrawn_ones_too()
    {
        var findings = KebabCase<FindingKind>.All.Select(kind => Found("10.0.0.1", kind: kind) with { Server = null, NumServers = 3 })
            .Select(finding => finding with { Id = FindingId.Of(finding.Kind, finding.Client, null) }).ToList();
        await _host.PublishAsync([.. findings.Select(Added)]);
        await _host.PublishAsync(Withdrawn(findings[0]));

        foreach (var finding in findings)
        {
            using var next = await ReadAsync($"/api/v1/findings/{finding.Id:x16}/next");
            Assert.InRange(next.RootElement.GetProperty("next_step").GetString()!.Length, 40, NextStepText.MaxLength);
        }
    }

    [Theory]
    [InlineData("0000000000000001")]
    [InlineData("x")]
    public async Task What_to_look_at_next_for_no_finding_is_not_found(string id)
    {
        using var answer = await _host.Client.GetAsync($"/api/v1/findings/{id}/next", Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public void What_the_store_keeps_of_a_finding_gives_the_same_advice_as_the_finding_itself()
    {
        var finding = Found("10.0.0.1", "192.0.2.20", FindingKind.WmiInvoke);

        Assert.Equal(
            FindingAdvice.For(finding).NextStep,
            KindAdvice.NextStep(new AdviceSubject
            {
                Kind = finding.Kind,
                Client = HostAddress.Parse("10.0.0.1"),
                Server = HostAddress.Parse("192.0.2.20"),
                FirstSeenUnixMilliseconds = finding.FirstSeenUnixMilliseconds,
                LastSeenUnixMilliseconds = finding.LastSeenUnixMilliseconds,
            }));
    }

    private async Task<JsonDocument> ReadAsync(string path)
    {
        using var answer = await _host.Client.GetAsync(path, Stop);
        var body = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body);
    }
}
