using System.Net;
using System.Net.Sockets;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Tests.Commands;

public class ExitCodeTests
{
    [Theory]
    [InlineData("'chek'", "chek")]
    [InlineData("'--nonsense'", "check", "--nonsense")]
    [InlineData("'replay'", "replay")]
    [InlineData("'yaml'", "replay", "--format", "yaml", "x")]
    [InlineData("--rate", "send", "x", "--rate", "1", "--speed", "2")]
    [InlineData("--rate", "send", "x", "--rate", "-1")]
    [InlineData("--withhold", "send", "x", "--withhold", "100")]
    [InlineData("RpcCollector:Tcp:Listen:0", "check", "--Tcp:Listen:0=4739")]
    [InlineData("RpcCollector:Tcp:ClientCaPath", "check", "--Tcp:ClientCaPath=ca.pem")]
    [InlineData("RpcCollector:Tcp:CertificatePath", "check", "--Tcp:CertificatePath=/no/such/file")]
    [InlineData(
        "RpcCollector:Tcp:CertificatePath", "run", "--Store:Enabled=false", "--Udp:Listen:0=127.0.0.1:0", "--Tcp:Listen:0=127.0.0.1:0",
        "--Tcp:CertificatePath=/no/such/file")]
    [InlineData("--allow-remote", "send", "x", "--to", "192.0.2.1:2055")]
    [InlineData("--to", "send", "x", "--to", "nowhere")]
    [InlineData("/no/such/file", "send", "/no/such/file")]
    [InlineData("'send'", "send")]
    [InlineData("--synthetic", "send", "x", "--synthetic", "v9")]
    [InlineData("/no/such/file", "replay", "/no/such/file")]
    [InlineData("RpcCollector:Udp:Listen:0", "check", "--Udp:Listen:0=x")]
    [InlineData("RpcCollector:Udp:Nonsense", "run", "--Udp:Nonsense", "1")]
    public async Task Misuse_is_one_line_that_names_it_and_exit_code_2(string named, params string[] arguments)
    {
        var outcome = await CollectorProgram.RunAsync(arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(named, Assert.Single(outcome.ErrorLines));
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public async Task All_mistakes_of_a_configuration_are_listed_at_once()
    {
        var outcome =
            await CollectorProgram.RunAsync(
                new Dictionary<string, string>
                {
                    ["RpcCollector__Http__Port"] = "none",
                }, Path.GetTempPath(), ["run", "--Udp:Listen:0=x", "--Store:MaxAge=1"]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(3, outcome.ErrorLines.Length);
    }

    [Fact]
    public async Task Port_in_use_is_one_line_that_names_the_setting_and_the_endpoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var folder = new TemporaryFolder();

        var outcome = await CollectorProgram.RunAsync("run", $"--Udp:Listen:0={socket.LocalEndPoint}", $"--Store:Folder={folder.Path}");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(
            [$"RpcCollector:Udp:Listen:0: cannot listen on UDP {socket.LocalEndPoint}: another process listens there already"],
            outcome.ErrorLines);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Http_port_in_use_is_one_line_that_names_the_setting()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var folder = new TemporaryFolder();

        var outcome =
            await CollectorProgram.RunAsync("run", "--Udp:Listen:0=127.0.0.1:0", $"--Http:Port={port}", $"--Store:Folder={folder.Path}");

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith($"RpcCollector:Http:Port: cannot serve on TCP 127.0.0.1:{port}:", Assert.Single(outcome.ErrorLines));
    }

    [Fact]
    public async Task Help_and_version_are_no_misuse()
    {
        var (help, version) = (await CollectorProgram.RunAsync("--help"), await CollectorProgram.RunAsync("--version"));

        Assert.Equal((0, 0), (help.ExitCode, version.ExitCode));
        Assert.All(["run", "replay", "check", "send"], command => Assert.Contains(command, help.Output));
        Assert.Matches(@"^\d+\.\d+\.\d+", version.Output);
    }

    [Fact]
    public async Task Command_line_overrides_environment_and_environment_overrides_files()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>
        {
            ["RpcCollector__Udp__ReceiveBufferBytes"] = "111111",
            ["RpcCollector__Udp__MaxDatagramBytes"] = "2222",
            ["DOTNET_ENVIRONMENT"] = "Laboratory",
        };
        folder.Write(
            "appsettings.json",
            [
                .. """{ "RpcCollector": { "Udp": { "ReceiveBufferBytes": 55555 }, "Http": { "Port": 4444 },"""u8,
                .. """ "Metrics": { "MaxPairs": 66 } } }"""u8,
            ]);
        folder.Write("appsettings.Laboratory.json", """{ "RpcCollector": { "Metrics": { "MaxPairs": 77 } } }"""u8.ToArray());

        var outcome = await CollectorProgram.RunAsync(environment, folder.Path, ["check", "--Udp:MaxDatagramBytes=3333"]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Matches("Udp:ReceiveBufferBytes .*111111 .*environment", outcome.Output);
        Assert.Matches("Udp:MaxDatagramBytes .*3333 .*command line", outcome.Output);
        Assert.Matches("Http:Port .*4444 .*appsettings.json", outcome.Output);
        Assert.Matches("Metrics:MaxPairs .*77 .*appsettings.Laboratory.json", outcome.Output);
        Assert.Matches("Store:Folder .*data .*default", outcome.Output);
    }

    [Fact]
    public async Task Settings_file_that_is_no_json_is_one_line_that_names_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("appsettings.json", "{ \"RpcCollector\": "u8.ToArray());

        var outcome = await CollectorProgram.RunAsync([], folder.Path, ["check"]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(Path.Combine(folder.Path, "appsettings.json"), Assert.Single(outcome.ErrorLines));
    }
}
