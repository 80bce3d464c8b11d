using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using RpcCollector.EndToEnd.Tests.Live;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>What docker/scale offers, as processes: broker, users and services.</summary>
public sealed class ComposedCollectorTests
{
    [Fact]
    public async Task Services_find_what_a_sensor_hears_also_without_one_of_the_servers_and_need_no_more_than_they_may_do()
    {
        await using var composed = await ComposedCollector.StartBrokerAsync();
        await composed.StartAsync("compose.yaml", "judge");
        await composed.StartAsync("compose.yaml", "judge-standby", isReady: false);
        await composed.StartAsync("compose.yaml", "correlator-1");
        await composed.StartAsync("compose.yaml", "correlator-2");
        await composed.StartAsync("sensor.yaml", "sensor");
        using var exporter = new LoopbackExporter("127.0.0.9");
        var (judge, standby, sensor) = (composed["judge"], composed["judge-standby"], composed["sensor"]);

        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.1", "10.0.1.1");
        foreach (var one in (LiveCollector[])[judge, standby]) await JoinedAsync(one, 1);
        foreach (var name in (string[])["correlator-1", "correlator-2"])
            await judge.UntilAsync(composed[name].MetricsAsync, metrics => metrics.Sum("rpc_collector_log_owned") == 8);
        await judge.UntilAsync(
            () => judge.TextAsync("/api/v1/sensors"), text => text.Contains("\"reporting\"", StringComparison.Ordinal));

        // What is kept once in a while, and what is given back at an end, is tried too.
        await judge.UntilAsync(
            () => Task.FromResult(composed.Servers.All(server => !server.HasExited)), static isRunning => isRunning);
        Assert.Equal(0, await composed["correlator-1"].StopAsync());
        await judge.UntilAsync(composed["correlator-2"].MetricsAsync, metrics => metrics.Sum("rpc_collector_log_owned") == 16);
        var log = string.Concat(composed.Servers.Select(server => server.Transcript));
        Assert.DoesNotContain("Violation", log, StringComparison.Ordinal);

        await composed.Servers[1].KillAsync();
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.2", "10.0.1.2");
        await JoinedAsync(judge, 2);
    }

    [Fact]
    public async Task Each_user_is_refused_what_its_role_need_not_do()
    {
        await using var composed = await ComposedCollector.StartBrokerAsync();
        foreach (var user in (string[])["site-a", "site-b", "site-c"])
        {
            Assert.Empty(await RefusedAsync(composed, user, "PUB FLOW.0", "PUB ACT.told", "SUB _INBOX.sensor.x.*"));
            string[] wrong =
            [
                "PUB ACT.0", "PUB FLOW.0.x", "PUB $JS.API.STREAM.CREATE.FLOW", "PUB $JS.API.STREAM.DELETE.FLOW",
                "PUB $JS.API.STREAM.PURGE.FLOW", "PUB $JS.API.CONSUMER.CREATE.FLOW", "PUB $JS.API.STREAM.MSG.GET.ACT",
                "PUB $JS.API.STREAM.INFO.KV_RPC_COLLECTOR_LEASES", "PUB $KV.RPC_COLLECTOR_LEASES.judge",
                "PUB $O.RPC_COLLECTOR_SNAPSHOTS.M.x", "PUB _INBOX.judge.x", "SUB FLOW.>", "SUB ACT.>", "SUB >", "SUB _INBOX.>",
                "SUB _INBOX.judge.>", "SUB _INBOX.correlator.>", "SUB $KV.>",
            ];
            Assert.Equal(wrong, await RefusedAsync(composed, user, wrong));
        }

        Assert.Empty(await RefusedAsync(composed, "correlator", "PUB ACT.0", "PUB $KV.RPC_COLLECTOR_LEASES.partition"));
        string[] ofCorrelator =
        [
            "PUB ACT.told", "PUB ACT.said", "PUB FLOW.0", "PUB $JS.API.STREAM.CREATE.FLOW", "PUB $JS.API.STREAM.DELETE.ACT",
            "PUB $JS.API.CONSUMER.CREATE.ACT.x", "SUB ACT.>", "SUB _INBOX.judge.>",
        ];
        Assert.Equal(ofCorrelator, await RefusedAsync(composed, "correlator", ofCorrelator));
        Assert.Empty(await RefusedAsync(composed, "judge", "PUB FLOW.0", "PUB ACT.told", "PUB $JS.API.STREAM.CREATE.FLOW"));
        string[] ofJudge = ["PUB _INBOX.sensor.x", "SUB FLOW.>", "SUB _INBOX.correlator.>", "SUB $SYS.>"];
        Assert.Equal(ofJudge, await RefusedAsync(composed, "judge", ofJudge));
    }

    private static Task<IReadOnlyList<Activity>> JoinedAsync(LiveCollector judge, int count) =>
        judge.UntilAsync(() => judge.ActivitiesAsync("&basis=car"), found => found.Count == count);

    /// <summary>Which of these lines of NATS's protocol the broker refuses a user.</summary>
    private static async Task<string[]> RefusedAsync(ComposedCollector composed, string user, params string[] wanted)
    {
        using var socket = await Eventually.Async(
            async () =>
            {
                var client = new TcpClient();
                try
                {
                    await client.ConnectAsync("127.0.0.1", composed.Ports[0], TestContext.Current.CancellationToken);
                    return client;
                }
                catch (SocketException)
                {
                    client.Dispose();
                    return null;
                }
            },
            client => client is not null,
            () => composed.Servers[0].Transcript);
        using var plain = new StreamReader(socket!.GetStream(), Encoding.ASCII, false, 1, leaveOpen: true);
        Assert.StartsWith("INFO", await plain.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await using var secured = new SslStream(socket.GetStream(), false, static (_, shown, _, _) => shown?.Subject == "CN=nats");
        await secured.AuthenticateAsClientAsync("127.0.0.1");
        using var reader = new StreamReader(secured, Encoding.ASCII);
        var credentials = composed.Credentials(user);
        Assert.Empty(await AskAsync($$"""CONNECT {"verbose":false,"user":"{{credentials[0]}}","pass":"{{credentials[1]}}"}"""));
        var refused = new List<string>();
        foreach (var line in wanted)
        {
            var isPublication = line.StartsWith("PUB", StringComparison.Ordinal);
            var answer = await AskAsync(isPublication ? $"{line} 0\r\n" : $"{line} 1");
            if (answer.Contains("Permissions Violation", StringComparison.Ordinal)) refused.Add(line);
            else Assert.Empty(answer);
        }

        return [.. refused];

        // What the broker says before it answers the PING that follows.
        async Task<string> AskAsync(string line)
        {
            await secured.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\nPING\r\n"), TestContext.Current.CancellationToken);
            var said = new StringBuilder();
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } answer)
            {
                if (answer == "PONG") return said.ToString();
                if (answer.StartsWith("-ERR", StringComparison.Ordinal)) said.AppendLine(answer);
            }

            throw new InvalidOperationException($"The broker ended it: {said}");
        }
    }
}
