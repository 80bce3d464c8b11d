using System.Net;
using System.Net.Sockets;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>A socket that is connected to one collector, and whose datagrams come from a certain sender there.</summary>
/// <remarks>
/// Of one exporter's Transport Session there may be a socket of its own, bound to the exporter's address and port although they are not
/// this machine's (IP_TRANSPARENT, ip(7)): the kernel takes many of its datagrams with one call then. A raw socket sends for all others,
/// one by one, with the UDP header that it is given (raw(7)). Both need CAP_NET_RAW.
/// </remarks>
internal sealed class ForwardSocket : IDisposable
{
    private const int SendBufferBytes = 4 * 1024 * 1024;

    // Without one for UDP_SEGMENT, the kernel says so at the first attempt.
    private int _longestSegment = ushort.MaxValue;

    private ForwardSocket(Socket socket, bool isRaw, bool keepsAddress) => (Socket, IsRaw, KeepsAddress) = (socket, isRaw, keepsAddress);

    public Socket Socket { get; }

    /// <summary>True when each datagram names its sender, in a UDP header and a control message.</summary>
    public bool IsRaw { get; }

    /// <summary>True when what it sends comes from the exporter's address.</summary>
    public bool KeepsAddress { get; }

    /// <summary>When it last sent, in the system's milliseconds.</summary>
    public long LastUsed { get; set; }

    /// <summary>From an address of this machine.</summary>
    /// <exception cref="SocketException">The system gives none.</exception>
    public static ForwardSocket Own(ForwardTarget target) =>
        new(Connected(target, SocketType.Dgram, target.Port, configure: null), isRaw: false, keepsAddress: false);

    /// <summary>For all senders of the collector's own IP version.</summary>
    /// <exception cref="SocketException">The system gives none, as the process lacks CAP_NET_RAW.</exception>
    public static ForwardSocket Raw(ForwardTarget target)
    {
        // Connected, it is not handed a copy of everything that arrives here. A raw socket's port is its protocol's number.
        var socket = Connected(target, SocketType.Raw, port: 0, socket =>
        {
            BeTransparent(socket, target);
            socket.ReceiveBufferSize = 0;
            if (IsIPv6(target))
                socket.SetRawSocketOption(LinuxSocket.SolIPv6, LinuxSocket.IPv6Checksum, BitConverter.GetBytes(UdpHeader.ChecksumOffset));
        });
        return new ForwardSocket(socket, isRaw: true, keepsAddress: true);
    }

    /// <summary>For one Transport Session.</summary>
    /// <returns>Null when the address and port cannot be had, as a program of this machine has them.</returns>
    public static ForwardSocket? OfSession(ForwardTarget target, HostAddress address, int port)
    {
        try
        {
            var socket = Connected(target, SocketType.Dgram, target.Port, socket =>
            {
                BeTransparent(socket, target);
                socket.ReceiveBufferSize = 0;
                socket.Bind(new IPEndPoint(address.ToIPAddress(), port));
            });
            return new ForwardSocket(socket, isRaw: false, keepsAddress: true);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>True when the kernel cuts what it is given into datagrams of this length (UDP_SEGMENT, udp(7)).</summary>
    public bool Segments(int length) => !IsRaw && length > 0 && length <= _longestSegment;

    /// <summary>The kernel did not do it for this length: no network interface cuts beyond what it carries in one piece.</summary>
    public void NoteUnsegmented(int length) => _longestSegment = Math.Min(_longestSegment, length - 1);

    public void Dispose() => Socket.Dispose();

    private static Socket Connected(ForwardTarget target, SocketType type, int port, Action<Socket>? configure)
    {
        var socket = new Socket(target.Address.AddressFamily, type, ProtocolType.Udp);
        try
        {
            configure?.Invoke(socket);
            socket.Blocking = false;
            AskForBuffer(socket);
            socket.Connect(new IPEndPoint(target.Address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsIPv6(ForwardTarget target) => target.Address.AddressFamily == AddressFamily.InterNetworkV6;

    private static void BeTransparent(Socket socket, ForwardTarget target) => socket.SetRawSocketOption(
        IsIPv6(target) ? LinuxSocket.SolIPv6 : LinuxSocket.SolIP,
        IsIPv6(target) ? LinuxSocket.IPv6Transparent : LinuxSocket.IPTransparent, BitConverter.GetBytes(1));

    private static void AskForBuffer(Socket socket)
    {
        try
        {
            socket.SetRawSocketOption(LinuxSocket.SolSocket, LinuxSocket.SoSndBufForce, BitConverter.GetBytes(SendBufferBytes));
        }
        catch (SocketException)
        {
            // Without CAP_NET_ADMIN, as much as net.core.wmem_max allows.
            socket.SendBufferSize = SendBufferBytes;
        }
    }
}
