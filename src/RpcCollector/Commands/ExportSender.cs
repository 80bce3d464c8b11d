using System.Net;
using System.Net.Sockets;
using RpcCollector.Captures;
using RpcCollector.Flows;

namespace RpcCollector.Commands;

/// <summary>Sends the export datagrams of captures to one collector, from one port for each Transport Session, so that their Templates stay apart.</summary>
internal sealed class ExportSender(IPEndPoint target, SendPace pace, CancellationToken stopping) : IDisposable
{
    /// <summary>Further sessions share the ports of these.</summary>
    private const int MaxSockets = 256;

    private readonly Dictionary<TransportSession, Socket> _sockets = [];

    public long Datagrams { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Datagrams that the target host gave back: no process had the port.</summary>
    public long Refused { get; private set; }

    /// <summary>What the captures held besides exports, in all rounds.</summary>
    public CaptureTally NotSent { get; } = new();

    /// <exception cref="StartupException">The file cannot be read or is no capture.</exception>
    public void Send(string file)
    {
        using var captures = new CaptureMerge([new CaptureInput(file, IsNamed: true)], NotSent);
        pace.Rewind();
        while (captures.TryRead(out var datagram) && pace.Wait(datagram.UnixNanoseconds, stopping)) Send(SocketOf(datagram.Session), datagram.Payload);
    }

    /// <summary>Asks for the answers to the last datagrams; on this host they are there at once.</summary>
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

    private void Send(Socket socket, ReadOnlySpan<byte> payload)
    {
        try
        {
            socket.Send(payload);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // It is about the datagram before: this one was not sent yet.
            Refused++;
            TrySend(socket, payload);
        }
        catch (SocketException e)
        {
            throw new StartupException($"cannot send to UDP {target}: {e.Message}", e);
        }

        Datagrams++;
        Bytes += payload.Length;
    }

    private void TrySend(Socket socket, ReadOnlySpan<byte> payload)
    {
        try
        {
            socket.Send(payload);
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
