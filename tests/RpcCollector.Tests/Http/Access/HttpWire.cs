using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RpcCollector.Tests.Http.Access;

/// <summary>A connection on which a test sends what it likes.</summary>
internal sealed class HttpWire : IDisposable
{
    private readonly Socket _socket;

    private HttpWire(Socket socket) => _socket = socket;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<HttpWire> ConnectAsync(int port, string from = "127.0.0.1")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, Stop);
        return new HttpWire(socket);
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.ASCII.GetBytes(text), Stop);

    /// <summary>Everything until the other end closes the connection, or resets it.</summary>
    public async Task<Answer> ReadAnswerAsync()
    {
        var text = new StringBuilder();
        while (await ReadAsync() is { Length: > 0 } more) text.Append(more);
        var parts = text.ToString().Split("\r\n\r\n", 2);
        return parts.Length < 2
            ? new Answer(0, text.ToString(), "")
            : new Answer(int.Parse(parts[0].Split(' ')[1], CultureInfo.InvariantCulture), parts[0], parts[1]);
    }

    /// <summary>Reads until the answer holds a text.</summary>
    public async Task<string> ReadUntilAsync(string expected)
    {
        var text = "";
        while (!text.Contains(expected, StringComparison.Ordinal))
        {
            if (await ReadAsync() is not { Length: > 0 } more) throw new EndOfStreamException(text);
            text += more;
        }

        return text;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<string> ReadAsync()
    {
        var octets = new byte[16_384];
        try
        {
            return Encoding.UTF8.GetString(octets, 0, await _socket.ReceiveAsync(octets, Stop));
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
