using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RpcCollector.Captures;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Lab.Sites;

/// <summary>Sends what was written for each sensor, from the addresses and ports of its exporters.</summary>
internal sealed class SiteSender(CancellationToken stopping) : IDisposable
{
    private readonly Dictionary<(HostAddress Address, ushort Port), Socket> _sockets = [];

    public long Datagrams { get; private set; }

    /// <param name="files">Of each sensor.</param>
    /// <param name="targets">For each sensor those who are sent the same.</param>
    /// <param name="part">Which of so many parts of equal time is sent, from 0 on; they are cut between two minutes.</param>
    /// <param name="over">In how many seconds all parts together are sent.</param>
    /// <param name="apart">How many seconds later each sensor gets the same moment than the one before it.</param>
    public void Send(
        IReadOnlyList<string> files, IReadOnlyList<IPEndPoint[]> targets, (int Number, int Of) part, double over, double apart)
    {
        var all = new List<(long At, int Sensor, HostAddress Address, ushort Port, byte[] Octets)>();
        foreach (var (sensor, file) in files.Index())
        {
            using var capture = new CaptureMerge([new CaptureInput(file, IsNamed: true)], new CaptureTally());
            while (capture.TryRead(out var datagram))
                all.Add((datagram.ArrivalUnixMilliseconds, sensor, datagram.Session.ExporterAddress, datagram.Session.ExporterPort,
                    [.. datagram.Payload]));
        }

        var (first, last) = (all.Min(one => one.At), all.Max(one => one.At) + 1);
        var (from, until) = (Cut(part.Number), Cut(part.Number + 1));
        var began = Stopwatch.GetTimestamp();

        // What is due at once keeps its order, that of the files.
        foreach (var (one, due) in all.Where(one => one.At >= from && one.At < until)
            .Select(one => (one, Due: ((one.At - Math.Max(from, first)) * over / (last - first)) + (one.Sensor * apart)))
            .OrderBy(pair => pair.Due))
        {
            while (due - Stopwatch.GetElapsedTime(began).TotalSeconds is > 0.001 and var early)
            {
                if (stopping.WaitHandle.WaitOne(TimeSpan.FromSeconds(Math.Min(early, 1)))) return;
            }

            var socket = SocketOf(one.Address, one.Port);
            foreach (var target in targets[one.Sensor]) SendTo(socket, target, one.Octets);
            Datagrams++;
        }

        long Cut(int number)
        {
            if (number == 0) return long.MinValue;
            if (number == part.Of) return long.MaxValue;
            return (first + ((last - first) * number / part.Of)) / SiteTraffic.Minute * SiteTraffic.Minute;
        }
    }

    public void Dispose()
    {
        foreach (var socket in _sockets.Values) socket.Dispose();
    }

    // A sensor that was killed answers that nobody listens: what was sent to it is lost, as on a network.
    private static void SendTo(Socket socket, IPEndPoint target, byte[] octets)
    {
        try
        {
            socket.SendTo(octets, target);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            socket.SendTo(octets, target);
        }
    }

    private Socket SocketOf(HostAddress address, ushort port)
    {
        if (_sockets.TryGetValue((address, port), out var known)) return known;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var from = new IPEndPoint(IPAddress.Parse(address.ToString()), port);
        try
        {
            // Two senders may stand for the same exporters, each towards collectors of its own.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(from);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new StartupException($"cannot send from UDP {from}: {e.Message}", e);
        }

        return _sockets[(address, port)] = socket;
    }
}
