using System.Net;
using System.Net.Sockets;

namespace RpcCollector.EndToEnd.Tests.Programs;

/// <summary>
/// Finds ports of loopback that nobody uses. They lie below the range from which the kernel picks ports for clients, so that they stay
/// free until the program has them.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    // Each call goes on where the one before ended; processes begin at different places.
    private static int LastTried = Environment.ProcessId * 97 % (Last - First);

    public static int Tcp() => Next(SocketType.Stream, ProtocolType.Tcp);

    public static int Udp() => Next(SocketType.Dgram, ProtocolType.Udp);

    private static int Next(SocketType type, ProtocolType protocol)
    {
        for (var attempts = Last - First; attempts > 0; attempts--)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref LastTried) % (Last - First));
            using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody has it: the next one.
            }
        }

        throw new InvalidOperationException($"No free port from {First} to {Last}.");
    }
}
