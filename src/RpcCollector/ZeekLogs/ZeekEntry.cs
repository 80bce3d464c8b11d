using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.ZeekLogs;

/// <summary>What one line said: a flow (conn.log; flow, netflow) or an RPC operation (dce_rpc.log; dcerpc, smb).</summary>
internal struct ZeekEntry
{
    public bool IsOperation;
    public FlowRecord Flow;
    public RpcOperation Operation;

    /// <summary>When Zeek could write it: a flow at its end, an operation when it was called. Live, when it was read.</summary>
    public long ArrivalUnixMilliseconds;
}
