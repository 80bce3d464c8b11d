using System.Net;
using System.Net.Sockets;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class BadInputTests : IDisposable
{
    private const int Datagrams = 6_000;

    // This many of the largest datagrams fit into the smallest receive buffer that a kernel grants by default, so that none is lost before
    // it can be counted.
    private const int InFlight = 48;
    private const int LongestDatagram = 1_472;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Random_and_mutated_datagrams_are_all_accounted_for_and_do_not_stop_the_collector()
    {
        var originals = RealDatagrams();
        await using var collector = await LiveCollector.StartAsync(_folder);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(IPAddress.Loopback, collector.UdpPort, TestContext.Current.CancellationToken);
        var random = new Random(20_140_501);
        var octets = new byte[LongestDatagram];

        for (var sent = 1; sent <= Datagrams; sent++)
        {
            var length = sent % 4 == 0 ? Garbage(octets, random) : Mutant(octets, originals[random.Next(originals.Count)], random);
            await socket.SendAsync(octets.AsMemory(0, length), TestContext.Current.CancellationToken);
            if (sent % InFlight == 0) await UntilReceivedAsync(collector, sent);
        }

        await UntilReceivedAsync(collector, Datagrams);
        var metrics = await collector.UntilAsync(collector.MetricsAsync, Accounts.AreSettled);
        Accounts.AssertBalanced(metrics);
        Assert.True(Accounts.Rejected(metrics, "datagrams") > 0);
        Assert.Equal(Datagrams, Accounts.Received(metrics, "datagrams"));
        Assert.Contains("alive", await collector.TextAsync("/healthz"), StringComparison.Ordinal);

        // It still does its work.
        await ExportTraffic.ToAsync(collector, _folder, "-v", "5");
        await collector.UntilAsync(
            () => collector.ActivitiesAsync($"&client={ExportTraffic.Workstation}&basis=car"), found => found.Count == 1);
    }

    private static Task<double> UntilReceivedAsync(LiveCollector collector, int count) =>
        collector.UntilAsync(async () => Accounts.Received(await collector.MetricsAsync(), "datagrams"), received => received >= count);

    private static List<byte[]> RealDatagrams() =>
        [.. Directory.EnumerateFiles(SharedData.PathOf("captures"), "*.pcap").Order(StringComparer.Ordinal)
            .SelectMany(CapturedDatagrams.Read)
            .Select(datagram => datagram.Payload).Where(payload => payload.Length <= LongestDatagram)];

    private static int Garbage(byte[] octets, Random random)
    {
        random.NextBytes(octets);

        // Half of it claims to be an export.
        if (random.Next(2) == 0) (octets[0], octets[1]) = (0, (byte)random.Next(4, 12));
        return random.Next(LongestDatagram + 1);
    }

    private static int Mutant(byte[] octets, byte[] original, Random random)
    {
        original.CopyTo(octets, 0);
        var length = original.Length;
        Mutation.Apply(octets, ref length, random);
        return length;
    }
}
