using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>
/// Hands flow starts to the only shard directly, on the decoding thread: replays have no queue to wait for and lose nothing.
/// </summary>
internal sealed class DirectRoute(ClientShard shard) : IFlowStartSink
{
    public void Offer(in FlowStart start) => shard.Offer(start);
}
