namespace RpcCollector.Flows;

/// <summary>What can be said of halves of connections.</summary>
public static class FlowHalves
{
    /// <summary>The same half as it is called with client and server in each other's place.</summary>
    public static FlowHalf Turn(this FlowHalf half) => (FlowHalf)((int)half >> 1 | ((int)half & 1) << 1);
}
