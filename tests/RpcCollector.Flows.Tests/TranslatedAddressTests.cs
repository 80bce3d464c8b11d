using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows.Tests;

public sealed class TranslatedAddressTests
{
    [Fact]
    public void Two_ports_whose_devices_started_at_different_times_are_several_exporters()
    {
        var decoder = new DecoderUnderTest();
        for (uint second = 0; second < 30; second += 5)
        {
            decoder.Decode(V9(second, port: 40_000, upTime: 100_000));
            decoder.Decode(V9(second, port: 40_001, upTime: 900_000));
        }

        Assert.True(LooksLikeMany(decoder));
        Assert.Equal(JoinTrust.Translated, decoder.Catalog.Exporters().Single().JoinTrust);
    }

    [Fact]
    public void Two_ports_of_one_device_are_one_exporter()
    {
        var decoder = new DecoderUnderTest();
        for (uint second = 0; second < 30; second += 5)
        {
            decoder.Decode(V9(second, port: 40_000, upTime: 100_000));
            decoder.Decode(V9(second, port: 40_001, upTime: 100_000));
        }

        Assert.False(LooksLikeMany(decoder));
    }

    [Fact]
    public void Exporter_that_restarts_on_another_port_is_one_exporter()
    {
        var decoder = new DecoderUnderTest();
        for (uint second = 0; second < 30; second += 5) decoder.Decode(V9(second, port: 40_000, upTime: 100_000));
        for (uint second = 30; second < 60; second += 5) decoder.Decode(V9(second, port: 40_001, upTime: 0));

        Assert.False(LooksLikeMany(decoder));
    }

    [Fact]
    public void Two_ipfix_sequences_side_by_side_in_one_domain_are_several_exporters()
    {
        var decoder = new DecoderUnderTest();
        for (uint i = 0; i < 6; i++)
        {
            decoder.Decode(Ipfix(i * 5, sequence: i, port: 40_000));
            decoder.Decode(Ipfix(i * 5, sequence: 1000 + i, port: 40_001));
        }

        Assert.True(LooksLikeMany(decoder));
    }

    [Fact]
    public void One_ipfix_sequence_spread_over_two_ports_is_one_exporter()
    {
        var decoder = new DecoderUnderTest();
        for (uint i = 0; i < 12; i++) decoder.Decode(Ipfix(i * 5, sequence: i, port: (ushort)(40_000 + (i % 2))));

        Assert.False(LooksLikeMany(decoder));
    }

    [Fact]
    public void Domains_of_a_device_may_have_clocks_of_their_own()
    {
        var decoder = new DecoderUnderTest();
        for (uint second = 0; second < 30; second += 5)
        {
            decoder.Decode(V9(second, port: 40_000, upTime: 100_000, domain: 1));
            decoder.Decode(V9(second, port: 40_001, upTime: 900_000, domain: 2));
        }

        Assert.False(LooksLikeMany(decoder));
    }

    private static bool LooksLikeMany(DecoderUnderTest decoder) => decoder.Catalog.Health().Single().LooksLikeManyExporters;

    private static CapturedDatagram V9(uint second, ushort port, uint upTime, uint domain = 1) =>
        At(second, MessageBuilder.NetFlowV9(domain, upTime + (second * 1000), MessageBuilder.ExportSeconds + second)
            .Template(256, Layout.Flow).From(port: port));

    private static CapturedDatagram Ipfix(uint second, uint sequence, ushort port) =>
        At(second, MessageBuilder.Ipfix(exportSeconds: MessageBuilder.ExportSeconds + second, sequence: sequence).Template(256, Layout.Flow)
            .Set(256, set => set.MapperFlow()).From(port: port));

    private static CapturedDatagram At(uint second, CapturedDatagram datagram) => datagram with
    {
        ArrivalUnixMilliseconds = MessageBuilder.ExportMilliseconds + (second * 1000),
    };
}
