using System.Buffers.Binary;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Tests;

public class OtherFormatTests
{
    private static readonly TransportSession Session = new(HostAddress.Parse("192.0.2.1"), 6343, HostAddress.Parse("192.0.2.9"), 2055);

    private readonly ExporterCatalog _catalog = new(new ExporterDirectory());
    private readonly HopCounters _counters = new();

    public static TheoryData<Rejection, byte[]> Formats => new()
    {
        { Rejection.Sflow, [0, 0, 0, 5, 0, 0, 0, 1, .. new byte[20]] },
        { Rejection.Sflow, [0, 0, 0, 5, 0, 0, 0, 2, .. new byte[32]] },
        { Rejection.Sflow, [0, 0, 0, 4, 0, 0, 0, 1, .. new byte[20]] },
        { Rejection.Sflow, [0, 0, 0, 2, 0, 0, 0, 1, .. new byte[20]] },
        { Rejection.NetflowV1, [0, 1, 0, 2, .. new byte[12 + 104]] },
        { Rejection.NetflowV6, [0, 6, 0, 1, .. new byte[20 + 52]] },
        { Rejection.NetflowV7, [0, 7, 0, 27, .. new byte[20 + (27 * 52)]] },
        { Rejection.NetflowV8, [0, 8, 0, 1, .. new byte[24 + 28]] },
        { Rejection.UnknownVersion, [0, 0, 0, 5, 0, 0, 0, 3, .. new byte[20]] },
        { Rejection.UnknownVersion, [0, 0, 0, 5, 0, 0, 0, 1] },
        { Rejection.UnknownVersion, [0, 1, 0, 0, .. new byte[60]] },
        { Rejection.UnknownVersion, [0, 1, 1, 0, .. new byte[60]] },
        { Rejection.UnknownVersion, [0, 7, 0, 2, .. new byte[20 + 52]] },
        { Rejection.UnknownVersion, [0, 1] },
        { Rejection.UnknownVersion, "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_format_that_is_not_read_is_counted_by_its_own_reason_and_its_sender_is_known(Rejection format, byte[] datagram)
    {
        var decoder = new DatagramDecoder(new FlowOptions(), _catalog, _counters, new NoFlows());

        decoder.Decode(datagram, Session, 5_000);
        decoder.Decode(datagram, Session, 7_000);

        Assert.Equal(2, _counters.Rejected(Hop.Datagram, format));
        Assert.Equal(0, _catalog.NumExporters);
        if (format == Rejection.UnknownVersion)
        {
            Assert.Empty(_catalog.OtherSenders());
            return;
        }

        Assert.Equal(
            [new OtherSenderStatus(
                Session.ExporterAddress, format, DateTimeOffset.FromUnixTimeMilliseconds(5_000),
                DateTimeOffset.FromUnixTimeMilliseconds(7_000), 2)],
            _catalog.OtherSenders());
    }

    [Fact]
    public void Of_who_may_not_export_nothing_is_kept()
    {
        _catalog.Admit(new FlowOptions { AllowedExporters = ["198.51.100.0/24"] });

        new DatagramDecoder(new FlowOptions(), _catalog, _counters, new NoFlows())
            .Decode([0, 0, 0, 5, 0, 0, 0, 1, .. new byte[20]], Session, 5_000);

        Assert.Equal(1, _counters.Rejected(Hop.Datagram, Rejection.Sflow));
        Assert.Empty(_catalog.OtherSenders());
    }

    [Fact]
    public void Senders_are_bounded_and_make_room_after_an_hour_of_quiet()
    {
        var senders = new OtherSenders();
        for (var i = 0u; i < 10_000; i++) senders.Count(HostAddress.FromIPv4(i), Rejection.Sflow, 1_000 + i);

        Assert.Equal(OtherSenders.Capacity, senders.All().Count);
        Assert.Equal(HostAddress.FromIPv4(0), senders.All()[0].Address);

        senders.Count(HostAddress.FromIPv4(77_777), Rejection.Sflow, 3_601_000);

        Assert.Equal(OtherSenders.Capacity, senders.All().Count);
        Assert.Equal(HostAddress.FromIPv4(77_777), senders.All()[^1].Address);
        Assert.DoesNotContain(senders.All(), sender => sender.Address == HostAddress.FromIPv4(0));
    }

    [Fact]
    public void A_version_that_is_read_is_never_taken_for_another_format()
    {
        var datagram = new byte[200];
        var random = new Random(7);
        foreach (var version in new ushort[] { 5, 9, 10 })
        {
            for (var round = 0; round < 1_000; round++)
            {
                random.NextBytes(datagram);
                BinaryPrimitives.WriteUInt16BigEndian(datagram, version);
                Assert.False(OtherFormat.Is(ExportMessage.Read(datagram, out _)));
            }
        }
    }

    private sealed class NoFlows : IFlowStartSink
    {
        public void Offer(in FlowStart start)
        {
        }
    }
}
