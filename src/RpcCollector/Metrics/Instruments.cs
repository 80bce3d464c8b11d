using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using RpcCollector.Flows;
using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Time;
using RpcCollector.Store;
using RpcCollector.Transport;

namespace RpcCollector.Metrics;

/// <summary>Every instrument of the appliance. Labels come from closed lists and the configured ports, never from what exporters send.</summary>
/// <remarks>A counter is shown with the suffix _total. Nearly all are observed: the counting is done by whoever knows, the reading at each scrape.</remarks>
internal sealed class Instruments : IDisposable
{
    public const string MeterName = "RpcCollector";

    private static readonly double[] BatchSecondsBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Histogram<double> _batchDuration;

    public Instruments(CollectorGauges gauges, ExporterCatalog catalog, ActivityFeed feed, ActivityStore store, ActivePairs pairs,
        ArrivalClock clock)
    {
        Meter = new Meter(MeterName, Version);
        ObserveHops(gauges);
        ObserveExporters(gauges, catalog);
        ObserveLosses(catalog);
        ObserveEvents(gauges.Exporters);
        ObserveActivities(feed);
        ObserveShards(gauges);
        ObserveStore(feed, store);
        Gauge("rpc_collector_pairs_hidden", "Active pairs that /metrics/findings does not name, because there are more than RpcCollector:Metrics:MaxPairs.", () => pairs.Hidden);
        ObserveClock(clock);
        ObserveListeners(gauges);
        ObserveConnections(gauges);
        ObserveProcess();
        _batchDuration = Meter.CreateHistogram(
            "rpc_collector_store_batch_duration_seconds", "s", "How long a batch of changes took to commit.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = BatchSecondsBounds });
    }

    public static string Version { get; } =
        typeof(Instruments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public Meter Meter { get; }

    public void RecordBatch(TimeSpan duration) => _batchDuration.Record(duration.TotalSeconds);

    public void Dispose() => Meter.Dispose();

    private void ObserveHops(CollectorGauges gauges)
    {
        foreach (var hop in SnakeCase<Hop>.All)
        {
            var name = SnakeCase<Hop>.Of(hop);
            var noun = name.Replace('_', ' ');
            Counter($"rpc_collector_{name}s_received", $"Each {noun} that came in; received = used + rejected{(hop == Hop.Set ? " + waiting" : "")}.", () => gauges.Counters.Sum(counters => counters.Received(hop)));
            Counter($"rpc_collector_{name}s_used", $"Each {noun} that went on to the next step.", () => gauges.Counters.Sum(counters => counters.Used(hop)));
            Meter.CreateObservableCounter($"rpc_collector_{name}s_rejected", () => Rejected(gauges, hop), unit: null, $"Each {noun} that ended here, by the reason why.");
        }

        Meter.CreateObservableCounter(
            "rpc_collector_irregularities",
            () => SnakeCase<Irregularity>.All.Select(kind => Labelled(gauges.Counters.Sum(counters => counters.Noted(kind)), "kind", SnakeCase<Irregularity>.Of(kind))),
            unit: null,
            "What was odd about input that was used all the same.");
    }

    private static IEnumerable<Measurement<long>> Rejected(CollectorGauges gauges, Hop hop)
    {
        foreach (var reason in SnakeCase<Rejection>.All)
        {
            if (reason == Rejection.None) continue;
            var count = gauges.Counters.Sum(counters => counters.Rejected(hop, reason));
            if (count > 0 || RejectionReasons.HopOf(reason) == hop) yield return Labelled(count, "reason", SnakeCase<Rejection>.Of(reason));
        }
    }

    private void ObserveExporters(CollectorGauges gauges, ExporterCatalog catalog)
    {
        Counter("rpc_collector_options_records", "Options Data Records decoded.", () => gauges.OptionsRecords());
        Counter("rpc_collector_received_bytes", "Octets of datagrams, and of Messages over TCP, received.", () => gauges.ReceivedBytes(), "By");
        Gauge("rpc_collector_waiting_sets", "Data Sets that wait for their Template: received = used + rejected + waiting.", () => gauges.WaitingSets());
        Gauge("rpc_collector_waiting_bytes", "Octets that the waiting Data Sets take.", () => gauges.WaitingBytes(), "By");
        Gauge("rpc_collector_exporters", "Exporters known.", () => catalog.Directory.Count);
        Gauge("rpc_collector_templates", "Templates and Options Templates known, of all exporters.", () => catalog.NumTemplates);
    }

    // In the protocol's unit: v5 counts flows, v9 datagrams, IPFIX records.
    private static readonly (int Version, string Protocol, string Unit)[] Protocols = [(5, "netflow5", "flows"), (9, "netflow9", "datagrams"), (10, "ipfix", "records")];

    private void ObserveLosses(ExporterCatalog catalog)
    {
        Sequence("lost", "Units that never came, by the sequence numbers of the exporters.", counts => counts.Lost);
        Sequence("late", "Units that came after later ones.", counts => counts.Late);
        Sequence("duplicated", "Units that came twice.", counts => counts.Duplicated);
        Sequence("resets", "How often a sequence began anew: what was lost then cannot be told.", counts => counts.Resets);

        void Sequence(string name, string description, Func<SequenceCounts, long> read) => Meter.CreateObservableCounter(
            $"rpc_collector_sequence_{name}",
            () => Protocols.Select(protocol => new Measurement<long>(
                read(catalog.Sequence(protocol.Version)), new("protocol", protocol.Protocol), new KeyValuePair<string, object?>("unit", protocol.Unit))),
            unit: null,
            description);
    }

    private void ObserveEvents(ExporterGauges exporters)
    {
        Meter.CreateObservableCounter(
            "rpc_collector_exporter_events", () => SnakeCase<ExporterEvent>.All.Select(kind => Labelled(exporters.Events(kind), "event", SnakeCase<ExporterEvent>.Of(kind))), unit: null,
            "What happened to exporters; /api/v1/exporters and the log say to which.");
        Gauge("rpc_collector_exporters_silent", "Exporters that have sent and are silent for longer than RpcCollector:Flows:SilentAfter.", () => exporters.Silent);
        Gauge("rpc_collector_exporters_translated", "Addresses from which several exporters seem to send.", () => exporters.Translated);
        Gauge("rpc_collector_exporters_sampled", "Exporters that sample packets: joins of their flows cannot be trusted.", () => exporters.Sampled);
        Meter.CreateObservableGauge(
            "rpc_collector_exporter_arrival_offset_seconds", () => Offsets(exporters), "s", "How far arrivals lie behind the stated export times at least, clock offset and way: the smallest and the largest of all exporters.");
        Counter("rpc_collector_exporter_state_failures", "Saves and loads of what is known of the exporters that failed; saves are tried again.", () => exporters.StateFailures);
        Counter("rpc_collector_exporter_state_damaged", "Files of what is known of the exporters that were found damaged and renamed.", () => exporters.StateDamaged);
    }

    private static IEnumerable<Measurement<double>> Offsets(ExporterGauges exporters) => exporters.ArrivalOffsets is { } offsets
        ?
        [
            new Measurement<double>(offsets.Least / 1000.0, new KeyValuePair<string, object?>("bound", "min")),
            new Measurement<double>(offsets.Most / 1000.0, new KeyValuePair<string, object?>("bound", "max")),
        ]
        : [];

    private void ObserveActivities(ActivityFeed feed)
    {
        Meter.CreateObservableCounter(
            "rpc_collector_activities", () => BasisName.All.Select(basis => Labelled(feed.Added(basis), "basis", BasisName.Of(basis))), unit: null,
            "RPC activities found, by the rule that joined them.");
        Counter("rpc_collector_activities_revised", "RPC activities that became better known after they had been found.", () => feed.Revised);
        Counter("rpc_collector_activities_withdrawn", "RPC activities that proved wrong after they had been found.", () => feed.Withdrawn);
        Counter("rpc_collector_activities_dropped", "Changes of RPC activities that did not reach the store: too many waited for the disk, or it refused them.", () => feed.Dropped);
    }

    private void ObserveShards(CollectorGauges gauges)
    {
        Gauge("rpc_collector_mapper_flows_open", "Mapper flows kept to be joined.", () => gauges.OpenMapperFlows());
        Gauge("rpc_collector_endpoint_flows_waiting", "Endpoint flows kept until their mapper flow may have come.", () => gauges.WaitingEndpointFlows());
        Gauge("rpc_collector_contacts_held", "Connections to other ports of the family kept while their records may still come.", () => gauges.HeldContacts());
        Meter.CreateObservableCounter(
            "rpc_collector_flows_evicted",
            () => (Measurement<long>[])[Labelled(gauges.EvictedMapperFlows(), "kind", "mapper"), Labelled(gauges.EvictedEndpointFlows(), "kind", "endpoint"), Labelled(gauges.EvictedContacts(), "kind", "contact")],
            unit: null,
            "Flows let go before their time because the shards' state was full.");
        Counter("rpc_collector_flow_starts_late", "Flow starts that came after the flows they could have been joined with were let go.", () => gauges.LateFlowStarts());
        Gauge("rpc_collector_shard_queue_flow_starts", "Flow starts between the decoding threads and the shards.", () => gauges.QueuedFlowStarts());
    }

    private void ObserveStore(ActivityFeed feed, ActivityStore store)
    {
        Gauge("rpc_collector_store_activities", "RPC activities in the store.", () => store.Activities);
        Gauge("rpc_collector_store_bytes", "Size of the store's file and its write-ahead log.", () => store.Bytes, "By");
        Gauge("rpc_collector_store_backlog", "Changes of RPC activities that wait to be written.", () => feed.Backlog);
        Counter("rpc_collector_store_trimmed", "RPC activities deleted from the store because of its bounds on age and size.", () => store.Trimmed);
        Counter("rpc_collector_store_failures", "Reads and writes of the store that failed; writes are tried again.", () => store.Failures);
        Counter("rpc_collector_store_damaged", "Files of the store that were found damaged, renamed, and replaced by new ones.", () => store.SetAside);
    }

    private void ObserveClock(ArrivalClock clock)
    {
        Meter.CreateObservableCounter(
            "rpc_collector_clock_steps",
            () => (Measurement<long>[])[Labelled(clock.StepsAhead, "direction", "ahead"), Labelled(clock.StepsBack, "direction", "back")],
            unit: null,
            "How often the machine's clock was set by more than half a second, or was found to be earlier than before a restart.");
        Gauge(
            "rpc_collector_clock_unbelieved",
            "1 while the machine's clock shows a time before any release of this program, and time goes on without it.",
            () => clock.IsBelieved ? 0 : 1);
    }

    private void ObserveListeners(CollectorGauges gauges)
    {
        Meter.CreateObservableGauge(
            "rpc_collector_socket_receive_buffer_bytes", () => ByPort(gauges, listener => listener.ReceiveBufferBytes()), "By", "Receive buffer that the kernel granted, all sockets of a port.");
        Meter.CreateObservableGauge(
            "rpc_collector_socket_receive_buffer_asked_bytes", () => ByPort(gauges, listener => listener.AskedBufferBytes()), "By", "Receive buffer that was asked for, all sockets of a port.");
        Meter.CreateObservableCounter(
            "rpc_collector_kernel_drops", () => ByPort(gauges, listener => listener.KernelDrops()), unit: null, "Datagrams that the kernel dropped because the receive buffer was full.");
    }

    private void ObserveConnections(CollectorGauges gauges)
    {
        Gauge("rpc_collector_tcp_connections", "Connections of exporters over TCP that are open.", () => gauges.Connections.Open);
        Meter.CreateObservableCounter(
            "rpc_collector_tcp_connections_ended", () => SnakeCase<ConnectionEnd>.All.Select(end => Labelled(gauges.Connections.Ended(end), "reason", SnakeCase<ConnectionEnd>.Of(end))), unit: null,
            "Connections of exporters over TCP that ended or were refused, by the reason why.");
    }

    private static IEnumerable<Measurement<long>> ByPort(CollectorGauges gauges, Func<ListenerGauges, long> read) =>
        gauges.Listeners.GroupBy(listener => listener.Port).Select(port => Labelled(port.Sum(read), "port", port.Key.ToString()));

    private void ObserveProcess()
    {
        Meter.CreateObservableGauge("rpc_collector_build_info", () => Labelled(1, "version", Version), unit: null, "Always 1; the label says which version runs.");
        Meter.CreateObservableCounter("process_cpu_seconds", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "CPU time used, user and system.");
        Gauge("process_resident_memory_bytes", "Resident memory.", () => Environment.WorkingSet, "By");
        using var process = Process.GetCurrentProcess();
        var started = process.StartTime.ToUniversalTime().Subtract(DateTime.UnixEpoch).TotalSeconds;
        Meter.CreateObservableGauge("process_start_time_seconds", () => started, "s", "When the process started, in Unix time.");
        Meter.CreateObservableCounter(
            "dotnet_gc_collections", () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => Labelled(GC.CollectionCount(generation), "generation", generation.ToString())), unit: null,
            "Garbage collections, by generation.");
        Gauge("dotnet_gc_heap_bytes", "Managed heap in use.", () => GC.GetTotalMemory(forceFullCollection: false), "By");
        Meter.CreateObservableCounter("dotnet_gc_pause_seconds", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time for which garbage collections stopped all threads.");
    }

    private void Counter(string name, string description, Func<long> read, string? unit = null) => Meter.CreateObservableCounter(name, read, unit, description);

    private void Gauge(string name, string description, Func<long> read, string? unit = null) => Meter.CreateObservableGauge(name, read, unit, description);

    private static Measurement<long> Labelled(long value, string name, string label) => new(value, new KeyValuePair<string, object?>(name, label));
}
