using System.Net.Sockets;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>Opens the socket of one UDP endpoint.</summary>
internal static class UdpSocket
{
    /// <summary>Opens an endpoint, to be read in the best way that this system has.</summary>
    /// <param name="setting">The key of the setting that names the endpoint, for the operator.</param>
    /// <exception cref="StartupException">The endpoint is in use, not ours, or not permitted.</exception>
    public static IDatagramSource Open(ListenEndpoint endpoint, string setting, UdpOptions options)
    {
        var socket = Bind(endpoint, setting, options.ReceiveBufferBytes);
        return LinuxSocket.IsSupported ? new LinuxDatagramSource(socket, options.MaxDatagramBytes) : new PortableDatagramSource(socket, options.MaxDatagramBytes);
    }

    /// <exception cref="StartupException">The endpoint is in use, not ours, or not permitted.</exception>
    public static Socket Bind(ListenEndpoint endpoint, string setting, int receiveBufferBytes) =>
        ListeningSocket.Bind(endpoint, setting, ProtocolType.Udp, socket => AskForBuffer(socket, receiveBufferBytes));

    /// <summary>What the kernel granted. Linux states twice as much, its own bookkeeping included (socket(7)).</summary>
    public static int GrantedBytes(Socket socket) => OperatingSystem.IsLinux() ? socket.ReceiveBufferSize / 2 : socket.ReceiveBufferSize;

    // With CAP_NET_ADMIN the kernel's limit, net.core.rmem_max, does not hold (SO_RCVBUFFORCE).
    private static void AskForBuffer(Socket socket, int bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                socket.SetRawSocketOption(LinuxSocket.SolSocket, LinuxSocket.SoRcvBufForce, BitConverter.GetBytes(bytes));
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
