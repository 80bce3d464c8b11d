using Prometheus;
using RpcCollector.Scale;

namespace RpcCollector.Metrics;

/// <summary>What a sensor shows of its own leaf, and a judge of all leaves that its settings name.</summary>
internal sealed class LeafSeries
{
    private readonly MetricFactory _factory;
    private readonly LogGauges _log;
    private readonly Func<long> _now;
    private Own? _own;
    private Gauge? _waiting;
    private Gauge? _silent;

    /// <param name="now">Unix milliseconds.</param>
    public LeafSeries(MetricFactory factory, LogGauges log, Func<long> now) => (_factory, _log, _now) = (factory, log, now);

    public void Read()
    {
        if (_log.OwnLeaf is { } own) (_own ??= new Own(_factory)).Show(own, _now());
        foreach (var leaf in _log.Leaves) Show(leaf);
    }

    private void Show(LeafStanding leaf)
    {
        _waiting ??= _factory.CreateGauge(
            "rpc_collector_leaf_waiting_messages", "Messages that wait in a sensor's leaf for the hubs, as the hubs heard last.", "leaf");
        _silent ??= _factory.CreateGauge(
            "rpc_collector_leaf_silent_seconds", "For how long the hubs have not heard of a sensor's leaf.", "leaf");
        _waiting.WithLabels(leaf.Name).Set(leaf.Waiting);
        _silent.WithLabels(leaf.Name).Set(leaf.Silent?.TotalSeconds ?? 0);
    }

    private sealed class Own(MetricFactory factory)
    {
        private readonly Gauge _batches = factory.CreateGauge(
            "rpc_collector_leaf_held_batches", "Batches that the sensor's own leaf holds, whether the hubs have them or not.");
        private readonly Gauge _bytes = factory.CreateGauge("rpc_collector_leaf_held_bytes", "Octets that they take there.");
        private readonly Gauge _most = factory.CreateGauge(
            "rpc_collector_leaf_held_max_bytes", "How many they may (Scale:Nats:MaxBytes); beyond it the oldest go.");
        private readonly Gauge _seconds = factory.CreateGauge(
            "rpc_collector_leaf_held_seconds",
            "How old the oldest of them is: where the leaf is full, for how long the hubs may be away before something is lost.");

        public void Show(OwnLeaf leaf, long now)
        {
            _batches.Set(leaf.Messages);
            _bytes.Set(leaf.Bytes);
            _most.Set(leaf.MostBytes);
            _seconds.Set(leaf.OldestUnixMilliseconds == 0 ? 0 : Math.Max(0, now - leaf.OldestUnixMilliseconds) / 1000.0);
        }
    }
}
