using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RpcCollector.Lab.Synthetic;

namespace RpcCollector.Benchmarks.Load;

/// <summary>
/// Sends pairs of a mapper flow and its endpoint flow that can be told apart, and looks for each in the API: how long from datagram to
/// <c>/api/v1/activities</c>.
/// </summary>
/// <param name="isFirst">False when pairs were sent before: these have other clients.</param>
internal sealed class MarkedPairs(Collector collector, bool isFirst = true)
{
    // 172.31.0.0/16 is no client of the load beside it.
    private const uint FirstClient = 0xAC1F_0000;
    private const uint SecondRun = 0x8000;
    private const uint Server = 0x0A01_0001;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> _sent = [];
    private readonly List<TimeSpan> _latencies = [];

    public int NumSent { get; private set; }

    /// <summary>One for each pair that was found, the shortest first.</summary>
    public IReadOnlyList<TimeSpan> Latencies => _latencies;

    public async Task RunAsync(TimeSpan duration)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        socket.Connect(IPAddress.Loopback, collector.Port);
        var message =
            new SyntheticMessage(ExportVersion.Ipfix, [new SyntheticTemplate(0, ExportVersion.Ipfix, hasVariableLength: false)], 0);
        var datagram = new byte[SyntheticMessage.MaxOctets];
        socket.Send(datagram.AsSpan(0, message.WriteTemplates(datagram, 0, Now()).Octets));

        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            Send(socket, message, datagram);
            await LookAsync();
            var next = Interval * NumSent;
            if (next - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } early) await Task.Delay(early);
        }

        var ended = Stopwatch.GetTimestamp();
        while (_sent.Count > 0 && Stopwatch.GetElapsedTime(ended) < Patience) await LookAsync();
        _latencies.Sort();
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private void Send(Socket socket, SyntheticMessage message, byte[] datagram)
    {
        var (client, now) = (FirstClient + (isFirst ? 0u : SecondRun) + (uint)NumSent, Now());
        SyntheticFlow[] pair =
            [new(client, Server, 50_000, SyntheticFlow.MapperPort, now - 400), new(client, Server, 50_001, 49_700, now - 350)];
        var octets = message.WriteData(datagram, 0, pair, now);
        message.PutSequence(datagram, (uint)(NumSent * pair.Length));
        _sent.Add(new IPAddress(IPAddress.HostToNetworkOrder((int)client) & 0xFFFF_FFFF).ToString(), Stopwatch.GetTimestamp());
        NumSent++;
        socket.Send(datagram.AsSpan(0, octets));
    }

    private async Task LookAsync()
    {
        var since = DateTimeOffset.UtcNow.AddSeconds(-5).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var page =
            JsonDocument.Parse(await collector.Http.GetStringAsync($"api/v1/activities?client=172.31.0.0/16&limit=1000&since={since}"));
        foreach (var activity in page.RootElement.GetProperty("items").EnumerateArray())
        {
            if (_sent.Remove(activity.GetProperty("client").GetString()!, out var sent)) _latencies.Add(Stopwatch.GetElapsedTime(sent));
        }
    }
}
