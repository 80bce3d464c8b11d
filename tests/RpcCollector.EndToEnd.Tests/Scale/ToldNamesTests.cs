using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>A sensor whose logs tell names and logons, and a judge that shows them.</summary>
public sealed class ToldNamesTests : IDisposable
{
    private const string Client = "10.20.1.15";
    private const string Server = "10.20.0.5";

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _ofJudge = new();
    private readonly TemporaryFolder _ofSensor = new();
    private readonly ZeekAttack _attack = new(Client, Server);

    public void Dispose()
    {
        _folder.Dispose();
        _ofJudge.Dispose();
        _ofSensor.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("oslo")]
    public async Task Judge_names_hosts_and_who_logged_on_by_the_logs_of_a_sensor_also_after_kill(string? site)
    {
        var at = site is null ? "" : $"@{site}";
        await using var broker = await NatsServer.StartAsync(_folder);
        string[] common = [$"--Scale:Nats:Urls:0={broker.Url}"];
        string[] ofJudge = ["--Scale:Role=judge", $"--Judgement:Roles:0={Server}{at}=domain-controller", .. common];
        var zeek = Directory.CreateDirectory(_folder.PathOf("zeek")).FullName;
        string[] ofSite = site is null ? [] : [$"--Scale:Site={site}"];
        await using (var judge = await LiveCollector.StartAsync(_ofJudge, ofJudge))
        {
            await using var sensor = await LiveCollector.StartAsync(
                _ofSensor, ["--Scale:Role=sensor", "--Scale:Name=a", $"--Zeek:Folders:0=192.0.2.1={zeek}", .. ofSite, .. common]);

            // What is in a log when it is first looked at is old, so that it is written on until it has been heard.
            await judge.UntilAsync(
                () =>
                {
                    _attack.Write(zeek, "pc-0412");
                    return NamedAsync(judge);
                },
                static named => named == ("pc-0412", "dhcp", "alice"));
            await judge.UntilAsync(
                () => Task.FromResult(StateFile.Contains(_ofJudge.PathOf("data"), "pc-0412")), static isKept => isKept);
            await judge.KillAsync();
        }

        await using var again = await LiveCollector.StartAsync(_ofJudge, ofJudge);
        Assert.Equal(("pc-0412", "dhcp", "alice"), await NamedAsync(again));
        var host = await again.JsonAsync($"/api/v1/hosts/{Client}{at}");
        Assert.Contains("pc-0412", host.GetRawText(), StringComparison.Ordinal);

        async Task<(string?, string?, string?)> NamedAsync(LiveCollector judge)
        {
            var found = (await judge.JsonAsync($"/api/v1/findings?kind=dc-sync&client={Client}{at}")).GetProperty("items");
            if (found.GetArrayLength() == 0) return default;
            var users = found[0].TryGetProperty("users", out var list) ? list.GetRawText() : "";
            return (
                Text(found[0], "client_name"), Text(found[0], "client_name_source"),
                users.Contains("alice", StringComparison.Ordinal) ? "alice" : null);
        }
    }

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;
}
