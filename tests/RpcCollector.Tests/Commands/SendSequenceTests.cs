using System.Buffers.Binary;
using RpcCollector.Commands;
using RpcCollector.Flows;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Tests.Commands;

public class SendSequenceTests
{
    private static readonly Exports.Flow[] Flows = Exports.MapperAndEndpointFlows();

    [Fact]
    public void Sequence_numbers_stay_as_recorded_when_a_capture_is_sent_once()
    {
        var sent = Send(Ipfix(messages: 5, recordsEach: 2), times: 1).Datagrams;

        Assert.Equal([7, 7, 9, 11, 13, 15], sent.Select(IpfixSequence));
    }

    [Fact]
    public void Sequence_numbers_of_IPFIX_go_on_by_Data_Records_from_one_round_to_the_next()
    {
        var sent = Send(Ipfix(messages: 3, recordsEach: 2), times: 3).Datagrams;

        Assert.Equal([7, 7, 9, 11, 13, 13, 15, 17, 19, 19, 21, 23], sent.Select(IpfixSequence));
    }

    [Fact]
    public void Sequence_numbers_that_count_their_own_Message_in_go_on_as_such()
    {
        byte[][] capture = [Exports.IpfixTemplate(sequence: 0), Data(2, 2), Data(5, 3), Data(6, 1)];

        var sent = Send(capture, times: 2).Datagrams;

        Assert.Equal([0, 2, 5, 6, 6, 8, 11, 12], sent.Select(IpfixSequence));

        static byte[] Data(int total, int records) => Exports.IpfixData(total, [.. Enumerable.Repeat(Flows[0], records)]);
    }

    [Fact]
    public void Sequence_numbers_of_NetFlow_v5_go_on_by_flows_from_one_round_to_the_next()
    {
        var sent = Send([NetFlow5(100), NetFlow5(102)], times: 2).Datagrams;

        Assert.Equal([100u, 102u, 104u, 106u], sent.Select(datagram => BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(16))));
    }

    [Fact]
    public void Sequence_numbers_of_NetFlow_v9_go_on_by_Messages_and_wrap_at_32_bits()
    {
        var sent = Send([NetFlow9(uint.MaxValue - 1), NetFlow9(uint.MaxValue)], times: 2).Datagrams;

        Assert.Equal(
            [uint.MaxValue - 1, uint.MaxValue, 0, 1], sent.Select(datagram => BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(12))));
    }

    [Fact]
    public void What_is_withheld_is_what_the_sequence_numbers_say_is_missing()
    {
        var sent = Send(Ipfix(messages: 100, recordsEach: 2), times: 1, withheldShare: 0.1);

        Assert.Equal(91, sent.Datagrams.Count);
        Assert.Equal(10, sent.Sender.Withheld);
        Assert.Equal([KeyValuePair.Create(10, 20L)], sent.Sender.WithheldUnits);

        // As a collector counts: each number that jumps ahead of what was expected.
        var (missing, expected) = (0, 7);
        foreach (var datagram in sent.Datagrams.Skip(1))
        {
            missing += IpfixSequence(datagram) - expected;
            expected = IpfixSequence(datagram) + 2;
        }

        Assert.Equal(20, missing);
    }

    [Fact]
    public void Templates_and_the_ends_of_a_sequence_are_never_withheld()
    {
        var capture = Ipfix(messages: 10, recordsEach: 1);

        var sent = Send(capture, times: 1, withheldShare: 0.99).Datagrams;

        Assert.Equal(capture[0], sent[0]);
        Assert.Equal(capture[^1], sent[^1]);
    }

    [Fact]
    public void NetFlow_cannot_go_over_tcp_and_IPFIX_goes_without_what_lies_behind_its_Message()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var transport = new TcpExport((System.Net.IPEndPoint)listener.LocalEndpoint);

        Assert.False(transport.Send(default, NetFlow5(0)));
        Assert.False(transport.Send(default, Exports.Ipfix().AsSpan(0, 10)));
        Assert.True(transport.Send(default, [.. Exports.Ipfix(), 0, 0, 0]));

        using var connection = listener.AcceptTcpClient();
        var buffer = new byte[100];
        connection.GetStream().ReadExactly(buffer, 0, 16);
        Assert.Equal(Exports.Ipfix(), buffer[..16]);
        Assert.Equal(0, connection.Available);
    }

    /// <summary>A Template, and Messages whose sequence begins at 7.</summary>
    private static byte[][] Ipfix(int messages, int recordsEach) =>
    [
        Exports.IpfixTemplate(sequence: 7),
        .. Enumerable.Range(0, messages)
            .Select(i => Exports.IpfixData(7 + (i * recordsEach), [.. Enumerable.Repeat(Flows[0], recordsEach)])),
    ];

    private static byte[] NetFlow5(uint sequence)
    {
        var datagram = Exports.NetFlow5(Flows);
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(16), sequence);
        return datagram;
    }

    private static byte[] NetFlow9(uint sequence) =>
        new Octets().U16(9).U16(0).U32(1_000).U32(Exports.ExportUnixSeconds).U32(sequence).U32(3).ToArray();

    private static int IpfixSequence(byte[] datagram) => BinaryPrimitives.ReadInt32BigEndian(datagram.AsSpan(8));

    private static (List<byte[]> Datagrams, ExportSender Sender) Send(byte[][] datagrams, int times, double withheldShare = 0)
    {
        using var folder = new TemporaryFolder();
        var capture =
            folder.Write(
                "exports", CaptureFiles.Pcap([.. datagrams.Select(datagram => Frames.Ethernet(Frames.IPv4(Frames.Udp(datagram))))]));
        using var transport = new Kept();
        var sender = new ExportSender(transport, SendPace.InCaptureTime(1_000_000_000), CancellationToken.None, withheldShare);
        for (var i = 0; i < times; i++) sender.Send(capture);
        return (transport.Datagrams, sender);
    }

    private sealed class Kept : IExportTransport
    {
        public List<byte[]> Datagrams { get; } = [];

        public long Refused => 0;

        public bool Send(in TransportSession session, ReadOnlySpan<byte> datagram)
        {
            Datagrams.Add(datagram.ToArray());
            return true;
        }

        public void Settle()
        {
        }

        public void Dispose()
        {
        }
    }
}
