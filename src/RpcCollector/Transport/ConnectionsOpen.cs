using System.Net.Sockets;

namespace RpcCollector.Transport;

/// <summary>The connections that are being served, so that the end of the process can wait for them.</summary>
internal sealed class ConnectionsOpen : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _givenUp = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly Lock _changing = new();
    private readonly ManualResetEventSlim _none = new(initialState: false);

    public ConnectionsOpen() => (Stopping, GivenUp) = (_stopping.Token, _givenUp.Token);

    /// <summary>No connection is accepted any more, and no handshake goes on.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>What has not been read by now stays unread.</summary>
    public CancellationToken GivenUp { get; }

    /// <summary>False, and the socket is closed, when the process ends.</summary>
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

    /// <summary>Lets no more octets in: what has arrived is still read, for so long at most.</summary>
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
