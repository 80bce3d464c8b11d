using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>Hands the flow starts of one decoding thread to the shards that own their clients.</summary>
internal sealed class ShardRouter : IFlowStartSink
{
    private readonly FlowStartRing[] _rings;
    private readonly ShardThread[] _shards;
    private readonly bool[] _written;

    /// <param name="rings">This thread's ring to each shard.</param>
    public ShardRouter(FlowStartRing[] rings, ShardThread[] shards)
    {
        (_rings, _shards) = (rings, shards);
        _written = new bool[rings.Length];
    }

    /// <summary>How often the decoding thread had to wait for a shard.</summary>
    public long Waits { get; private set; }

    public void Offer(in FlowStart start)
    {
        var shard = ClientShard.Of(start.Client, _rings.Length);
        Write(shard, start);

        // The server's shard needs it too, to tell which way a flow between the two goes that came in both orientations.
        if (start.IsMapperFlow && ClientShard.Of(start.Server, _rings.Length) is var other && other != shard) Write(other, start);
    }

    /// <summary>Shows the shards what was offered: after every datagram, and before the thread waits for the next.</summary>
    public void Flush()
    {
        for (var shard = 0; shard < _rings.Length; shard++)
        {
            if (!_written[shard]) continue;
            _written[shard] = false;
            _rings[shard].Publish();
            _shards[shard].Wake();
        }
    }

    private void Write(int shard, in FlowStart start)
    {
        if (!_rings[shard].TryWrite(start)) WaitAndWrite(shard, start);
        _written[shard] = true;
    }

    // The shard is behind: waiting here lets the kernel's buffer fill, where the loss is counted.
    private void WaitAndWrite(int shard, in FlowStart start)
    {
        Waits++;
        _rings[shard].Publish();
        _shards[shard].Wake();
        var spinner = default(SpinWait);
        while (!_rings[shard].TryWrite(start)) spinner.SpinOnce(sleep1Threshold: 20);
    }
}
