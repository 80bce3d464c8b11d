namespace RpcCollector.Detection.Tables;

/// <summary>What a record itself shows of who the client is; the larger the stronger, so that merging takes the largest.</summary>
internal enum DirectionEvidence : byte
{
    None = 0,

    /// <summary>One end sent a SYN and no ACK.</summary>
    SynWithoutAck = 1,

    /// <summary>The exporter states the initiator.</summary>
    Stated = 2,
}
