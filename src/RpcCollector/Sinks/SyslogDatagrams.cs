using System.Net.Sockets;
using RpcCollector.Options;

namespace RpcCollector.Sinks;

/// <summary>Syslog over UDP (RFC 5426): one datagram a message. Nobody acknowledges; what is learned is that no one listens.</summary>
internal sealed class SyslogDatagrams(SinkOptions options, SinkTexts texts, TimeProvider time) : ISinkSender
{
    // The kernel of the other machine says within a round trip that nobody listens.
    private static readonly TimeSpan Listening = TimeSpan.FromMilliseconds(200);

    private readonly SinkAddress _address = SinkAddress.TryParse(options.Address, options.Protocol, out var address) ? address : default;
    private Socket? _socket;

    public string Target => $"udp {_address}";

    // A server reads as many at once as its socket's buffer holds.
    public int MaxBatch => 16;

    public bool Tells(SinkMessage message) => true;

    public async Task<SinkOutcome> SendAsync(IReadOnlyList<SinkMessage> messages, CancellationToken stopping)
    {
        try
        {
            _socket ??= await ConnectAsync(stopping);
            foreach (var message in messages)
                await _socket.SendAsync(SyslogMessage.Of(message, texts, options.Facility), SocketFlags.None, stopping);
            await Task.Delay(Listening, time, stopping);
            var error = (int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == 0 ? new SinkOutcome(messages.Count) : Failed("nobody listens there");
        }
        catch (SocketException e)
        {
            return Failed(e.SocketErrorCode == SocketError.ConnectionRefused ? "nobody listens there" : e.Message);
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        _socket = null;
        return ValueTask.CompletedTask;
    }

    // The name is asked for again: it may lead elsewhere by then.
    private SinkOutcome Failed(string why)
    {
        _socket?.Dispose();
        _socket = null;
        return SinkOutcome.Failed(why);
    }

    private async Task<Socket> ConnectAsync(CancellationToken stopping)
    {
        var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(_address.Host, _address.Port, stopping);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
