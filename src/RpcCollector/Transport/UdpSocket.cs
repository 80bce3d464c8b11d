using System.Net;
using System.Net.Sockets;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>Opens the socket of one UDP endpoint.</summary>
internal static class UdpSocket
{
    /// <summary>Several sockets on one port are known to work on Linux only.</summary>
    public static int MostReceivers => LinuxSocket.IsSupported ? int.MaxValue : 1;

    /// <summary>Opens an endpoint for <paramref name="count"/> threads, with the fastest way of reading that this system has.</summary>
    /// <param name="setting">The key of the setting that names the endpoint, for the operator.</param>
    /// <exception cref="StartupException">The endpoint is in use, not ours, or not permitted.</exception>
    public static IReadOnlyList<IDatagramSource> Open(ListenEndpoint endpoint, string setting, UdpOptions options, int count)
    {
        var sockets = Bind(endpoint, setting, options.ReceiveBufferBytes, count);
        return [.. sockets.Select(
            socket =>
            LinuxSocket.IsSupported
            ? new LinuxDatagramSource(socket, options.MaxDatagramBytes)
            : (IDatagramSource)new PortableDatagramSource(socket, options.MaxDatagramBytes))];
    }

    /// <summary>
    /// Binds several sockets to one port; the kernel spreads datagrams among them by their source and destination (SO_REUSEPORT,
    /// socket(7)).
    /// </summary>
    /// <remarks>
    /// The first socket is bound alone, so that binding fails if another process has the port, even one that would share it. Only then
    /// is the port opened for the other sockets.
    /// </remarks>
    /// <exception cref="StartupException">The endpoint is in use, not ours, or not permitted.</exception>
    public static IReadOnlyList<Socket> Bind(ListenEndpoint endpoint, string setting, int receiveBufferBytes, int count)
    {
        List<Socket> sockets = [Bind(endpoint, setting, receiveBufferBytes)];
        try
        {
            if (count > 1) Share(sockets[0]);
            endpoint = endpoint with { Port = (ushort)((IPEndPoint)sockets[0].LocalEndPoint!).Port };
            while (sockets.Count < count)
            {
                sockets.Add(ListeningSocket.Bind(endpoint, setting, ProtocolType.Udp, socket =>
                {
                    Share(socket);
                    AskForBuffer(socket, receiveBufferBytes);
                }));
            }

            return sockets;
        }
        catch
        {
            foreach (var socket in sockets) socket.Dispose();
            throw;
        }
    }

    /// <exception cref="StartupException">The endpoint is in use, not ours, or not permitted.</exception>
    public static Socket Bind(ListenEndpoint endpoint, string setting, int receiveBufferBytes) =>
        ListeningSocket.Bind(endpoint, setting, ProtocolType.Udp, socket => AskForBuffer(socket, receiveBufferBytes));

    /// <summary>
    /// The receive buffer that the kernel granted. Linux reports twice as much, because it includes its own bookkeeping (socket(7)).
    /// </summary>
    public static int GrantedBytes(Socket socket) => OperatingSystem.IsLinux() ? socket.ReceiveBufferSize / 2 : socket.ReceiveBufferSize;

    private static void Share(Socket socket) =>
        socket.SetRawSocketOption(LinuxSocket.SolSocket, LinuxSocket.SoReusePort, BitConverter.GetBytes(1));

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
                // Not permitted: ask in the ordinary way, within the kernel's limit.
            }
        }

        socket.ReceiveBufferSize = bytes;
    }
}
