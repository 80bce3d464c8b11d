using System.Globalization;
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
    private int _port = 50_000;

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
                    WriteAttack(zeek);
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

    private void WriteAttack(string zeek)
    {
        var now = DateTimeOffset.UtcNow;
        var (mapper, endpoint) = (_port++, _port++);
        Write("dhcp.log",
            $"{{\"ts\":{Seconds(now.AddSeconds(-60))},\"uids\":[\"C0\"],\"mac\":\"02:00:0a:14:01:0f\",\"host_name\":\"pc-0412\"," +
            $"\"assigned_addr\":\"{Client}\",\"lease_time\":28800.0,\"msg_types\":[\"REQUEST\",\"ACK\"]}}");
        Write("ntlm.log", $"{{{Head(now.AddSeconds(-1), endpoint, 49_667)},\"username\":\"alice\",\"domainname\":\"CORP\"," +
            "\"server_dns_computer_name\":\"dc-01.corp.example\",\"success\":true}");
        Write("conn.log", Flow(now.AddMilliseconds(-500), mapper, 135));
        Write("conn.log", Flow(now.AddMilliseconds(-490), endpoint, 49_667));
        Write("dce_rpc.log", $"{{{Head(now, endpoint, 49_667)},\"endpoint\":\"drsuapi\",\"operation\":\"DRSGetNCChanges\"}}");

        void Write(string log, string line) => File.AppendAllText(Path.Combine(zeek, log), line + "\n");
    }

    private static string Flow(DateTimeOffset start, int clientPort, int serverPort) =>
        $"{{{Head(start, clientPort, serverPort)},\"proto\":\"tcp\",\"duration\":0.4,\"conn_state\":\"SF\",\"history\":\"ShADadFf\"," +
        "\"orig_pkts\":6,\"resp_pkts\":5}";

    private static string Head(DateTimeOffset at, int clientPort, int serverPort) =>
        $"\"ts\":{Seconds(at)},\"uid\":\"C{clientPort}\",\"id.orig_h\":\"{Client}\",\"id.orig_p\":{clientPort}," +
        $"\"id.resp_h\":\"{Server}\",\"id.resp_p\":{serverPort}";

    private static string Seconds(DateTimeOffset at) =>
        (at.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
}
