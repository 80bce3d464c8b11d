using System.Globalization;

namespace RpcCollector.EndToEnd.Tests.Orientation;

/// <summary>How a connection is told of.</summary>
public enum RecordKind
{
    NetFlowV5,
    NetFlowV9,
    Ipfix,

    /// <summary>One bidirectional record whose source is the lower address, as softflowd -b writes.</summary>
    Biflow,

    /// <summary>The same with biflowDirection.</summary>
    DirectedBiflow,

    /// <summary>An event of ASA about a session.</summary>
    SecurityEvent,
    Zeek,
}

/// <summary>A connection as it was, and the records by which each kind of exporter tells of it.</summary>
internal sealed record ToldConnection(string Client, int ClientPort, string Server, int ServerPort, long Start)
{
    private const int TemplateId = 256;
    private const uint SysUpTime = 100_000;
    private const int ReverseEnterprise = 29_305;

    private static readonly (int Element, int Length)[] Flow = [.. Layout.Flow, (1, 4), (2, 4)];

    public int ClientFlags { get; init; } = 0x1B;

    public int ServerFlags { get; init; } = 0x1B;

    public string History { get; init; } = "ShADadFf";

    public long Duration { get; init; } = 2_000;

    /// <summary>How much later the server's first packet was seen, in milliseconds.</summary>
    public int ServerDelay { get; init; }

    public static bool IsUnidirectional(RecordKind kind) => kind is RecordKind.NetFlowV5 or RecordKind.NetFlowV9 or RecordKind.Ipfix;

    /// <summary>True when a record of this kind names the client itself.</summary>
    public static bool StatesInitiator(RecordKind kind) =>
        kind is RecordKind.DirectedBiflow or RecordKind.SecurityEvent or RecordKind.Zeek;

    /// <summary>The record of the client's packets, or of both directions.</summary>
    public ToldRecord FromClient(RecordKind kind) => kind switch
    {
        RecordKind.Zeek => new ToldRecord(null, ZeekLine()),
        RecordKind.Biflow => new ToldRecord(Bidirectional(isDirected: false), null),
        RecordKind.DirectedBiflow => new ToldRecord(Bidirectional(isDirected: true), null),
        RecordKind.SecurityEvent => new ToldRecord(SecurityEvent(), null),
        _ => new ToldRecord(Half(kind, Client, ClientPort, Server, ServerPort, Start, ClientFlags), null),
    };

    /// <summary>The record of the server's packets, where that is another.</summary>
    public ToldRecord FromServer(RecordKind kind) =>
        new(Half(kind, Server, ServerPort, Client, ClientPort, Start + ServerDelay, ServerFlags), null);

    /// <summary>Each record that there is.</summary>
    public List<ToldRecord> All(RecordKind kind) => IsUnidirectional(kind) ? [FromClient(kind), FromServer(kind)] : [FromClient(kind)];

    private CapturedDatagram Half(
        RecordKind kind, string source, int sourcePort, string destination, int destinationPort, long start, int flags)
    {
        var end = start + Duration;
        if (kind == RecordKind.NetFlowV5)
        {
            return MessageBuilder.NetFlowV5(1, SysUpTime)
                .V5Record(source, sourcePort, destination, destinationPort, UpTime(start), UpTime(end), flags).From();
        }

        var message = kind == RecordKind.NetFlowV9 ? MessageBuilder.NetFlowV9() : MessageBuilder.Ipfix();
        return message.Template(TemplateId, Flow).Set(TemplateId, set =>
            set.FlowRecord(source, sourcePort, destination, destinationPort, start, end, flags: flags).U32(500).U32(5)).From();
    }

    private CapturedDatagram Bidirectional(bool isDirected)
    {
        // Flow, then flags, octets and packets of the reverse direction, and biflowDirection.
        var isClientFirst = string.CompareOrdinal(Client, Server) < 0;
        return MessageBuilder.Ipfix().Set(2, set =>
        {
            set.U16(TemplateId).U16(Flow.Length + 3 + (isDirected ? 1 : 0));
            foreach (var (element, length) in Flow) set.U16(element).U16(length);
            foreach (var (element, length) in (ReadOnlySpan<(int, int)>)[(6, 1), (1, 4), (2, 4)])
                set.U16(element | 0x8000).U16(length).U32(ReverseEnterprise);
            if (isDirected) set.U16(239).U16(1);
        }).Set(TemplateId, set =>
        {
            var (source, sourcePort, destination, destinationPort) = isClientFirst
                ? (Client, ClientPort, Server, ServerPort)
                : (Server, ServerPort, Client, ClientPort);
            set.FlowRecord(
                source, sourcePort, destination, destinationPort, Start, Start + Duration,
                flags: isClientFirst ? ClientFlags : ServerFlags);
            set.U32(500).U32(5).U8(isClientFirst ? ServerFlags : ClientFlags).U32(500).U32(5);
            if (isDirected) set.U8(isClientFirst ? 1 : 2);
        }).From();
    }

    private CapturedDatagram SecurityEvent() =>
        MessageBuilder.NetFlowV9().Template(TemplateId, [.. Layout.Flow, (233, 1), (231, 4), (232, 4)]).Set(TemplateId, set =>
            set.FlowRecord(Client, ClientPort, Server, ServerPort, Start, Start + Duration, flags: 0).U8(2).U32(500).U32(500)).From();

    private string ZeekLine() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"ts":{{Start / 1000}}.{{Start % 1000:000}},"id.orig_h":"{{Client}}","id.orig_p":{{ClientPort}},"id.resp_h":"{{Server}}",
        """ + $$"""
        "id.resp_p":{{ServerPort}},"proto":"tcp","duration":{{Duration / 1000}}.{{Duration % 1000:000}},"history":"{{History}}",
        """ + $$"""
        "orig_pkts":{{History.Count(char.IsUpper)}},"resp_pkts":{{History.Count(char.IsLower)}}}
        """);

    private static uint UpTime(long time) => (uint)(SysUpTime + time - MessageBuilder.ExportMilliseconds);
}

/// <summary>One record: a datagram, or a line of conn.log.</summary>
internal sealed record ToldRecord(CapturedDatagram? Datagram, string? ZeekLine);
