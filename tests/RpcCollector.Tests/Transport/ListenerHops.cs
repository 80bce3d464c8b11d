using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

/// <summary>The hops behind a listener under test, one shard.</summary>
internal sealed class ListenerHops : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ShardThread _shard;

    /// <param name="catalog">That of other hops, which decode for the same exporters.</param>
    public ListenerHops(FlowOptions? options = null, ExporterCatalog? catalog = null)
    {
        Catalog = catalog ?? new ExporterCatalog(new ExporterDirectory());
        var ring = new FlowStartRing(64);
        _shard = new ShardThread(
            0, new ClientShard(new JoinOptions(), new Ignored(), ShardCounters), [ring], new ArrivalClock(TimeProvider.System));
        Router = new ShardRouter([ring], [_shard]);
        Decoder = new DatagramDecoder(options ?? new FlowOptions(), Catalog, Counters, Router);
        _shard.Start();
    }

    public ExporterCatalog Catalog { get; }

    public HopCounters Counters { get; } = new();

    public HopCounters ShardCounters { get; } = new();

    public ShardRouter Router { get; }

    public DatagramDecoder Decoder { get; }

    public static void Await(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "it did not come to pass");

    /// <summary>The listener has ended: the shard takes what is left.</summary>
    public void Finish() => _shard.Finish();

    public void Dispose()
    {
        if (_shard.IsRunning) _shard.Finish();
        _shard.Dispose();
    }

    private sealed class Ignored : IActivitySink
    {
        public void Publish(in ActivityChange change)
        {
        }
    }
}
