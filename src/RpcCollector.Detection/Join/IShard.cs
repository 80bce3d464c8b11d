using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>Who takes the flow starts of one shard's clients: it joins them here, or hands them on to where they are joined.</summary>
/// <remarks>Only one thread at a time may call it.</remarks>
public interface IShard
{
    /// <summary>Takes flow starts in their order.</summary>
    /// <param name="number">Which of the shards this is.</param>
    void Offer(ReadOnlySpan<FlowStart> starts, int number = 0);

    /// <summary>So late it is; called every second or so, also while nothing arrives.</summary>
    void AdvanceTo(ArrivalTime arrival);

    /// <summary>The input has ended.</summary>
    void Complete();
}
