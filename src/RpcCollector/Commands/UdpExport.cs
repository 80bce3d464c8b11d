using System.Net;
using System.Net.Sockets;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>Sends datagrams over UDP, from one port for each Transport Session.</summary>
internal sealed class UdpExport(IPEndPoint target) : IExportTransport
{
    /// <summary>The most sockets; further sessions share their ports.</summary>
    private const int MaxSockets = 256;

    private readonly Dictionary<TransportSession, Socket> _sockets = [];

    public long Refused { get; private set; }

    public bool Send(in TransportSession session, ReadOnlySpan<byte> datagram)
    {
        var socket = SocketOf(session);
        try
        {
            socket.Send(datagram);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // The error belongs to the datagram before: this one has not been sent yet.
            Refused++;
            TrySend(socket, datagram);
        }
        catch (SocketException e)
        {
            throw new StartupException($"cannot send to UDP {target}: {e.Message}", e);
        }

        return true;
    }

    /// <summary>Checks whether the last datagrams were refused; a target on this host answers at once.</summary>
    public void Settle()
    {
        foreach (var socket in _sockets.Values)
        {
            if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0) Refused++;
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets.Values) socket.Dispose();
    }

    private void TrySend(Socket socket, ReadOnlySpan<byte> datagram)
    {
        try
        {
            socket.Send(datagram);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            Refused++;
        }
    }

    private Socket SocketOf(in TransportSession session)
    {
        if (_sockets.TryGetValue(session, out var known)) return known;
        if (_sockets.Count == MaxSockets) return _sockets.Values.ElementAt((int)(session.ExporterAddress.Hash() % MaxSockets));
        var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(target);
        return _sockets[session] = socket;
    }
}
