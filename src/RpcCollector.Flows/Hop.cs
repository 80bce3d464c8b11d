namespace RpcCollector.Flows;

/// <summary>The steps from input to shard. At each of them, received = used + rejected.</summary>
public enum Hop : byte
{
    /// <summary>UDP payload to Message.</summary>
    Datagram,

    /// <summary>Set of a Message to records or Templates. A NetFlow v5 message counts as one Set.</summary>
    Set,

    /// <summary>Template Record or Options Template Record to Template.</summary>
    TemplateRecord,

    /// <summary>Data Record (options apart) to FlowRecord.</summary>
    DataRecord,

    /// <summary>FlowRecord to FlowStart.</summary>
    FlowRecord,

    /// <summary>FlowStart to the shard's state.</summary>
    FlowStart,

    /// <summary>
    /// Line of a Zeek log to FlowRecord (conn.log), RPC operation (dce_rpc.log) or names; headers and blank lines do not count.
    /// </summary>
    ZeekLine,

    /// <summary>Line of Suricata's eve.json to FlowRecord (flow, netflow) RPC operation (dcerpc, smb) or names.</summary>
    SuricataLine,
}
