namespace RpcCollector.Lab.Evaluation.Forgery;

/// <summary>One half of a TCP connection as an exporter's record states it; IPv4. Times in Unix milliseconds.</summary>
/// <param name="TcpFlags">The OR of all flags that the sender sent.</param>
internal readonly record struct ForgedRecord(
    uint Sender, uint Receiver, ushort SenderPort, ushort ReceiverPort, byte TcpFlags, long Start, long End)
{
    public const byte Syn = 0x02;

    /// <summary>SYN, ACK, PSH and FIN: a connection that was opened, used and closed.</summary>
    public const byte Whole = 0x1B;

    public uint Octets { get; init; } = 600;

    public uint Packets { get; init; } = 6;

    /// <summary>The IPFIX element biflowDirection (239): 1 initiator, 2 reverse initiator; 0 where the exporter does not say.</summary>
    public byte BiflowDirection { get; init; }

    /// <summary>The other half of the connection.</summary>
    public ForgedRecord Reply => this with
    {
        Sender = Receiver,
        Receiver = Sender,
        SenderPort = ReceiverPort,
        ReceiverPort = SenderPort,
    };
}
