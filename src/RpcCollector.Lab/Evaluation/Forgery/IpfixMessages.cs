using RpcCollector.Lab.Synthetic;

namespace RpcCollector.Lab.Evaluation.Forgery;

/// <summary>Writes IPFIX Messages of one Observation Domain: a Template, its Data Records, and what a forger would send instead.</summary>
internal static class IpfixMessages
{
    public const int MostRecords = 24;

    private const int HeaderOctets = 16;
    private const ushort TemplateId = 256;
    private const ushort OptionsTemplateId = 257;
    private const int RecordOctets = 47;

    // Information Elements (RFC 5102), with their lengths: addresses, ports, protocol, flags, times, octets, packets, biflowDirection.
    private static readonly (ushort Element, ushort Length)[] Fields =
        [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (152, 8), (153, 8), (1, 8), (2, 8), (239, 1)];

    // The same length, other places: addresses and ports come from where times and counters stood.
    private static readonly (ushort Element, ushort Length)[] FalseFields =
        [(1, 8), (2, 8), (152, 8), (153, 8), (12, 4), (8, 4), (11, 2), (7, 2), (6, 1), (4, 1), (239, 1)];

    public static byte[] Template(long clockUnixMilliseconds, bool isFalse = false)
    {
        var message = new byte[HeaderOctets + 8 + (4 * Fields.Length)];
        var to = new WireWriter(message);
        Header(ref to, message.Length, clockUnixMilliseconds, 0);
        to.U16(2);
        to.U16(message.Length - HeaderOctets);
        to.U16(TemplateId);
        to.U16(Fields.Length);
        foreach (var (element, length) in isFalse ? FalseFields : Fields)
        {
            to.U16(element);
            to.U16(length);
        }

        return message;
    }

    /// <summary>An Options Template and its record: one packet in so many is sampled (samplingInterval, 34), in the whole domain.</summary>
    public static byte[] Sampling(long clockUnixMilliseconds, uint interval)
    {
        var message = new byte[HeaderOctets + 18 + 12];
        var to = new WireWriter(message);
        Header(ref to, message.Length, clockUnixMilliseconds, 0);
        to.U16(3);
        to.U16(18);
        to.U16(OptionsTemplateId);
        to.U16(2);
        to.U16(1);
        to.U16(149);
        to.U16(4);
        to.U16(34);
        to.U16(4);
        to.U16(OptionsTemplateId);
        to.U16(12);
        to.U32(1);
        to.U32(interval);
        return message;
    }

    public static byte[] Data(ReadOnlySpan<ForgedRecord> records, long clockUnixMilliseconds, uint sequence)
    {
        if (records.Length > MostRecords) throw new ArgumentOutOfRangeException(nameof(records));
        var message = new byte[HeaderOctets + 4 + (RecordOctets * records.Length)];
        var to = new WireWriter(message);
        Header(ref to, message.Length, clockUnixMilliseconds, sequence);
        to.U16(TemplateId);
        to.U16(message.Length - HeaderOctets);
        foreach (ref readonly var record in records)
        {
            to.U32(record.Sender);
            to.U32(record.Receiver);
            to.U16(record.SenderPort);
            to.U16(record.ReceiverPort);
            to.U8(6);
            to.U8(record.TcpFlags);
            to.U64((ulong)record.Start);
            to.U64((ulong)record.End);
            to.U64(record.Octets);
            to.U64(record.Packets);
            to.U8(record.BiflowDirection);
        }

        return message;
    }

    private static void Header(ref WireWriter to, int length, long clockUnixMilliseconds, uint sequence)
    {
        to.U16(10);
        to.U16(length);
        to.U32((uint)(clockUnixMilliseconds / 1_000));
        to.U32(sequence);
        to.U32(1);
    }
}
