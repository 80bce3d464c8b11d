using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>Sends IPFIX Messages over TCP (RFC 7011, 10.4), over one connection for each Transport Session.</summary>
internal sealed class TcpExport(IPEndPoint target) : IExportTransport
{
    private readonly Dictionary<TransportSession, Socket> _connections = [];

    public long Refused => 0;

    /// <summary>False for NetFlow, which states no length by which a stream could be cut, and for an incomplete Message.</summary>
    public bool Send(in TransportSession session, ReadOnlySpan<byte> datagram)
    {
        if (datagram is not [0, 10, _, _, ..]) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length < 16 || length > datagram.Length) return false;
        try
        {
            var connection = ConnectionOf(session);
            for (var message = datagram[..length]; message.Length > 0;) message = message[connection.Send(message)..];
            return true;
        }
        catch (SocketException e)
        {
            throw new StartupException($"cannot send to TCP {target}: {e.Message}", e);
        }
    }

    /// <summary>Closes the sending side, and waits until the collector has closed its end: then it has received everything.</summary>
    public void Settle()
    {
        Span<byte> nothing = stackalloc byte[1];
        foreach (var connection in _connections.Values)
        {
            try
            {
                connection.Shutdown(SocketShutdown.Send);
                connection.ReceiveTimeout = 5_000;
                connection.Receive(nothing);
            }
            catch (SocketException)
            {
                // The collector reset the connection or takes too long to close it; there is nothing left to do.
            }
        }
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Values) connection.Dispose();
    }

    private Socket ConnectionOf(in TransportSession session)
    {
        if (_connections.TryGetValue(session, out var known)) return known;
        var connection = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _connections[session] = connection;
        connection.Connect(target);
        return connection;
    }
}
