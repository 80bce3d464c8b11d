using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using RpcCollector.Options;

namespace RpcCollector.Sinks;

/// <summary>Syslog over TCP (RFC 6587) or TLS (RFC 5425), counted by octets.</summary>
/// <remarks>
/// Syslog has no acknowledgement. What was written counts as told once the other side's kernel has acknowledged every octet and the
/// connection has lived on for a moment: a server that is killed with unread octets resets it, one that ends closes it. When it breaks
/// before, all of it is sent again over the next connection, so that some may come twice. What a server had read and not written when its
/// machine lost the power nobody can know.
/// </remarks>
internal sealed partial class SyslogStream : ISinkSender
{
    private const int UnsentQueue = 0x5411; // TIOCOUTQ: octets that the other side has not acknowledged
    private const int TcpLevel = 6;
    private const int UserTimeout = 18; // TCP_USER_TIMEOUT: a half-open connection ends

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Acknowledgement = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly SinkOptions _options;
    private readonly SinkTexts _texts;
    private readonly TimeProvider _time;
    private readonly TimeSpan _settling;
    private readonly SinkAddress _address;
    private readonly SslClientAuthenticationOptions? _tls;
    private Socket? _socket;
    private Stream? _stream;
    private Task _closed = Task.CompletedTask;

    /// <param name="settling">How long a connection has to live on after the last octet was acknowledged.</param>
    /// <exception cref="StartupException">A file that the settings name cannot be used.</exception>
    public SyslogStream(SinkOptions options, SinkFiles files, SinkTexts texts, TimeProvider time, TimeSpan? settling = null)
    {
        (_options, _texts, _time, _settling) = (options, texts, time, settling ?? TimeSpan.FromSeconds(2));
        _address = SinkAddress.TryParse(options.Address, options.Protocol, out var address) ? address : default;
        if (options.Protocol == SyslogProtocol.Tls) _tls = files.Tls();
        if (_tls is not null) _tls.TargetHost = _address.Host;
    }

    public string Target => $"{(_tls is null ? "tcp" : "tls")} {_address}";

    public int MaxBatch => 256;

    public bool Tells(SinkMessage message) => true;

    public async Task<SinkOutcome> SendAsync(IReadOnlyList<SinkMessage> messages, CancellationToken stopping)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            patience.CancelAfter(Patience);
            if (_stream is null || _closed.IsCompleted) await ConnectAsync(patience.Token);
            foreach (var message in messages)
                await _stream!.WriteAsync(SyslogMessage.Counted(SyslogMessage.Of(message, _texts, _options.Facility)), patience.Token);
            await _stream!.FlushAsync(patience.Token);
            return await IsTakenAsync(stopping)
                ? new SinkOutcome(messages.Count)
                : Failed("the connection broke before it was sure that all had arrived");
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or ObjectDisposedException)
        {
            return Failed(e is AuthenticationException && e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return Failed($"it takes nothing within {Patience.TotalSeconds} s");
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private SinkOutcome Failed(string why)
    {
        Close();
        return SinkOutcome.Failed(why);
    }

    private void Close()
    {
        _stream?.Dispose();
        _socket?.Dispose();
        (_stream, _socket) = (null, null);
    }

    private async Task ConnectAsync(CancellationToken stopping)
    {
        Close();
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        _socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        if (OperatingSystem.IsLinux())
            _socket.SetRawSocketOption(TcpLevel, UserTimeout, BitConverter.GetBytes((int)Acknowledgement.TotalMilliseconds));
        await _socket.ConnectAsync(_address.Host, _address.Port, stopping);
        _stream = new NetworkStream(_socket, ownsSocket: false);
        if (_tls is not null)
        {
            var secured = new SslStream(_stream);
            _stream = secured;
            await secured.AuthenticateAsClientAsync(_tls, stopping);
        }

        _closed = UntilClosedAsync(_stream);
    }

    /// <summary>A server says nothing: what is read is the end of the connection.</summary>
    private static async Task UntilClosedAsync(Stream stream)
    {
        var octets = new byte[256];
        try
        {
            while (await stream.ReadAsync(octets) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // However it ended.
        }
    }

    private async Task<bool> IsTakenAsync(CancellationToken stopping)
    {
        for (var waited = TimeSpan.Zero; Unacknowledged() > 0; waited += BetweenLooks)
        {
            if (_closed.IsCompleted || waited > Acknowledgement) return false;
            await Task.Delay(BetweenLooks, _time, stopping);
        }

        await Task.WhenAny(_closed, Task.Delay(_settling, _time, stopping));
        stopping.ThrowIfCancellationRequested();
        return !_closed.IsCompleted;
    }

    private int Unacknowledged()
    {
        if (!OperatingSystem.IsLinux() || _socket is not { } socket) return 0;
        return Control((int)socket.Handle, UnsentQueue, out var octets) == 0 ? octets : 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Control(int socket, nuint request, out int octets);
}
