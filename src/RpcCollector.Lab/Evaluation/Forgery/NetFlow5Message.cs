using RpcCollector.Lab.Synthetic;

namespace RpcCollector.Lab.Evaluation.Forgery;

/// <summary>Writes NetFlow v5 datagrams: a header of 24 octets, and 48 for each of up to 30 records.</summary>
internal static class NetFlow5Message
{
    public const int MostRecords = 30;

    // The exporter started so long before it sends that its clock of 32 bits has not gone round.
    private const long UpMilliseconds = 20 * 86_400_000L;

    /// <param name="sequence">How many records it has sent before.</param>
    /// <param name="clockUnixMilliseconds">What its header says of the time.</param>
    public static byte[] Write(ReadOnlySpan<ForgedRecord> records, long clockUnixMilliseconds, uint sequence)
    {
        if (records.Length > MostRecords) throw new ArgumentOutOfRangeException(nameof(records));
        var boot = clockUnixMilliseconds - UpMilliseconds;
        var message = new byte[24 + (48 * records.Length)];
        var to = new WireWriter(message);
        to.U16(5);
        to.U16(records.Length);
        to.U32((uint)UpMilliseconds);
        to.U32((uint)(clockUnixMilliseconds / 1_000));
        to.U32((uint)(clockUnixMilliseconds % 1_000 * 1_000_000));
        to.U32(sequence);
        to.U32(0);
        foreach (ref readonly var record in records)
        {
            to.U32(record.Sender);
            to.U32(record.Receiver);
            to.U32(0);
            to.U16(1);
            to.U16(2);
            to.U32(record.Packets);
            to.U32(record.Octets);
            to.U32((uint)(record.Start - boot));
            to.U32((uint)(record.End - boot));
            to.U16(record.SenderPort);
            to.U16(record.ReceiverPort);
            to.U8(0);
            to.U8(record.TcpFlags);
            to.U8(6);
            to.U8(0);
            to.U32(0);
            to.U32(0);
        }

        return message;
    }
}
