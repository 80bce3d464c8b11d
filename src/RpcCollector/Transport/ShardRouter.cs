using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>Hands the flow starts of one decoding thread to the shards that own their clients.</summary>
internal sealed class ShardRouter : IFlowStartSink
{
    // Milliseconds that a flow start may wait in a ring while more come.
    private const long LongestHold = 25;

    private readonly FlowStartRing[] _rings;
    private readonly ShardThread[] _shards;
    private readonly int[] _written;
    private readonly int _many;
    private readonly SiteNetworks? _site;
    private readonly ExporterDirectory? _exporters;
    private long _lastWake;

    /// <param name="rings">This thread's ring to each shard.</param>
    /// <param name="site">Of a sensor whose addresses other sites use, too; null where there is one site.</param>
    /// <param name="exporters">Where flow starts have their exporters' ids from; needed with a site.</param>
    public ShardRouter(FlowStartRing[] rings, ShardThread[] shards, SiteNetworks? site = null, ExporterDirectory? exporters = null)
    {
        (_rings, _shards, _site, _exporters) = (rings, shards, site, exporters);
        _written = new int[rings.Length];
        _many = rings.Min(ring => ring.Capacity) / 2;
    }

    /// <summary>True while the decoding thread cannot keep up: then it leaves all joining to the shards' threads.</summary>
    public bool IsBehind { get; set; }

    /// <summary>The era in which what is offered arrived.</summary>
    public byte ArrivalEra { get; set; }

    /// <summary>How often the decoding thread had to wait for a shard.</summary>
    public long Waits { get; private set; }

    public void Offer(in FlowStart start)
    {
        if (_site is null)
        {
            Route(start);
            return;
        }

        var placed = start;
        _site.Place(ref placed, _exporters![start.ExporterId]);
        Route(placed);
    }

    private void Route(in FlowStart start)
    {
        if (start.IsTranslation)
        {
            OfferTranslation(start);
            return;
        }

        var shard = ClientShard.Of(start.Client, _rings.Length);
        Write(shard, start);

        // The server's shard needs it too: it decides the direction of a flow between the two that was offered in both orientations.
        if (start.IsMapperFlow && ClientShard.Of(start.Server, _rings.Length) is var other && other != shard) Write(other, start);
    }

    /// <summary>
    /// Hands over what was offered, while more is coming. A decoding thread that is behind wakes a shard's thread once for many flow
    /// starts instead of for each.
    /// </summary>
    /// <param name="nowUnixMilliseconds">The time.</param>
    public void Show(long nowUnixMilliseconds)
    {
        if (IsBehind && nowUnixMilliseconds - _lastWake is >= 0 and < LongestHold)
        {
            foreach (var ring in _rings) ring.Publish();
            return;
        }

        _lastWake = nowUnixMilliseconds;
        Flush();
    }

    /// <summary>Hands over everything that was offered; called before the thread waits for more.</summary>
    public void Flush()
    {
        for (var shard = 0; shard < _rings.Length; shard++)
        {
            if (_written[shard] > 0) Deliver(shard);
        }
    }

    /// <summary>Hands over everything, and says from then on, to any thread, whether the shards have taken it.</summary>
    public Func<bool> FlushAndFollow()
    {
        Flush();
        long[] shown = [.. _rings.Select(ring => ring.NumShown)];
        return () =>
        {
            for (var shard = 0; shard < shown.Length; shard++)
            {
                if (_rings[shard].NumTaken < shown[shard]) return false;
            }

            return true;
        };
    }

    private void OfferTranslation(in FlowStart start)
    {
        Span<int> owners = stackalloc int[ClientShard.MostOwners];
        var count = ClientShard.OwnersOf(start, _rings.Length, owners);
        foreach (var owner in owners[..count]) Write(owner, start);
    }

    private void Write(int shard, in FlowStart start)
    {
        if (start.IsMirror && _rings[shard].TryJoinLast(start, ArrivalEra)) return;
        if (!_rings[shard].TryWrite(start, ArrivalEra)) WaitAndWrite(shard, start);
        if (++_written[shard] >= _many) Deliver(shard);
    }

    private void Deliver(int shard)
    {
        _written[shard] = 0;
        _rings[shard].Publish();
        if (IsBehind || !_shards[shard].TryTake()) _shards[shard].Wake();
    }

    // The shard is behind: waiting here lets the kernel's buffer fill, where the loss is counted.
    private void WaitAndWrite(int shard, in FlowStart start)
    {
        Waits++;
        Deliver(shard);
        while (!_rings[shard].TryWrite(start, ArrivalEra)) _rings[shard].WaitForRoom();
    }
}
