using RpcCollector.Detection;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.ZeekLogs;

/// <summary>What one line said: a flow (conn.log; flow, netflow), an RPC operation (dce_rpc.log; dcerpc, smb) or a lease (dhcp).</summary>
internal struct ZeekEntry
{
    public ZeekEntryKind Kind;
    public FlowRecord Flow;
    public RpcOperation Operation;
    public AddressLease Lease;

    /// <summary>When Zeek could write it: a flow at its end, the others when they happened. Live, when it was read.</summary>
    public long ArrivalUnixMilliseconds;
}

/// <summary>Which of them a line said.</summary>
internal enum ZeekEntryKind : byte
{
    Flow,
    Operation,
    Lease,
}
