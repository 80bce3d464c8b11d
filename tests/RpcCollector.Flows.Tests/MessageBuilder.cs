using System.Buffers.Binary;

namespace RpcCollector.Flows.Tests;

/// <summary>Writes NetFlow and IPFIX Messages octet by octet, for tests.</summary>
internal sealed class MessageBuilder
{
    public const uint ExportSeconds = 1_600_000_000;
    public const long ExportMilliseconds = ExportSeconds * 1000L;

    private readonly List<byte> _octets = [];
    private readonly int _version;

    private MessageBuilder(int version) => _version = version;

    public static MessageBuilder Ipfix(uint domain = 1, uint exportSeconds = ExportSeconds, uint sequence = 0) =>
        new MessageBuilder(10).U16(10).U16(0).U32(exportSeconds).U32(sequence).U32(domain);

    public static MessageBuilder NetFlowV9(
        uint domain = 1, uint sysUpTime = 100_000, uint exportSeconds = ExportSeconds, uint sequence = 0) =>
        new MessageBuilder(9).U16(9).U16(0).U32(sysUpTime).U32(exportSeconds).U32(sequence).U32(domain);

    public static MessageBuilder NetFlowV5(int count, uint sysUpTime = 100_000, uint nanoseconds = 0, int sampling = 0) =>
        new MessageBuilder(5).U16(5).U16(count).U32(sysUpTime).U32(ExportSeconds).U32(nanoseconds).U32(0).U16(0).U16(sampling);

    public MessageBuilder U8(int value)
    {
        _octets.Add((byte)value);
        return this;
    }

    public MessageBuilder U16(int value) => U8(value >> 8).U8(value);

    public MessageBuilder U32(uint value) => U16((int)(value >> 16)).U16((int)(value & 0xFFFF));

    public MessageBuilder U64(ulong value) => U32((uint)(value >> 32)).U32((uint)value);

    public MessageBuilder Zeros(int count)
    {
        _octets.AddRange(new byte[count]);
        return this;
    }

    public MessageBuilder Address(string address)
    {
        _octets.AddRange(System.Net.IPAddress.Parse(address).GetAddressBytes());
        return this;
    }

    /// <summary>A Set whose length is filled in once its content is written.</summary>
    public MessageBuilder Set(int id, Action<MessageBuilder> content, int? statedLength = null)
    {
        var start = _octets.Count;
        U16(id).U16(0);
        content(this);
        Patch(start + 2, statedLength ?? _octets.Count - start);
        return this;
    }

    /// <summary>A Template Set with one Template.</summary>
    public MessageBuilder Template(int id, params (int Element, int Length)[] fields) => Set(_version == 9 ? 0 : 2, set =>
    {
        set.U16(id).U16(fields.Length);
        foreach (var (element, length) in fields) set.U16(element).U16(length);
    });

    /// <summary>An Options Template Set with one Options Template.</summary>
    public MessageBuilder OptionsTemplate(int id, (int Element, int Length)[] scope, (int Element, int Length)[] fields) =>
        Set(_version == 9 ? 1 : 3, set =>
    {
        set.U16(id);
        if (_version == 9) set.U16(scope.Length * 4).U16(fields.Length * 4);
        else set.U16(scope.Length + fields.Length).U16(scope.Length);
        foreach (var (element, length) in (IEnumerable<(int Element, int Length)>)[.. scope, .. fields]) set.U16(element).U16(length);
    });

    /// <summary>One NetFlow v5 record of TCP.</summary>
    public MessageBuilder V5Record(
        string source, int sourcePort, string destination, int destinationPort, uint first, uint last, int flags = 0x1B) =>
        Address(source).Address(destination).Zeros(8).U32(5).U32(500).U32(first).U32(last).U16(sourcePort).U16(destinationPort).U8(0)
            .U8(flags).U8(6).Zeros(9);

    public byte[] Build()
    {
        if (_version == 10) Patch(2, _octets.Count);
        return [.. _octets];
    }

    public byte[] BuildWithStatedLength(int length)
    {
        Patch(2, length);
        return [.. _octets];
    }

    public CapturedDatagram From(
        string exporter = "192.0.2.1", ushort port = 40_000, ushort collectorPort = 2055, long arrival = ExportMilliseconds) =>
        new(arrival, new TransportSession(HostAddress.Parse(exporter), port, HostAddress.Parse("192.0.2.9"), collectorPort),
            Build());

    private void Patch(int place, int value)
    {
        Span<byte> octets = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        (_octets[place], _octets[place + 1]) = (octets[0], octets[1]);
    }
}

/// <summary>Field lists that many tests share.</summary>
internal static class Layout
{
    /// <summary>Addresses, ports, protocol, flags and millisecond times: 13 + 1 + 16 octets.</summary>
    public static readonly (int Element, int Length)[] Flow = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (152, 8), (153, 8)];

    public static MessageBuilder FlowRecord(
        this MessageBuilder builder, string source, int sourcePort, string destination, int destinationPort, long start, long end,
        int protocol = 6, int flags = 0x1B) =>
        builder.Address(source).Address(destination).U16(sourcePort).U16(destinationPort).U8(protocol).U8(flags).U64((ulong)start)
            .U64((ulong)end);

    public static MessageBuilder MapperFlow(this MessageBuilder builder) =>
        builder.FlowRecord(
            "10.0.0.1", 50_000, "10.0.0.2", 135, MessageBuilder.ExportMilliseconds - 5000, MessageBuilder.ExportMilliseconds - 4000);
}
