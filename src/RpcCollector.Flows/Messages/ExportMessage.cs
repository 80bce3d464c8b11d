using System.Buffers.Binary;

namespace RpcCollector.Flows.Messages;

/// <summary>The header of a NetFlow v5, NetFlow v9 or IPFIX Message, in one shape, and the octets behind it.</summary>
/// <remarks>
/// <code>
///            version  count|length  sysUpTime  seconds  nanoseconds  sequence  domain       sampling   header
/// v5         0        2 (records)   4          8        12           16        20 (engine)  22         24
/// v9         0        2 (records)   4          8        -            12        16 (source)  -          20   RFC 3954, 5.1
/// IPFIX      0        2 (octets)    -          4        -            8         12           -          16   RFC 7011, 3.1
/// </code>
/// </remarks>
internal readonly ref struct ExportMessage
{
    public const int NetFlowV5 = 5;
    public const int NetFlowV9 = 9;
    public const int Ipfix = 10;

    private const int NetFlowV5HeaderLength = 24;
    private const int NetFlowV9HeaderLength = 20;
    private const int IpfixHeaderLength = 16;
    private const uint NanosecondsPerSecond = 1_000_000_000;

    private ExportMessage(int version, uint observationDomainId, uint sequenceNumber, long exportUnixMilliseconds, ReadOnlySpan<byte> body)
    {
        Version = version;
        ObservationDomainId = observationDomainId;
        SequenceNumber = sequenceNumber;
        ExportUnixMilliseconds = exportUnixMilliseconds;
        Body = body;
        StatedBodyLength = body.Length;
    }

    private bool IsExportTimeCorrected { get; init; }

    /// <summary>5, 9 or 10.</summary>
    public int Version { get; }

    /// <summary>Observation Domain ID; v9: Source ID; v5: engine type and engine id.</summary>
    public uint ObservationDomainId { get; }

    /// <summary>v5: flows before this Message; v9: Messages; IPFIX: Data Records.</summary>
    public uint SequenceNumber { get; }

    /// <summary>When the Message left, in Unix milliseconds; whole seconds but for v5.</summary>
    public long ExportUnixMilliseconds { get; }

    /// <summary>Everything behind the header, to the end of the datagram.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>How many octets of <see cref="Body"/> the Message claims.</summary>
    public int StatedBodyLength { get; private init; }

    /// <summary>Milliseconds since the exporter started, at export; wraps every 49.7 days. Meaningless for IPFIX.</summary>
    public uint SysUpTimeMilliseconds { get; private init; }

    public bool HasSysUpTime => Version != Ipfix;

    /// <summary>v5: the number of records that the header states.</summary>
    public int StatedRecordCount { get; private init; }

    /// <summary>v5: one packet in this many is sampled, by the header; 0 when not stated.</summary>
    public uint SamplingInterval { get; private init; }

    /// <summary>
    /// True when the export time is a whole second, up to 999 ms early: always in v9 and IPFIX, and in v5 without nanoseconds.
    /// </summary>
    public bool IsExportTimeTruncated => Version != NetFlowV5 || ExportUnixMilliseconds % 1000 == 0 || IsExportTimeCorrected;

    /// <summary>How coarse the export time is, in milliseconds.</summary>
    public int ExportResolutionMilliseconds => IsExportTimeTruncated ? 1000 : 1;

    /// <summary>The same Message with the time of its arrival in place of an export time that is wrong.</summary>
    public ExportMessage ExportedAt(long unixMilliseconds) =>
        new(Version, ObservationDomainId, SequenceNumber, unixMilliseconds, Body)
        {
            SysUpTimeMilliseconds = SysUpTimeMilliseconds,
            StatedRecordCount = StatedRecordCount,
            SamplingInterval = SamplingInterval,
            StatedBodyLength = StatedBodyLength,
            IsExportTimeCorrected = true,
        };

    /// <summary>Rebuilds the header for a Set that had to wait; the Set is the whole body.</summary>
    public static ExportMessage ForWaitingSet(in MessageHeader header, ReadOnlySpan<byte> body) =>
        new(header.Version, header.ObservationDomainId, 0, header.ExportUnixMilliseconds, body)
        {
            SysUpTimeMilliseconds = header.SysUpTimeMilliseconds,
        };

    /// <summary>The part of the header that is needed to read the times of its records.</summary>
    public MessageHeader Header => new(Version, ObservationDomainId, ExportUnixMilliseconds, SysUpTimeMilliseconds);

    /// <summary>Reads the header; <see cref="Rejection.None"/> when the Message can be used.</summary>
    public static Rejection Read(ReadOnlySpan<byte> datagram, out ExportMessage message)
    {
        message = default;
        if (datagram.Length < 2) return Rejection.DatagramTooShort;
        return BinaryPrimitives.ReadUInt16BigEndian(datagram) switch
        {
            NetFlowV5 => ReadNetFlowV5(datagram, out message),
            NetFlowV9 => ReadNetFlowV9(datagram, out message),
            Ipfix => ReadIpfix(datagram, out message),
            _ => OtherFormat.Of(datagram),
        };
    }

    /// <summary>Reads only version and Observation Domain of a header; false when it is too short or its version is unknown.</summary>
    public static bool TryReadDomain(ReadOnlySpan<byte> datagram, out int version, out uint observationDomainId)
    {
        (version, observationDomainId) = (0, 0);
        if (datagram.Length < NetFlowV5HeaderLength) return false;
        version = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        observationDomainId = version switch
        {
            NetFlowV5 => BinaryPrimitives.ReadUInt16BigEndian(datagram[20..]),
            NetFlowV9 => BinaryPrimitives.ReadUInt32BigEndian(datagram[16..]),
            _ => BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]),
        };
        return version is NetFlowV5 or NetFlowV9 or Ipfix;
    }

    private static Rejection ReadNetFlowV5(ReadOnlySpan<byte> datagram, out ExportMessage message)
    {
        message = default;
        if (datagram.Length < NetFlowV5HeaderLength) return Rejection.DatagramTooShort;
        // More nanoseconds than a second has are none.
        var nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]);
        var exportTime = (BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]) * 1000L)
            + (nanoseconds < NanosecondsPerSecond ? nanoseconds / 1_000_000 : 0);
        message = new ExportMessage(
            NetFlowV5, BinaryPrimitives.ReadUInt16BigEndian(datagram[20..]), BinaryPrimitives.ReadUInt32BigEndian(datagram[16..]),
            exportTime, datagram[NetFlowV5HeaderLength..])
        {
            SysUpTimeMilliseconds = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            StatedRecordCount = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            // The two high bits are the sampling mode.
            SamplingInterval = BinaryPrimitives.ReadUInt16BigEndian(datagram[22..]) & 0x3FFFu,
            StatedBodyLength = datagram.Length - NetFlowV5HeaderLength,
        };
        return Rejection.None;
    }

    private static Rejection ReadNetFlowV9(ReadOnlySpan<byte> datagram, out ExportMessage message)
    {
        message = default;
        if (datagram.Length < NetFlowV9HeaderLength) return Rejection.DatagramTooShort;
        message = new ExportMessage(
            NetFlowV9, BinaryPrimitives.ReadUInt32BigEndian(datagram[16..]), BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]) * 1000L, datagram[NetFlowV9HeaderLength..])
        {
            SysUpTimeMilliseconds = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            StatedBodyLength = datagram.Length - NetFlowV9HeaderLength,
        };
        return Rejection.None;
    }

    private static Rejection ReadIpfix(ReadOnlySpan<byte> datagram, out ExportMessage message)
    {
        message = default;
        if (datagram.Length < IpfixHeaderLength) return Rejection.DatagramTooShort;
        var statedLength = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (statedLength < IpfixHeaderLength) return Rejection.MessageShorterThanHeader;
        if (statedLength > datagram.Length) return Rejection.MessageLongerThanDatagram;
        message = new ExportMessage(
            Ipfix, BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]), BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) * 1000L, datagram[IpfixHeaderLength..])
        {
            StatedBodyLength = statedLength - IpfixHeaderLength,
        };
        return Rejection.None;
    }
}

/// <summary>The part of a Message's header that a Set keeps when it must wait for its Template.</summary>
internal readonly record struct MessageHeader(
    int Version, uint ObservationDomainId, long ExportUnixMilliseconds, uint SysUpTimeMilliseconds);
