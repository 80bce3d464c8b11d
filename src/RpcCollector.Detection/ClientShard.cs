using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>The clients that one thread owns: joins their mapper flows with their endpoint flows. Only that thread may call it; the gauges may be read by anyone.</summary>
public sealed class ClientShard
{
    public ClientShard(JoinOptions options, IActivitySink sink, HopCounters counters) => _ = (options, sink, counters);

    public int OpenMapperFlows => 0;

    public int WaitingEndpointFlows => 0;

    /// <summary>The shard that owns a client: the same for every process with as many shards.</summary>
    public static int Of(HostAddress client, int numShards) => (int)(client.Hash() % (ulong)numShards);

    public void Offer(in FlowStart start) => _ = start;

    /// <summary>Lets go of what is older than it must be kept, by the clock of arrivals.</summary>
    public void AdvanceTo(long arrivalUnixMilliseconds) => _ = arrivalUnixMilliseconds;

    /// <summary>The input has ended: reports what was still waiting.</summary>
    public void Complete() => _ = this;
}
