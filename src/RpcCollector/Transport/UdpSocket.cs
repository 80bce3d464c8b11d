using System.Net;
using System.Net.Sockets;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>Opens the socket of one listen endpoint.</summary>
internal static class UdpSocket
{
    private const int SolSocket = 1;
    private const int SoRcvBufForce = 33;

    /// <summary>A bound socket; for all addresses one of both families, or of IPv4 where the system has no IPv6.</summary>
    /// <exception cref="StartupException">The endpoint is in use, not ours, or not permitted.</exception>
    public static Socket Bind(ListenEndpoint endpoint, string setting, int receiveBufferBytes)
    {
        try
        {
            return TryBind(endpoint, receiveBufferBytes);
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
            throw new StartupException($"{setting}: cannot listen on UDP {endpoint}: {why}", e);
        }
    }

    /// <summary>What the kernel granted. Linux states twice as much, its own bookkeeping included (socket(7)).</summary>
    public static int GrantedBytes(Socket socket) => OperatingSystem.IsLinux() ? socket.ReceiveBufferSize / 2 : socket.ReceiveBufferSize;

    private static Socket TryBind(ListenEndpoint endpoint, int receiveBufferBytes)
    {
        if (endpoint.Address is { } address) return Bind(new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp), address, endpoint.Port, receiveBufferBytes);
        if (Socket.OSSupportsIPv6)
        {
            try
            {
                var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
                return Bind(socket, IPAddress.IPv6Any, endpoint.Port, receiveBufferBytes);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
            {
                // IPv6 is compiled in but switched off.
            }
        }

        return Bind(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), IPAddress.Any, endpoint.Port, receiveBufferBytes);
    }

    private static Socket Bind(Socket socket, IPAddress address, int port, int receiveBufferBytes)
    {
        try
        {
            // One address of IPv6 alone must not take the port of IPv4 with it.
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.Equals(IPAddress.IPv6Any)) socket.DualMode = false;
            AskForBuffer(socket, receiveBufferBytes);
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // With CAP_NET_ADMIN the kernel's limit, net.core.rmem_max, does not hold (SO_RCVBUFFORCE).
    private static void AskForBuffer(Socket socket, int bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                socket.SetRawSocketOption(SolSocket, SoRcvBufForce, BitConverter.GetBytes(bytes));
                return;
            }
            catch (SocketException)
            {
                // Not permitted: ask for what everybody may have.
            }
        }

        socket.ReceiveBufferSize = bytes;
    }
}
