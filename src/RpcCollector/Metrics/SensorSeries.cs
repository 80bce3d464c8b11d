using Prometheus;
using RpcCollector.Naming;
using RpcCollector.Scale.Sensors;

namespace RpcCollector.Metrics;

/// <summary>What a judge shows of each of its sensors: series of a sensor that is no longer known go.</summary>
internal sealed class SensorSeries
{
    private readonly SensorView _view;
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly Gauge _info;
    private readonly Gauge _age;
    private readonly Gauge _ready;
    private readonly Gauge _exporters;
    private readonly Gauge _buffer;
    private readonly Gauge _bufferMost;
    private readonly Gauge _leftOut;
    private readonly Counter _droppedBatches;
    private readonly Counter _droppedFlowStarts;
    private readonly Counter _lostBatches;
    private readonly Counter _lostFlowStarts;
    private readonly Counter _rejected;

    public SensorSeries(MetricFactory factory, SensorView view)
    {
        _view = view;
        string[] sensor = ["sensor"];
        _info = factory.CreateGauge(
            "rpc_collector_sensor_info", "1 for each sensor that the judge knows, with the version of its program.", "sensor", "version");
        _age = factory.CreateGauge(
            "rpc_collector_sensor_report_age_seconds",
            "For how long a sensor has not reported, or where it never did, how far its flow starts lie behind.", sensor);
        _ready = factory.CreateGauge(
            "rpc_collector_sensor_ready", "1 for a sensor that says that it is ready; /api/v1/sensors says why one is not.", sensor);
        _exporters = factory.CreateGauge("rpc_collector_sensor_exporters", "Exporters that a sensor hears.", sensor);
        _buffer = factory.CreateGauge(
            "rpc_collector_sensor_buffer_bytes", "Octets of batches that wait in a sensor for the broker.", sensor);
        _bufferMost = factory.CreateGauge("rpc_collector_sensor_buffer_max_bytes", "How many may (Scale:BufferBytes).", sensor);
        _leftOut = factory.CreateGauge(
            "rpc_collector_sensor_left_out_partitions",
            "Partitions whose clock goes on without a sensor, because its time and the broker's lie more than five minutes apart.", sensor);
        _droppedBatches = factory.CreateCounter(
            "rpc_collector_sensor_dropped_batches_total", "Batches that a sensor dropped, because the broker was away for too long.",
            sensor);
        _droppedFlowStarts = factory.CreateCounter("rpc_collector_sensor_dropped_flow_starts_total", "Flow starts in them.", sensor);
        _lostBatches = factory.CreateCounter(
            "rpc_collector_sensor_lost_batches_total", "Batches of a sensor that never came, by its sequences.", sensor);
        _lostFlowStarts = factory.CreateCounter("rpc_collector_sensor_lost_flow_starts_total", "Flow starts in them.", sensor);
        _rejected = factory.CreateCounter(
            "rpc_collector_sensor_reports_rejected_total", "Reports of sensors that the judge could not use, by the reason why.", "reason");
    }

    public void Read()
    {
        foreach (var reason in SnakeCase<ReportRejection>.All)
        {
            if (reason != ReportRejection.None)
                _rejected.WithLabels(SnakeCase<ReportRejection>.Of(reason)).IncTo(_view.Reports!.Rejected(reason));
        }

        var gone = new HashSet<string>(_series.Keys, StringComparer.Ordinal);
        foreach (var sensor in _view.Sensors())
        {
            gone.Remove(sensor.Name);
            Show(sensor, _series.TryGetValue(sensor.Name, out var known) ? known : _series[sensor.Name] = new Series());
        }

        foreach (var name in gone) Remove(name);
    }

    private void Show(SensorStanding sensor, Series series)
    {
        var (name, said) = (sensor.Name, sensor.Known?.Said);
        _age.WithLabels(name).Set(sensor.SilentMilliseconds / 1000.0);
        if (said is not null)
        {
            if (series.Version is { } former && !string.Equals(former, said.Program, StringComparison.Ordinal))
                _info.RemoveLabelled(name, former);
            series.Version = said.Program;
            _info.WithLabels(name, said.Program).Set(1);
            _ready.WithLabels(name).Set(said.IsReady ? 1 : 0);
            _exporters.WithLabels(name).Set(said.Exporters);
            _buffer.WithLabels(name).Set(said.BufferBytes);
            _bufferMost.WithLabels(name).Set(said.MostBufferBytes);
            _droppedBatches.WithLabels(name).IncTo(sensor.Known!.DroppedBatches);
            _droppedFlowStarts.WithLabels(name).IncTo(sensor.Known.DroppedFlowStarts);
        }

        if (sensor.Trace is not { } trace) return;
        _leftOut.WithLabels(name).Set(trace.LeftOutOf.Count);
        _lostBatches.WithLabels(name).IncTo(trace.LostBatches);
        _lostFlowStarts.WithLabels(name).IncTo(trace.LostFlowStarts);
    }

    private void Remove(string name)
    {
        if (_series.Remove(name, out var series) && series.Version is { } version) _info.RemoveLabelled(name, version);
        foreach (var gauge in (Gauge[])[_age, _ready, _exporters, _buffer, _bufferMost, _leftOut]) gauge.RemoveLabelled(name);
        foreach (var counter in (Counter[])[_droppedBatches, _droppedFlowStarts, _lostBatches, _lostFlowStarts])
            counter.RemoveLabelled(name);
    }

    private sealed class Series
    {
        /// <summary>That its information shows; null before it was told.</summary>
        public string? Version { get; set; }
    }
}
