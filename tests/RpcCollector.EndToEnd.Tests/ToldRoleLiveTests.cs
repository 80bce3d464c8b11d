using System.Net;
using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>Roles that people tell a running collector, however it ends.</summary>
public sealed class ToldRoleLiveTests : IDisposable
{
    private const string Manager = """{"role":"management-server","who":"Ada <script>","why":"the deployment"}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Role_that_was_answered_survives_kill_9_and_later_findings_name_who_told_it()
    {
        using var exporter = new LoopbackExporter("127.0.0.1");
        await using (var collector = await LiveCollector.StartAsync(_folder))
        {
            await exporter.SendPairAsync(collector.UdpPort, "10.0.0.1", "10.0.1.1");
            await collector.UntilAsync(() => collector.ListedFindingsAsync(), findings => findings.Count == 1);
            Assert.Equal(HttpStatusCode.OK, (await collector.SendAsync(HttpMethod.Put, "/api/v1/hosts/10.0.0.1/role", Manager)).Status);
            Assert.Equal(HttpStatusCode.OK, (await collector.SendAsync(
                HttpMethod.Put, "/api/v1/roles", """{"address":"10.0.1.0/24","role":"workstation","who":"Ada","why":"floor 1"}""")).Status);
            await collector.KillAsync();
        }

        await using (var again = await LiveCollector.StartAsync(_folder))
        {
            Assert.Equal(
                ["10.0.0.1", "10.0.1.0/24"],
                (await again.JsonAsync("/api/v1/roles")).GetProperty("items").EnumerateArray()
                    .Select(role => role.TryGetProperty("prefix", out var prefix) ? prefix.GetString() : Text(role, "address")));
            Assert.Equal("management-server", await RoleAsync(again, "10.0.0.1"));
            await exporter.SendPairAsync(again.UdpPort, "10.0.0.1", "10.0.1.2");
            var findings = await again.UntilAsync(() => FindingsAsync(again), findings => findings.Count == 2);

            // What was shown before stands; what came after is judged by the role.
            var (before, after) = (findings.Single(finding => Text(finding, "server") is "10.0.1.1"),
                findings.Single(finding => Text(finding, "server") is "10.0.1.2"));
            Assert.Equal(("medium", "low"), (Text(before, "severity"), Text(after, "severity")));
            Assert.Contains("; 10.0.0.1 is a management server, told by \"Ada <script>\"", Text(after, "reason"), StringComparison.Ordinal);
            Assert.EndsWith("; 10.0.1.2 is a workstation, told by Ada", Text(after, "reason"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await again.SendAsync(HttpMethod.Delete, "/api/v1/hosts/10.0.0.1/role")).Status);
            await again.KillAsync();
        }

        await using (var third = await LiveCollector.StartAsync(_folder))
        {
            Assert.NotEqual("management-server", await RoleAsync(third, "10.0.0.1"));
            Assert.Equal("workstation", await RoleAsync(third, "10.0.1.2"));
            Assert.Equal(0, await third.StopAsync());
        }

        // The settings outrank it, and say so.
        await using var told = await LiveCollector.StartAsync(_folder, "--Judgement:Roles:0=10.0.1.0/24=server");
        Assert.Equal("server", await RoleAsync(told, "10.0.1.2"));
        var (status, problem) = await told.SendAsync(HttpMethod.Put, "/api/v1/hosts/10.0.1.2/role", Manager);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Judgement:Roles:0", Text(problem, "detail"), StringComparison.Ordinal);
        Assert.False((await told.JsonAsync("/api/v1/roles")).GetProperty("items").EnumerateArray().Last().GetProperty("acts").GetBoolean());
    }

    [Fact]
    public async Task Network_learning_and_coverage_are_answered_by_the_program()
    {
        using var exporter = new LoopbackExporter("127.0.0.1");
        await using var collector = await LiveCollector.StartAsync(_folder);
        for (var i = 1; i <= 5; i++) await exporter.SendPairAsync(collector.UdpPort, $"10.0.1.{i}", "10.0.0.1");
        await collector.UntilAsync(
            () => collector.JsonAsync("/api/v1/network"), network => network.GetProperty("total_edges").GetInt32() == 5);

        Assert.Equal(6, (await collector.JsonAsync("/api/v1/learning")).GetProperty("hosts").GetInt32());
        var covered = (await collector.JsonAsync("/api/v1/coverage")).GetProperty("prefixes")[0];
        Assert.Equal(
            ("10.0.1.0/24", 5, "127.0.0.1"),
            (Text(covered, "prefix"), covered.GetProperty("hosts").GetInt32(), covered.GetProperty("exporters")[0].GetString()));
        Assert.Equal(5, (await collector.JsonAsync("/api/v1/hosts/10.0.0.1")).GetProperty("as_server_total").GetInt32());
    }

    private static async Task<string?> RoleAsync(LiveCollector collector, string host) =>
        Text((await collector.JsonAsync($"/api/v1/hosts/{host}")).GetProperty("host"), "role");

    private static async Task<List<JsonElement>> FindingsAsync(LiveCollector collector) =>
        [.. (await collector.JsonAsync("/api/v1/findings?limit=100")).GetProperty("items").EnumerateArray()];

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();
}
