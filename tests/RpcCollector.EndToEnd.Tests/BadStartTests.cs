using System.Net;
using System.Net.Sockets;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class BadStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task UDP_port_in_use_is_named_on_one_line_with_exit_code_2()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;

        var result = await CollectorProgram.RunAsync(["run", .. LiveCollector.Settings(_folder, port, FreePort.Tcp())]);

        AssertRefused(result, $"127.0.0.1:{port}");
    }

    [Fact]
    public async Task HTTP_port_in_use_is_named_on_one_line_with_exit_code_2()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;

        var result = await CollectorProgram.RunAsync(["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), port)]);

        AssertRefused(result, $"127.0.0.1:{port}");
    }

    [Fact]
    public async Task Data_folder_that_cannot_be_made_is_named_on_one_line_with_exit_code_2()
    {
        // Below a file: that cannot be written even by root.
        var file = _folder.PathOf("file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var data = Path.Combine(file, "data");

        var result =
            await CollectorProgram.RunAsync(
                ["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp()), $"--Store:Folder={data}"]);

        AssertRefused(result, data, "Store:Folder");
    }

    [Theory]
    [InlineData("data/state.db", "run")]
    [InlineData("data/activities.db", "run")]
    [InlineData("data/judgement.bin", "run")]
    [InlineData("data/exporters.json", "run")]
    [InlineData("certificate.pem", "run")]
    [InlineData("appsettings.json", "check")]
    [InlineData("conn.log", "replay")]
    public async Task File_that_is_a_fifo_is_named_on_one_line_with_exit_code_2_and_nothing_waits_for_it(string name, string command)
    {
        Tool.Require("mkfifo");
        Directory.CreateDirectory(_folder.PathOf("data"));
        await using (var made = Tool.Start("mkfifo", _folder.FullName, name)) Assert.Equal(0, await made.WaitForExitAsync());
        string[] arguments = command switch
        {
            "run" when name.EndsWith(".pem", StringComparison.Ordinal) =>
                [.. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp()), "--Tcp:Listen:0=127.0.0.1:0",
                    $"--Tcp:CertificatePath={_folder.PathOf(name)}"],
            "run" => LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp()),
            "replay" => [_folder.PathOf(name)],
            _ => [],
        };

        await using var process = CollectorProgram.Start([command, .. arguments], _folder.FullName);

        Assert.Equal(2, await process.WaitForExitAsync());
        Assert.Contains(Path.GetFileName(name), process.Transcript, StringComparison.Ordinal);
        Assert.Contains("not a regular file", process.Transcript, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task Every_bad_setting_is_named_at_once_on_a_line_of_its_own(string command)
    {
        var result = await CollectorProgram.RunAsync(
            command, "--Http:Port=0", "--Udp:Listen:0=nonsense", "--Detection:Join:Window=never", "--Store:Foldr=here",
            $"--Store:Folder={_folder.PathOf("data")}");

        AssertIsRefusal(result);
        Assert.Equal(4, result.ErrorLines.Length);
        foreach (var setting in (string[])[
            "RpcCollector:Http:Port", "RpcCollector:Udp:Listen:0", "RpcCollector:Detection:Join:Window", "RpcCollector:Store:Foldr"])
            Assert.Contains(result.ErrorLines, line => line.Contains(setting, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder.PathOf("data")));
    }

    [Fact]
    public async Task Bad_setting_in_the_environment_is_named()
    {
        await using var process =
            CollectorProgram.Start(
                ["check"], _folder.FullName, new Dictionary<string, string> { ["RpcCollector__Flows__MaxExporters"] = "many" });

        var exitCode = await process.WaitForExitAsync();

        AssertRefused(new ProgramResult(exitCode, process.Output, process.Errors), "RpcCollector:Flows:MaxExporters", "many");
    }

    [Fact]
    public async Task Configuration_file_that_is_no_JSON_is_named()
    {
        await File.WriteAllTextAsync(_folder.PathOf("appsettings.json"), "{ \"RpcCollector\": ", TestContext.Current.CancellationToken);
        await using var process = CollectorProgram.Start(["check"], _folder.FullName);

        var exitCode = await process.WaitForExitAsync();

        AssertRefused(new ProgramResult(exitCode, process.Output, process.Errors), _folder.PathOf("appsettings.json"));
    }

    [Theory]
    [InlineData("absent.pcap")]
    [InlineData("empty.pcap")]
    [InlineData("text.pcap")]
    [InlineData("absent-folder/")]
    public async Task Replay_file_that_cannot_be_read_is_named_on_one_line_with_exit_code_2(string name)
    {
        await File.WriteAllTextAsync(_folder.PathOf("empty.pcap"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.PathOf("text.pcap"), "This is no capture.\n", TestContext.Current.CancellationToken);
        var path = _folder.PathOf(name);

        var result = await CollectorProgram.RunAsync("replay", "--format", "json", path);

        AssertRefused(result, path);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public async Task Check_prints_the_effective_settings_and_where_they_come_from()
    {
        var result = await CollectorProgram.RunAsync("check", "--Http:Port=18055");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains(result.Output.Split('\n'), line =>
            line.Contains("RpcCollector:Http:Port", StringComparison.Ordinal) && line.Contains("18055", StringComparison.Ordinal)
                && line.Contains("command line", StringComparison.Ordinal));
        Assert.Contains("RpcCollector:Detection:Join:Window", result.Output, StringComparison.Ordinal);
    }

    private static void AssertRefused(ProgramResult result, params string[] named)
    {
        AssertIsRefusal(result);
        var line = Assert.Single(result.ErrorLines);
        Assert.All(named, name => Assert.Contains(name, line, StringComparison.Ordinal));
    }

    private static void AssertIsRefusal(ProgramResult result)
    {
        Assert.True(result.ExitCode == 2, $"exit code {result.ExitCode}\n{result.Output}\n{result.Errors}");
        Assert.DoesNotContain("   at ", result.Errors + result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Errors + result.Output, StringComparison.Ordinal);
    }
}
