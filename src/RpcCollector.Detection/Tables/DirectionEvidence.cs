namespace RpcCollector.Detection.Tables;

/// <summary>What the records of a connection themselves show of who the client is; the larger wins when they are merged.</summary>
internal enum DirectionEvidence : byte
{
    None = 0,

    /// <summary>An exporter states the initiator, or one end sent a SYN and no ACK.</summary>
    Given = 1,

    /// <summary>
    /// The same, though another record of the connection says nothing: who forges a statement beside true records shall not refute them.
    /// </summary>
    GivenBesideSilence = 2,
}
