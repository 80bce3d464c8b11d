using System.Net.Sockets;
using System.Text;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>A real nats-server with JetStream on loopback, which keeps its streams in the test's folder.</summary>
internal sealed class NatsServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly int _port = FreePort.Tcp();
    private readonly string _authorization;
    private readonly string? _domain;
    private ChildProcess _process;

    private NatsServer(TemporaryFolder folder, string authorization, string? domain = null)
    {
        (_folder, _authorization, _domain) = (folder, authorization, domain);
        _process = Run();
    }

    public string Url => $"nats://127.0.0.1:{_port}";

    /// <param name="authorization">A block of its configuration; none lets in whoever comes.</param>
    public static async Task<NatsServer> StartAsync(TemporaryFolder folder, string authorization = "")
    {
        var server = new NatsServer(folder, authorization);
        await server.UntilItListensAsync();
        return server;
    }

    /// <summary>A leaf with a JetStream domain of its own, as docs/scale-out.md says.</summary>
    /// <param name="hub">The port of the hub for leaves.</param>
    public static async Task<NatsServer> StartLeafAsync(TemporaryFolder folder, string domain, int hub)
    {
        var remote = $$"""
            server_name: {{domain}}
            leafnodes { remotes: [ {
              url: "nats://127.0.0.1:{{hub}}", deny_exports: ["FLOW.>", "ACT.>"], deny_imports: ["FLOW.>", "ACT.>"]
            } ] }
            """;
        var server = new NatsServer(folder, remote, domain);
        await server.UntilItListensAsync();
        return server;
    }

    /// <summary>Ends it as a power cut does.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts it again on the same port, with what it has kept.</summary>
    public async Task StartAgainAsync()
    {
        await _process.DisposeAsync();
        _process = Run();
        await UntilItListensAsync();
    }

    /// <summary>Publishes one message as any client may, by NATS's own protocol.</summary>
    public Task PublishAsync(string subject, string text) => PublishAsync(subject, Encoding.UTF8.GetBytes(text));

    public async Task PublishAsync(string subject, byte[] message)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", _port, TestContext.Current.CancellationToken);
        byte[] lines =
        [
            .. Encoding.UTF8.GetBytes($"CONNECT {{\"verbose\":false}}\r\nPUB {subject} {message.Length}\r\n"), .. message,
            .. "\r\nPING\r\n"u8,
        ];
        await socket.GetStream().WriteAsync(lines, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line is not "PONG")
            Assert.DoesNotContain("-ERR", line, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private ChildProcess Run()
    {
        File.WriteAllText(
            _folder.PathOf("nats.conf"),
            $$"""
            listen: 127.0.0.1:{{_port}}
            jetstream { store_dir: "{{_folder.PathOf("nats")}}"{{(_domain is null ? "" : $", domain: {_domain}")}} }
            {{_authorization}}
            """);
        return Tool.Start("nats-server", _folder.FullName, "--config", _folder.PathOf("nats.conf"));
    }

    private Task<bool> UntilItListensAsync() => Eventually.Async(
        async () =>
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync("127.0.0.1", _port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return _process.HasExited ? throw new InvalidOperationException($"It ended: {_process.Transcript}") : false;
            }
        },
        isThere => isThere,
        () => _process.Transcript);
}
