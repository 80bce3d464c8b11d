using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Transport;

/// <summary>
/// Accepts connections on one TCP endpoint, refuses exporters that are not allowed, and reads each connection until it ends.
/// </summary>
internal sealed class ConnectionAcceptor : IDisposable
{
    // At most one log line about refusals in this many milliseconds; otherwise anyone who can connect could fill the disk.
    private const long BetweenWarnings = 10_000;

    private static readonly TimeSpan BetweenBeats = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly TcpOptions _options;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly ExporterCatalog _catalog;
    private readonly ConnectionCounters _counters;
    private readonly OpenConnections _open;
    private readonly ILogger _logger;
    private long _nextWarning;

    /// <summary>Binds the socket and lets connections queue in the kernel until <see cref="AcceptAsync"/>.</summary>
    /// <exception cref="StartupException">The endpoint cannot be bound.</exception>
    public ConnectionAcceptor(
        ListenEndpoint endpoint, string setting, TcpOptions options, SslServerAuthenticationOptions? tls, ExporterCatalog catalog,
        ConnectionCounters counters, OpenConnections open, ILogger logger)
    {
        (_options, _tls, _catalog, _counters, _open, _logger) = (options, tls, catalog, counters, open, logger);
        _socket = ListeningSocket.Bind(endpoint, setting, ProtocolType.Tcp);
        _socket.Listen();
        Endpoint = endpoint with { Port = ((IPEndPoint)_socket.LocalEndPoint!).Port };
        Heartbeat = new Heartbeat(Part.TcpListener, $"tcp {Endpoint}", Heartbeat.OfThread);
    }

    /// <summary>Where it listens, with the port that the system chose if the settings say 0.</summary>
    public ListenEndpoint Endpoint { get; }

    public Heartbeat Heartbeat { get; }

    /// <summary>Accepts until the socket is disposed.</summary>
    public Task AcceptAsync(ChannelWriter<StreamedMessage> messages) =>
        Heartbeat.RunAsync(() => AcceptAllAsync(messages), _open.Stopping);

    public void Dispose() => _socket.Dispose();

    private async Task AcceptAllAsync(ChannelWriter<StreamedMessage> messages)
    {
        while (true)
        {
            try
            {
                var connection = await AcceptOneAsync();
                if (_open.TryAdd(connection)) _ = ServeAsync(connection, messages);
            }
            catch (Exception e)
                when (_open.Stopping.IsCancellationRequested
                && e is (OperationCanceledException or ObjectDisposedException or SocketException))
            {
                return;
            }
            catch (SocketException)
            {
                // The connection went away before it was accepted, or the process has no descriptor left: wait until one is free again.
                await Task.Delay(DatagramWait.Longest, CancellationToken.None);
            }
        }
    }

    private async Task<Socket> AcceptOneAsync()
    {
        var connection = _socket.AcceptAsync(_open.Stopping).AsTask();
        while (true)
        {
            Heartbeat.Beat();
            if (await Task.WhenAny(connection, Task.Delay(BetweenBeats, CancellationToken.None)) == connection) return await connection;
        }
    }

    private async Task ServeAsync(Socket socket, ChannelWriter<StreamedMessage> messages)
    {
        try
        {
            var (exporter, collector) = ((IPEndPoint)socket.RemoteEndPoint!, (IPEndPoint)socket.LocalEndPoint!);
            var session =
                new TransportSession(
                    HostAddress.From(exporter.Address), (ushort)exporter.Port, HostAddress.From(collector.Address), (ushort)collector.Port,
                    IsOverTcp: true);
            if (!_catalog.Allowed.Contains(session.ExporterAddress)) Refuse(session, ConnectionEnd.ExporterNotAllowed);
            else if (!_counters.TryOpen(_options.MaxConnections)) Refuse(session, ConnectionEnd.TooManyConnections);
            else await ReadAsync(socket, session, messages);
        }
        catch (SocketException)
        {
            // The connection was gone before its address could be read.
            _counters.Refuse(ConnectionEnd.Broken);
        }
        finally
        {
            socket.Dispose();
            _open.Remove(socket);
        }
    }

    private async Task ReadAsync(Socket socket, TransportSession session, ChannelWriter<StreamedMessage> messages)
    {
        var end = ConnectionEnd.Broken;
        try
        {
            await using var plain = new NetworkStream(socket);
            await using var stream = _tls is null ? (Stream)plain : await ShakeHandsAsync(plain, session);
            end = stream == Stream.Null
                ? ConnectionEnd.HandshakeFailed
                : await new ExporterConnection(session, stream, messages, _options.IdleTimeout).ReadAsync(_open.DrainEnded);
        }
        catch (IOException)
        {
            // It broke while it was being closed; everything that it sent has been read.
        }
        finally
        {
            _counters.Close(end);
            if (end == ConnectionEnd.Malformed) Warn(session, end);
        }
    }

    /// <summary>The encrypted stream; <see cref="Stream.Null"/> when the exporter is refused.</summary>
    private async Task<Stream> ShakeHandsAsync(NetworkStream plain, TransportSession session)
    {
        var encrypted = new SslStream(plain);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_open.Stopping);
        patience.CancelAfter(_options.HandshakeTimeout);
        try
        {
            await encrypted.AuthenticateAsServerAsync(_tls!, patience.Token);
            return encrypted;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            await encrypted.DisposeAsync();
            Warn(session, ConnectionEnd.HandshakeFailed, e.Message);
            return Stream.Null;
        }
    }

    private void Refuse(in TransportSession session, ConnectionEnd end)
    {
        _counters.Refuse(end);
        Warn(session, end);
    }

    private void Warn(in TransportSession session, ConnectionEnd end, string detail = "")
    {
        var (now, next) = (Environment.TickCount64, Interlocked.Read(ref _nextWarning));
        if (now < next || Interlocked.CompareExchange(ref _nextWarning, now + BetweenWarnings, next) != next) return;
        LogEvents.ConnectionRefused(_logger, session.ExporterAddress.ToString(), Endpoint.ToString(), end, detail.ReplaceLineEndings(" "));
    }
}
