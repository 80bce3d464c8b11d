namespace RpcCollector.Flows;

/// <summary>Takes the flow starts of one decoding thread: the router to the shards, live and in replay.</summary>
public interface IFlowStartSink
{
    /// <summary>
    /// Called on the decoding thread; waits when the shard is behind, so that the kernel's buffer fills and counts the loss.
    /// </summary>
    void Offer(in FlowStart start);
}
