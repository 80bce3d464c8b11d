using System.Net;
using System.Net.Sockets;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>The program serves where its own settings say, and others than its machine only when they say so.</summary>
public sealed class OpenDoorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("192.0.2.1")]
    public async Task Address_that_others_reach_is_refused_on_one_line_with_exit_code_2(string address)
    {
        var result = await CollectorProgram.RunAsync(
            ["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp()), $"--Http:Address={address}"]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("RpcCollector:Http:Address: ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("AllowAnonymous=true", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.PathOf("data")));
    }

    [Fact]
    public async Task Served_to_all_by_request_it_answers_by_the_names_that_it_was_told_and_its_health_check_goes_on()
    {
        await using var collector = await LiveCollector.StartAsync(
            _folder, "--Http:Address=*", "--Http:AllowAnonymous=true", "--Http:Hosts=collector,localhost,127.0.0.1");

        Assert.Equal(HttpStatusCode.OK, await AskAsync(collector, "collector:8055"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(collector, "localhost:9000"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await AskAsync(collector, "evil.example"));
        var health = await CollectorProgram.RunAsync(
            "healthcheck", $"--Http:Port={collector.HttpPort}", "--Http:Address=*", "--Http:AllowAnonymous=true");
        Assert.Equal((0, ""), (health.ExitCode, health.Errors));
    }

    [Fact]
    public async Task What_other_programs_of_its_kind_read_opens_no_other_port_and_believes_no_proxy()
    {
        var others = Enumerable.Range(0, 3).Select(_ => FreePort.Tcp()).ToArray();
        await using var collector = await LiveCollector.StartAsync(
            _folder,
            new Dictionary<string, string>
            {
                ["Kestrel__Endpoints__Open__Url"] = $"http://127.0.0.1:{others[0]}",
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{others[1]}",
                ["ASPNETCORE_HTTP_PORTS"] = $"{others[2]}",
                ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true",
                ["ForwardedHeaders_Enabled"] = "true",
            });

        foreach (var port in others)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await Assert.ThrowsAsync<SocketException>(
                () => socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken).AsTask());
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(collector, "127.0.0.1", ("X-Forwarded-For", "127.0.0.1")));
    }

    private static async Task<HttpStatusCode> AskAsync(LiveCollector collector, string host, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{collector.HttpPort}/metrics");
        request.Headers.Host = host;
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
