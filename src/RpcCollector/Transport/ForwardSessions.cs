using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>The sockets of the Transport Sessions that send much, to one collector.</summary>
/// <remarks>
/// Only who sends several datagrams within one turn gets one, so that forged senders cost none; those that have been idle make room.
/// </remarks>
internal sealed class ForwardSessions(ForwardTarget target) : IDisposable
{
    /// <summary>So many datagrams of one session in one turn are worth a socket.</summary>
    public const int Worth = 4;

    private const int Most = 256;
    private const long IdleMilliseconds = 60_000;

    private readonly Dictionary<(HostAddress Address, ushort Port), ForwardSocket?> _sockets = [];
    private readonly List<(HostAddress, ushort)> _idle = [];
    private long _lastLook = Environment.TickCount64;

    /// <summary>The session's socket; null when it has none, and is to be sent for by the raw one.</summary>
    /// <param name="datagrams">How many of its datagrams go now.</param>
    public ForwardSocket? Find(HostAddress address, ushort port, int datagrams)
    {
        if (_sockets.TryGetValue((address, port), out var socket)) return socket;
        if (datagrams < Worth || _sockets.Count >= Most) return null;

        // That it cannot be had is remembered as long as those that are.
        socket = ForwardSocket.OfSession(target, address, port);
        _sockets.Add((address, port), socket);
        return socket;
    }

    /// <summary>Closes those that have been idle; called now and then.</summary>
    public void CloseIdle()
    {
        var now = Environment.TickCount64;
        if (now - _lastLook < IdleMilliseconds) return;
        _lastLook = now;
        foreach (var (session, socket) in _sockets)
        {
            if (socket is null || now - socket.LastUsed >= IdleMilliseconds) _idle.Add(session);
        }

        foreach (var session in _idle)
        {
            _sockets.Remove(session, out var socket);
            socket?.Dispose();
        }

        _idle.Clear();
    }

    public void Dispose()
    {
        foreach (var socket in _sockets.Values) socket?.Dispose();
        _sockets.Clear();
    }
}
