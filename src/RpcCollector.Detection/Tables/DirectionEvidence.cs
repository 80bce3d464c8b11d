namespace RpcCollector.Detection.Tables;

/// <summary>What the records of a connection themselves show of who the client is; the larger wins when they are merged.</summary>
internal enum DirectionEvidence : byte
{
    None = 0,

    /// <summary>An exporter states the initiator.</summary>
    Stated = 1,

    /// <summary>
    /// The same, though another record of the connection says nothing: who forges a statement beside true records shall not refute them.
    /// </summary>
    StatedBesideSilence = 2,

    /// <summary>One end sent a SYN and no ACK. That other records go on with the connection takes nothing from it.</summary>
    SynWithoutAck = 3,
}
