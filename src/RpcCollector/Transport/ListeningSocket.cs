using System.Net;
using System.Net.Sockets;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>Binds the socket of one listen endpoint.</summary>
internal static class ListeningSocket
{
    /// <summary>A bound socket. For all addresses it serves both families, or only IPv4 where the system has no IPv6.</summary>
    /// <param name="setting">The key of the setting that names the endpoint, for the operator.</param>
    /// <param name="prepare">What must be set before the socket is bound.</param>
    /// <exception cref="StartupException">The endpoint is in use, not ours, or not permitted.</exception>
    public static Socket Bind(ListenEndpoint endpoint, string setting, ProtocolType protocol, Action<Socket>? prepare = null)
    {
        try
        {
            return TryBind(endpoint, protocol, prepare);
        }
        catch (SocketException e)
        {
            var why = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another process listens there already",
                SocketError.AccessDenied => "this port needs more rights than the process has",
                SocketError.AddressNotAvailable => "no interface of this host has that address",
                SocketError.AddressFamilyNotSupported => "this host has no such address family",
                _ => e.Message,
            };
            throw new StartupException(
                $"{setting}: cannot listen on {(protocol == ProtocolType.Udp ? "UDP" : "TCP")} {endpoint}: {why}", e);
        }
    }

    private static Socket TryBind(ListenEndpoint endpoint, ProtocolType protocol, Action<Socket>? prepare)
    {
        if (endpoint.Address is { } address) return Bind(Create(address.AddressFamily, protocol), address, endpoint.Port, prepare);
        if (Socket.OSSupportsIPv6)
        {
            try
            {
                var socket = Create(AddressFamily.InterNetworkV6, protocol);
                socket.DualMode = true;
                return Bind(socket, IPAddress.IPv6Any, endpoint.Port, prepare);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
            {
                // IPv6 is compiled in but switched off.
            }
        }

        return Bind(Create(AddressFamily.InterNetwork, protocol), IPAddress.Any, endpoint.Port, prepare);
    }

    private static Socket Create(AddressFamily family, ProtocolType protocol) =>
        new(family, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);

    private static Socket Bind(Socket socket, IPAddress address, int port, Action<Socket>? prepare)
    {
        try
        {
            // A socket for a single IPv6 address must not occupy the IPv4 port too.
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.Equals(IPAddress.IPv6Any)) socket.DualMode = false;
            prepare?.Invoke(socket);
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
