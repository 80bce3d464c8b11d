namespace RpcCollector.WireFormat.Tests;

public sealed class NetflowV5Tests
{
    private const string Record = """
        ac122705 ac122706 c0000201 0003 0004 00000007 000001c8 000f4240 000f4a38 d7e5 0087
        00 1b 06 10 fde8 fde9 18 10 0000
        """;

    [Fact]
    public void Header_and_record_read_field_by_field()
    {
        var message = new NetflowV5(Octets.Stream(Header(1), Record));

        Assert.Equal(5, message.Header.Version);
        Assert.Equal(3_600_000u, message.Header.SystemUptimeMilliseconds);
        Assert.Equal(1_596_700_565u, message.Header.ExportSeconds);
        Assert.Equal(251_000_000u, message.Header.ExportNanoseconds);
        Assert.Equal(42u, message.Header.FlowSequence);
        Assert.Equal((1, 2), (message.Header.EngineType, message.Header.EngineId));
        Assert.Equal((1ul, 100ul), (message.Header.SamplingMode, message.Header.SamplingInterval));

        var record = Assert.Single(message.Records);
        Assert.Equal((0xac122705, 0xac122706, 0xc0000201), (record.SourceAddress, record.DestinationAddress, record.NextHopAddress));
        Assert.Equal((3, 4), (record.IngressInterface, record.EgressInterface));
        Assert.Equal((7u, 456u), (record.Packets, record.Octets));
        Assert.Equal((1_000_000u, 1_002_040u), (record.StartUptimeMilliseconds, record.EndUptimeMilliseconds));
        Assert.Equal((55_269, 135), (record.SourcePort, record.DestinationPort));
        Assert.Equal((0x1b, 6, 0x10), (record.TcpFlags, record.Protocol, record.TypeOfService));
        Assert.Equal((65_000, 65_001), (record.SourceAs, record.DestinationAs));
        Assert.Equal((24, 16), (record.SourcePrefixLength, record.DestinationPrefixLength));
    }

    [Fact]
    public void Header_that_states_more_records_than_the_datagram_holds_reads_those_it_holds() =>
        Assert.Equal(2, new NetflowV5(Octets.Stream(Header(55_582), Record, Record, "0102")).Records.Count);

    [Fact]
    public void Octets_beyond_the_stated_records_are_not_read() =>
        Assert.Single(new NetflowV5(Octets.Stream(Header(1), Record, Record)).Records);

    [Fact]
    public void Message_without_records_has_an_empty_list() =>
        Assert.Empty(new NetflowV5(Octets.Stream(Header(0))).Records);

    [Fact]
    public void Another_version_is_refused() =>
        Assert.Throws<ValidationNotEqualError>(
            () => new NetflowV5(Octets.Stream("0007 0000 00000000 00000000 00000000 00000000 00000000")));

    private static string Header(int records) => $"0005 {records:x4} 0036ee80 5f2bb795 0ef5f4c0 0000002a 01 02 4064";
}
