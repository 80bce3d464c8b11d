namespace RpcCollector.Tests.Http.Access;

/// <summary>Connections that stay open until the end of a test.</summary>
internal sealed class Wires : IDisposable
{
    private readonly List<HttpWire> _wires = [];

    public async Task<HttpWire> OpenAsync(HttpServer server, string from, string text)
    {
        var wire = await HttpWire.ConnectAsync(server.Port, from);
        _wires.Add(wire);
        await wire.SendAsync(text);
        return wire;
    }

    /// <summary>Asks for the event stream and reads what it begins with.</summary>
    public async Task<(HttpWire Wire, string Begin)> ListenAsync(HttpServer server, string from, string headers = "")
    {
        var wire = await OpenAsync(server, from, $"GET /api/v1/findings/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n");
        return (wire, await wire.ReadUntilAsync("\n\n"));
    }

    public void Dispose() => _wires.ForEach(wire => wire.Dispose());
}
