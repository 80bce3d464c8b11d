using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>Hands flow starts to one shard on the decoding thread itself: a replay, which waits for nobody and loses nothing.</summary>
internal sealed class DirectRoute(ClientShard shard) : IFlowStartSink
{
    public void Offer(in FlowStart start) => shard.Offer(start);
}
