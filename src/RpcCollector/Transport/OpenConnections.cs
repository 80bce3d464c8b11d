using System.Net.Sockets;

namespace RpcCollector.Transport;

/// <summary>The open connections, so that the process can wait for them when it stops.</summary>
internal sealed class OpenConnections : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _givenUp = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly Lock _changing = new();
    private readonly ManualResetEventSlim _none = new(initialState: false);

    public OpenConnections() => (Stopping, DrainEnded) = (_stopping.Token, _givenUp.Token);

    /// <summary>Cancelled when the process stops: no further connection is accepted, and handshakes are broken off.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Cancelled some time later: what has not been read by then stays unread.</summary>
    public CancellationToken DrainEnded { get; }

    /// <summary>False when the process is stopping; the socket is closed then.</summary>
    public bool TryAdd(Socket socket)
    {
        lock (_changing)
        {
            if (!_stopping.IsCancellationRequested) return _sockets.Add(socket);
        }

        socket.Dispose();
        return false;
    }

    public void Remove(Socket socket)
    {
        lock (_changing)
        {
            _sockets.Remove(socket);
            if (_sockets.Count == 0 && _stopping.IsCancellationRequested) _none.Set();
        }
    }

    /// <summary>Stops receiving. What has arrived is still read, for at most <paramref name="longestDrain"/>.</summary>
    public void Stop(TimeSpan longestDrain)
    {
        Socket[] sockets;
        lock (_changing)
        {
            _stopping.Cancel();
            sockets = [.. _sockets];
            if (sockets.Length == 0) _none.Set();
        }

        _givenUp.CancelAfter(longestDrain);
        foreach (var socket in sockets) EndInput(socket);
    }

    /// <summary>Waits until every connection has ended.</summary>
    public void Wait(TimeSpan patience) => _none.Wait(patience);

    public void Dispose()
    {
        _stopping.Dispose();
        _givenUp.Dispose();
        _none.Dispose();
    }

    private static void EndInput(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }
}
