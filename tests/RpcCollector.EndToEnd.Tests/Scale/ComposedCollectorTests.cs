using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

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
        composed.StartLeaf();
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
        var log = string.Concat(composed.Servers.Append(composed.Leaf!).Select(server => server.Transcript));
        Assert.DoesNotContain("Violation", log, StringComparison.Ordinal);

        await composed.Servers[1].KillAsync();
        await exporter.SendPairAsync(sensor.UdpPort, "10.0.0.2", "10.0.1.2");
        await JoinedAsync(judge, 2);
    }

    [Fact]
    public async Task Each_user_is_refused_what_its_role_need_not_do()
    {
        await using var composed = await ComposedCollector.StartBrokerAsync();

        // By the user of a leaf nobody but a leaf comes in.
        Assert.Contains(
            "Authorization Violation",
            (await Assert.ThrowsAsync<InvalidOperationException>(
                () => RefusedAsync(composed, "leaf-site-a", "PUB FLOW.0.sensor.site-a"))).Message,
            StringComparison.Ordinal);
        foreach (var user in (string[])["site-a", "site-b", "site-c"])
        {
            Assert.Empty(await RefusedAsync(
                composed, user, $"PUB FLOW.0.sensor.{user}", $"PUB FLOW.15.sensor.{user}", $"PUB ACT.told.{user}",
                "SUB _INBOX.sensor.x.*"));
            var other = user == "site-b" ? "site-a" : "site-b";
            string[] wrong =
            [
                $"PUB FLOW.0.sensor.{other}", $"PUB ACT.told.{other}", $"PUB FLOW.0.sensor.{user}-1", "PUB FLOW.0.judge", "PUB FLOW.0",
                "PUB ACT.told", "PUB ACT.said", $"PUB ACT.told.{user}.x",
                "PUB ACT.0", "PUB FLOW.0.x", "PUB FLOW.0.sensor.judge", "PUB $JS.API.STREAM.CREATE.FLOW", "PUB $JS.API.STREAM.DELETE.FLOW",
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
            "PUB ACT.told.site-a", "PUB ACT.said", "PUB FLOW.0.judge", "PUB FLOW.0.sensor.site-a", "PUB FLOW.0",
            "PUB $JS.API.STREAM.CREATE.FLOW", "PUB $JS.API.STREAM.DELETE.ACT",
            "PUB $JS.API.CONSUMER.CREATE.ACT.x", "SUB ACT.>", "SUB _INBOX.judge.>",
        ];
        Assert.Equal(ofCorrelator, await RefusedAsync(composed, "correlator", ofCorrelator));
        Assert.Empty(await RefusedAsync(
            composed, "judge", "PUB FLOW.0.judge", "PUB ACT.0", "PUB ACT.said", "PUB $JS.API.STREAM.CREATE.FLOW"));
        string[] ofJudge =
        [
            "PUB FLOW.0.sensor.site-a", "PUB ACT.told.site-a", "PUB _INBOX.sensor.x", "SUB FLOW.>", "SUB _INBOX.correlator.>", "SUB $SYS.>",
        ];
        Assert.Equal(ofJudge, await RefusedAsync(composed, "judge", ofJudge));
    }

    [Fact]
    public async Task Sensor_may_do_no_more_at_its_leaf_than_it_needs()
    {
        await using var composed = await ComposedCollector.StartBrokerAsync();
        composed.StartLeaf();

        Assert.Empty(await RefusedAtLeafAsync(
            composed, "PUB FLOW.0.sensor.site-a", "PUB ACT.told.site-a", "PUB $JS.API.INFO", "PUB $JS.API.STREAM.CREATE.FLOW",
            "SUB _INBOX.sensor.x"));
        string[] wrong =
        [
            "PUB FLOW.0.sensor.site-b", "PUB ACT.told.site-b", "PUB FLOW.0.judge", "PUB ACT.0", "PUB ACT.said", "PUB LEAF.site-a.S.x",
            "PUB $JS.API.STREAM.DELETE.FLOW", "PUB $JS.API.CONSUMER.CREATE.FLOW",
            "PUB $JS.API.STREAM.CREATE.OTHER", "PUB $JS.site-a.API.CONSUMER.CREATE.FLOW", "SUB FLOW.>", "SUB $JS.>", "SUB >",
        ];
        Assert.Equal(wrong, await RefusedAtLeafAsync(composed, wrong));
    }

    [Fact]
    public async Task Leaf_that_was_taken_over_can_append_nothing_at_the_hubs_and_ask_for_nothing()
    {
        await using var composed = await ComposedCollector.StartBrokerAsync();
        await composed.StartAsync("compose.yaml", "judge");
        composed.StartLeaf(deniesNothing: true);
        await Eventually.Async(
            () => Task.FromResult(string.Concat(composed.Servers.Select(server => server.Transcript))),
            text => text.Contains("Leafnode connection created", StringComparison.Ordinal), () => composed.Leaf!.Transcript);
        await composed["judge"].UntilAsync(
            composed["judge"].MetricsAsync, metrics => metrics.Sum("rpc_collector_log_judge_messages_total") >= 0);

        // Nothing that it publishes is taken: what stands behind it at the hubs is refused, so that none of it is a message that cannot be
        // read, and no key or stream changes.
        string[] tried =
        [
            "PUB ACT.said", "PUB ACT.told.site-a", "PUB ACT.0", "PUB FLOW.0.sensor.site-a", "PUB FLOW.0.judge",
            "PUB $KV.RPC_COLLECTOR_LEASES.judge",
            "PUB $O.RPC_COLLECTOR_SNAPSHOTS.M.x", "PUB $JS.API.STREAM.DELETE.FLOW", "SUB FLOW.>", "SUB ACT.>", "SUB _INBOX.>", "SUB $KV.>",
        ];
        Assert.Empty(await RefusedAtLeafAsync(composed, tried));
        await composed.StartAsync("compose.yaml", "correlator-1");
        await composed["judge"].UntilAsync(
            composed["judge"].MetricsAsync, metrics => metrics.Sum("rpc_collector_log_judge_messages_total") > 0);
        var shown = await composed["judge"].MetricsAsync();
        Assert.Equal(0, shown.Sum("rpc_collector_log_judge_refused_messages_total"));
        Assert.Equal(0, (await composed["correlator-1"].MetricsAsync()).Sum("rpc_collector_log_refused_batches_total"));
    }

    [Fact]
    public async Task Sensor_that_is_not_called_as_its_user_says_so_in_one_line_and_does_not_start()
    {
        await using var composed = await ComposedCollector.StartBrokerAsync();
        await composed.StartAsync("compose.yaml", "judge");
        using var folder = new TemporaryFolder();

        var result = await CollectorProgram.RunAsync(
            ["run", .. LiveCollector.Settings(folder, FreePort.Udp(), FreePort.Tcp()),
                .. composed.SettingsOfSensor("site-b", user: "site-a")]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            "append to FLOW.0.sensor.site-b: a sensor needs the name that its user's permissions say, and this one is called 'site-b'",
            Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<Activity>> JoinedAsync(LiveCollector judge, int count) =>
        judge.UntilAsync(() => judge.ActivitiesAsync("&basis=car"), found => found.Count == count);

    /// <summary>Which of these lines of NATS's protocol the broker refuses a user.</summary>
    private static async Task<string[]> RefusedAsync(ComposedCollector composed, string user, params string[] wanted)
    {
        using var socket = await ConnectAsync(composed.Ports[0], composed.Servers[0]);
        using var plain = new StreamReader(socket.GetStream(), Encoding.ASCII, false, 1, leaveOpen: true);
        Assert.StartsWith("INFO", await plain.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await using var secured = new SslStream(socket.GetStream(), false, static (_, shown, _, _) => shown?.Subject == "CN=nats");
        await secured.AuthenticateAsClientAsync("127.0.0.1");
        return await RefusedAsync(secured, composed.Credentials(user), wanted);
    }

    /// <summary>Which of them its leaf refuses the sensor.</summary>
    private static async Task<string[]> RefusedAtLeafAsync(ComposedCollector composed, params string[] wanted)
    {
        using var socket = await ConnectAsync(composed.LeafPort, composed.Leaf!);
        return await RefusedAsync(socket.GetStream(), composed.Credentials("leaf-sensor.site-a"), wanted);
    }

    private static async Task<TcpClient> ConnectAsync(int port, ChildProcess server) => (await Eventually.Async(
        async () =>
        {
            var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
                return client;
            }
            catch (SocketException)
            {
                client.Dispose();
                return null;
            }
        },
        client => client is not null,
        () => server.Transcript))!;

    private static async Task<string[]> RefusedAsync(Stream connection, string[] credentials, string[] wanted)
    {
        using var reader = new StreamReader(connection, Encoding.ASCII, false, -1, leaveOpen: true);
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
            await connection.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\nPING\r\n"), TestContext.Current.CancellationToken);
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
