using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>From a line of eve.json to an activity and a finding, in a running collector.</summary>
public sealed class SuricataLiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _port = 50_000;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_Suricata_writes_is_activity_and_finding_and_every_line_is_accounted_for()
    {
        var file = _folder.PathOf("eve.json");
        await using var collector = await LiveCollector.StartAsync(_folder, $"--Suricata:Files:0={file}");

        // Whatever is in the file when it is first looked at is old, so that the sensor writes on until it has been heard.
        var activities = await collector.UntilAsync(
            () =>
            {
                File.AppendAllText(file, DcSync());
                return collector.ActivitiesAsync();
            },
            found => found.Any(activity => activity.IsJoined));
        await collector.UntilAsync(
            () => collector.ListedFindingsAsync("&kind=dc-sync"), found => found.Any(finding => finding.Client == "10.20.1.15"));

        Assert.Contains(activities, activity => activity.Pair == ("car", "10.20.1.15", "10.20.0.10"));
        var metrics = await collector.UntilAsync(collector.MetricsAsync, metrics => metrics.Sum("rpc_collector_in_progress") == 0);
        Accounts.AssertEachHopAddsUp(metrics);
        Assert.NotEqual(0, Accounts.Used(metrics, "suricata_lines"));
        Assert.Equal(0, Accounts.Received(metrics, "zeek_lines"));
    }

    private string DcSync()
    {
        var now = DateTimeOffset.UtcNow;
        var (mapper, endpoint) = (_port++, _port++);
        return Flow(now.AddMilliseconds(-500), mapper, 135) + Flow(now.AddMilliseconds(-490), endpoint, 49_667) +
            Head("dcerpc", now, endpoint, 49_667) + "\"dcerpc\":{\"request\":\"REQUEST\",\"req\":{\"opnum\":3},\"interfaces\":" +
            "[{\"uuid\":\"e3514235-4b06-11d1-ab04-00c04fc2dcd2\",\"version\":\"4.0\"}]}}\n";
    }

    private static string Flow(DateTimeOffset start, int clientPort, int serverPort) =>
        Head("flow", start.AddSeconds(1), clientPort, serverPort) +
        $"\"flow\":{{\"pkts_toserver\":6,\"pkts_toclient\":5,\"start\":\"{Iso(start)}\",\"end\":\"{Iso(start.AddMilliseconds(400))}\"}}," +
        "\"tcp\":{\"tcp_flags_ts\":\"1b\",\"tcp_flags_tc\":\"1b\"}}\n";

    private static string Head(string type, DateTimeOffset at, int clientPort, int serverPort) =>
        $"{{\"timestamp\":\"{Iso(at)}\",\"flow_id\":{clientPort},\"event_type\":\"{type}\",\"src_ip\":\"10.20.1.15\"," +
        $"\"src_port\":{clientPort},\"dest_ip\":\"10.20.0.10\",\"dest_port\":{serverPort},\"proto\":\"TCP\",";

    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture) + "+0000";
}
