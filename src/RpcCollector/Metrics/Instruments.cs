using System.Diagnostics;
using Prometheus;
using RpcCollector.Certificates;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Leases;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Judging;
using RpcCollector.KnownExporters;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Scale;
using RpcCollector.Scale.Sensors;
using RpcCollector.Sinks;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Inputs;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector.Metrics;

/// <summary>Every instrument of the appliance.</summary>
/// <remarks>
/// Labels come from closed lists and the configured ports, never from what exporters send. The counting is done by whoever knows; all
/// of it is read at each scrape, in one go, before anything is written.
/// </remarks>
internal sealed class Instruments
{
    // In the protocol's unit: v5 counts flows, v9 datagrams, IPFIX records.
    private static readonly (int Version, string Protocol, string Unit)[] Protocols =
        [(5, "netflow5", "flows"), (9, "netflow9", "datagrams"), (10, "ipfix", "records")];

    private static readonly GaugeConfiguration OnlyOnceKnown = new() { SuppressInitialValue = true };

    private readonly MetricFactory _factory;
    private readonly List<Action> _readings = [];
    private readonly ILogger _logger;
    private bool _isFailing;

    public Instruments(
        CollectorGauges gauges, ExporterGauges exporters, ExporterCatalog catalog, ArrivalClock clock,
        ActivityFeed feed, ActivityStore store, StateStore state, StoreFolder folder, CommitDurations durations, ActivePairs pairs,
        JudgeThread judge, JudgeGauges judged, FindingFeed findings, FindingStore stored, ActiveFindings active, FindingEvents events,
        IncidentKeeper incidents, IncidentStore storedIncidents, ActiveIncidents activeIncidents, IncidentEvents incidentEvents,
        AccessGauges access, SessionBook sessions, ReloadedCertificate certificate, NameBook names, Heartbeats heartbeats, SinkSet sinks,
        KeptInputs inputs, SensorView sensors, ILogger<Instruments> logger, LogGauges? log = null)
    {
        _logger = logger;
        _factory = Prometheus.Metrics.WithCustomRegistry(Registry);

        // What comes in.
        ObserveHops(gauges);
        ObserveExporters(gauges, catalog);
        ObserveLosses(catalog);
        ObserveEvents(exporters);
        ObserveClock(clock);
        ObserveListeners(gauges);
        ObserveForwarding(gauges);
        ObserveConnections(gauges);

        if (log is not null) ObserveLog(log);
        if (log is not null) _readings.Add(new LeafSeries(_factory, log, () => clock.UnixMilliseconds).Read);
        if (sensors.IsJudge) _readings.Add(new SensorSeries(_factory, sensors).Read);

        // What is found and kept.
        ObserveActivities(feed);
        ObserveShards(gauges);
        ObserveStore(feed, store, state, durations, pairs);
        ObserveState(state, folder);
        ObserveInputs(inputs);
        ObserveFindings(findings, stored, active, events);
        ObserveIncidents(incidents, storedIncidents, activeIncidents, incidentEvents);
        ObserveJudge(judge, judged, clock);

        ObserveNames(names);

        // Who else is told.
        ObserveSinks(sinks, clock);

        ObserveAccess(access);
        ObserveAccounts(access, sessions, certificate, clock);
        ObserveParts(heartbeats);
        ObserveProcess();
        Registry.AddBeforeCollectCallback(ReadAll);
    }

    /// <summary>Ours alone: another appliance in the process (a test) has its own, and the library adds nothing to it.</summary>
    public CollectorRegistry Registry { get; } = Prometheus.Metrics.NewCustomRegistry();

    private void ReadAll()
    {
        var isFailing = false;
        foreach (var read in _readings)
        {
            try
            {
                read();
            }
            catch (Exception failure)
            {
                // The others are shown all the same: an alert shall not resolve because one figure cannot be had.
                if (!_isFailing && !isFailing) MetricsLog.NotRead(_logger, failure);
                isFailing = true;
            }
        }

        _isFailing = isFailing;
    }

    private void ObserveHops(CollectorGauges gauges)
    {
        var sums = new HopSums();
        _readings.Add(() => sums.Read(gauges.Counters, gauges.WaitingSets));
        foreach (var hop in SnakeCase<Hop>.All)
        {
            var name = SnakeCase<Hop>.Of(hop);
            var noun = name.Replace('_', ' ');
            var waiting = hop == Hop.Set ? " + waiting" : "";
            Counter($"rpc_collector_{name}s_received_total", $"Each {noun} that came in; received = used + rejected{waiting}.",
            () => sums.Received(hop));
            Counter($"rpc_collector_{name}s_used_total", $"Each {noun} that went on to the next step.", () => sums.Used(hop));
            ObserveRejected(name, noun, hop, sums);
        }

        Counter(
            "rpc_collector_irregularities_total", "Oddities in input that was used anyway.",
            "kind", SnakeCase<Irregularity>.All, SnakeCase<Irregularity>.Of, sums.Noted);
        Gauge(
            "rpc_collector_in_progress",
            "What came in and is neither used nor rejected yet, nor waits: in no other figure of this scrape. Lost uncounted if it stays.",
            "hop", SnakeCase<Hop>.All, hop => SnakeCase<Hop>.Of(hop) + "s", hop => sums.InProgress(hop));
        Gauge(
            "rpc_collector_waiting_sets", "Data Sets that wait for their Template: received = used + rejected + waiting.",
            () => sums.WaitingSets);
    }

    private void ObserveRejected(string name, string noun, Hop hop, HopSums sums)
    {
        var rejected = _factory.CreateCounter(
            $"rpc_collector_{name}s_rejected_total", $"Each {noun} that ended here, by the reason why.", "reason");
        foreach (var reason in SnakeCase<Rejection>.All)
        {
            if (reason == Rejection.None) continue;
            var label = SnakeCase<Rejection>.Of(reason);
            var isShown = RejectionReasons.IsOf(reason, hop);
            _readings.Add(() =>
            {
                var count = sums.Rejected(hop, reason);
                if (isShown || count > 0) rejected.WithLabels(label).IncTo(count);
            });
        }
    }

    private void ObserveExporters(CollectorGauges gauges, ExporterCatalog catalog)
    {
        Counter("rpc_collector_options_records_total", "Options Data Records decoded.", () => gauges.OptionsRecords());
        Counter(
            "rpc_collector_received_bytes_total", "Octets of datagrams, and of Messages over TCP, received.", () => gauges.ReceivedBytes());
        Gauge("rpc_collector_waiting_bytes", "Octets that the waiting Data Sets take.", () => gauges.WaitingBytes());
        Gauge("rpc_collector_exporters", "Exporters known.", () => catalog.NumExporters);
        Counter(
            "rpc_collector_displaced_total", "What made room for others of its kind, because there were as many as there may be.",
            "kind", SnakeCase<Displacement>.All, SnakeCase<Displacement>.Of, catalog.Displaced);
        Gauge("rpc_collector_templates", "Templates and Options Templates known, of all exporters.", () => catalog.NumTemplates);
    }

    private void ObserveLosses(ExporterCatalog catalog)
    {
        Sequence("lost", "Units that never came, by the sequence numbers of the exporters.", counts => counts.Lost);
        Sequence("late", "Units that arrived after later ones.", counts => counts.Late);
        Sequence("duplicated", "Units that came twice.", counts => counts.Duplicated);
        Sequence("resets", "How often a sequence started over; what was lost then is unknown.", counts => counts.Resets);

        void Sequence(string name, string help, Func<SequenceCounts, long> read)
        {
            var counter = _factory.CreateCounter($"rpc_collector_sequence_{name}_total", help, "protocol", "unit");
            foreach (var (version, protocol, unit) in Protocols)
            {
                var ofProtocol = counter.WithLabels(protocol, unit);
                _readings.Add(() => ofProtocol.IncTo(read(catalog.Sequence(version))));
            }
        }
    }

    private void ObserveEvents(ExporterGauges exporters)
    {
        Counter(
            "rpc_collector_exporter_events_total", "What happened to exporters; /api/v1/exporters and the log say to which.",
            "event", SnakeCase<ExporterEvent>.All, SnakeCase<ExporterEvent>.Of, exporters.Events);
        Gauge(
            "rpc_collector_exporters_silent", "Exporters that have sent and are silent for longer than RpcCollector:Flows:SilentAfter.",
            () => exporters.Silent);
        Gauge("rpc_collector_exporters_translated", "Addresses from which several exporters seem to send.", () => exporters.Translated);
        Gauge(
            "rpc_collector_exporters_sampled", "Exporters that sample packets: joins of their flows cannot be trusted.",
            () => exporters.Sampled);
        Gauge(
            "rpc_collector_exporters_contested",
            "Exporters in whose name another layout, sampling interval or start is stated than had stood: configured anew, or forged.",
            () => exporters.Contested);
        Gauge(
            "rpc_collector_exporters_clock_wrong",
            "Exporters whose clock is wrong by more than five minutes: times by it are corrected by the arrival.",
            () => exporters.ClockWrong);
        Counter(
            "rpc_collector_exporter_state_failures_total",
            "Saves and loads of what is known of the exporters that failed; saves are tried again.",
            () => exporters.StateFailures);
        Counter(
            "rpc_collector_exporter_state_damaged_total", "Files of what is known of the exporters that were found damaged and renamed.",
            () => exporters.StateDamaged);
        var offsets = _factory.CreateGauge(
            "rpc_collector_exporter_arrival_offset_seconds",
            "Least delay from the stated export time to the arrival, clock offset plus network delay: the smallest and the largest of " +
                "all exporters.",
            ["bound"], OnlyOnceKnown);
        var (least, most) = (offsets.WithLabels("min"), offsets.WithLabels("max"));
        _readings.Add(() =>
        {
            var known = exporters.ArrivalOffsets;
            Show(least, known?.Least / 1000.0);
            Show(most, known?.Most / 1000.0);
        });
    }

    private void ObserveClock(ArrivalClock clock)
    {
        Counter(
            "rpc_collector_clock_steps_total",
            "How often the machine's clock was set by more than half a second, or was found to be earlier than before a restart.",
            "direction", [true, false], isAhead => isAhead ? "ahead" : "back", isAhead => isAhead ? clock.StepsAhead : clock.StepsBack);
        Gauge(
            "rpc_collector_clock_unbelieved",
            "1 while the machine's clock shows a time before any release of this program, and time goes on without it.",
            () => clock.IsBelieved ? 0 : 1);
    }

    private void ObserveListeners(CollectorGauges gauges)
    {
        var granted = _factory.CreateGauge(
            "rpc_collector_socket_receive_buffer_bytes", "Receive buffer that the kernel granted, all sockets of a port.", "port");
        var asked = _factory.CreateGauge(
            "rpc_collector_socket_receive_buffer_asked_bytes", "Receive buffer that was asked for, all sockets of a port.", "port");
        var drops = _factory.CreateCounter(
            "rpc_collector_kernel_drops_total", "Datagrams that the kernel dropped because the receive buffer was full.", "port");
        _readings.Add(() =>
        {
            foreach (var listeners in gauges.Listeners.GroupBy(listener => listener.Port))
            {
                var port = listeners.Key.ToString();
                granted.WithLabels(port).Set(listeners.Sum(listener => listener.ReceiveBufferBytes()));
                asked.WithLabels(port).Set(listeners.Sum(listener => listener.AskedBufferBytes()));
                drops.WithLabels(port).IncTo(listeners.Sum(listener => listener.KernelDrops()));
            }
        });
    }

    private void ObserveForwarding(CollectorGauges gauges)
    {
        var sent = _factory.CreateCounter(
            "rpc_collector_datagrams_forwarded_total",
            "Datagrams sent on to another collector (Udp:ForwardTo), with the exporter's address kept or replaced by this machine's.",
            "collector", "sender");
        var not = _factory.CreateCounter(
            "rpc_collector_datagrams_not_forwarded_total", "Datagrams that were not sent on to another collector, by the reason why.",
            "collector", "reason");
        var refused = _factory.CreateCounter(
            "rpc_collector_forward_refusals_total", "How often the other collector's machine said that nothing listens there.",
            "collector");
        _readings.Add(() =>
        {
            foreach (var destination in gauges.Forwarder?.Destinations ?? [])
            {
                var collector = destination.Target.ToString();
                sent.WithLabels(collector, "kept").IncTo(destination.Counters.Kept);
                sent.WithLabels(collector, "replaced").IncTo(destination.Counters.Replaced);
                refused.WithLabels(collector).IncTo(destination.Counters.Refusals);
                foreach (var reason in SnakeCase<NotForwarded>.All)
                    not.WithLabels(collector, SnakeCase<NotForwarded>.Of(reason))
                        .IncTo(gauges.Forwarder!.NotForwarded(destination, reason));
            }
        });
    }

    private void ObserveConnections(CollectorGauges gauges)
    {
        Gauge("rpc_collector_tcp_connections", "Connections of exporters over TCP that are open.", () => gauges.Connections.Open);
        Counter(
            "rpc_collector_tcp_connections_ended_total", "Connections of exporters over TCP that ended or were refused, by the reason why.",
            "reason", SnakeCase<ConnectionEnd>.All, SnakeCase<ConnectionEnd>.Of, end => gauges.Connections.Ended(end));
    }

    /// <summary>Of a sensor and of a judge; a process that does everything has no broker.</summary>
    private void ObserveLog(LogGauges log)
    {
        IReadOnlyList<int> partitions = [.. Enumerable.Range(0, log.Partitions.Count)];
        void OfEach(string name, string help, Func<PartitionCounts, long> read) =>
            Counter(name, help, "partition", partitions, number => number.ToString(), number => read(log.Partitions[number]));
        OfEach("rpc_collector_log_batches_total", "Batches of flow starts that the broker confirmed, or that were read there.",
            counts => counts.Batches);
        OfEach("rpc_collector_log_bytes_total", "Octets of them.", counts => counts.Bytes);
        OfEach(
            "rpc_collector_log_lost_batches_total", "Batches that never came to the judge, by the sequences of the sensors.",
            counts => counts.LostBatches);
        OfEach("rpc_collector_log_lost_flow_starts_total", "Flow starts in them.", counts => counts.LostFlowStarts);
        OfEach("rpc_collector_log_repeated_batches_total", "Batches that came to the judge again, and were passed over.",
            counts => counts.Repeated);
        OfEach(
            "rpc_collector_log_refused_batches_total",
            "Batches that the judge could not read, or of a sensor with another number of partitions.", counts => counts.Refused);
        OfEach(
            "rpc_collector_log_unnamed_exporters_total",
            "Exporters, once for each batch, for which a partition had no number left: their flows count, and do not say whose they are.",
            counts => counts.UnnamedExporters);
        Gauge(
            "rpc_collector_log_lag_batches", "Batches that waited in the broker when the judge last took one.",
            "partition", partitions, number => number.ToString(), number => log.Partitions[number].Behind);
        Gauge(
            "rpc_collector_log_lag_seconds", "How long the last one had waited in the broker; 0 where none waited behind it.",
            "partition", partitions, number => number.ToString(), number => log.Partitions[number].BehindMilliseconds / 1000.0);
        Counter("rpc_collector_log_judge_messages_total", "Messages of the judge's own log that were taken.", () => log.OfJudge.Batches);
        Counter("rpc_collector_log_judge_bytes_total", "Octets of them.", () => log.OfJudge.Bytes);
        Counter(
            "rpc_collector_log_judge_repeated_messages_total", "Messages that the judge had taken before, and passed over.",
            () => log.OfJudge.Repeated);
        Counter(
            "rpc_collector_log_judge_lost_messages_total",
            "Messages that were gone before the judge read them, or of which a part never came.", () => log.OfJudge.LostBatches);
        Counter("rpc_collector_log_judge_refused_messages_total", "Messages that the judge could not read.", () => log.OfJudge.Refused);
        Gauge("rpc_collector_log_judge_lag_messages", "Messages that waited when the judge last took one.", () => log.OfJudge.Behind);
        Gauge(
            "rpc_collector_log_judge_lag_seconds", "How long the last one had waited in the broker; 0 where none waited behind it.",
            () => log.OfJudge.BehindMilliseconds / 1000.0);
        Counter(
            "rpc_collector_log_rejected_words_total", "What people said to a judge and was not used here, by the reason why.", "reason",
            [.. SnakeCase<WordRejection>.All.Where(reason => reason != WordRejection.None)], SnakeCase<WordRejection>.Of,
            reason => log.RejectedWords(reason));
        Counter(
            "rpc_collector_log_rejected_names_total", "Names and logons that sensors passed on and that can be none.",
            () => log.RejectedNames());
        Counter(
            "rpc_collector_log_dropped_words_total",
            "Audit lines, uses of sessions and the like that found no room to wait for the broker.", () => log.DroppedWords());
        Gauge(
            "rpc_collector_log_owned", "1 for a partition that this process joins.", "partition", partitions, number => number.ToString(),
            number => log.Owned.Contains(number) ? 1 : 0);
        Gauge("rpc_collector_log_correlators", "Correlators that live, as this one sees them.", () => log.Correlators());
        Gauge("rpc_collector_log_buffer_bytes", "Octets of batches that wait in the sensor for the broker.", () => log.BufferBytes());
        Counter(
            "rpc_collector_log_dropped_batches_total", "Batches that were dropped in the sensor, because the broker was away for too long.",
            () => log.Dropped().Batches);
        Counter("rpc_collector_log_dropped_flow_starts_total", "Flow starts in them.", () => log.Dropped().FlowStarts);
        Gauge(
            "rpc_collector_log_sensors",
            "Sensors that the judge knows: those whose watermarks count, and those that are left out, silent or with a wrong clock.",
            "state", [true, false], isCounted => isCounted ? "counted" : "left_out",
            isCounted => isCounted ? log.Sensors().Counted : log.Sensors().LeftOut);
    }

    private void ObserveActivities(ActivityFeed feed)
    {
        Counter(
            "rpc_collector_activities_total", "RPC activities found, by the rule that joined them.",
            "basis", BasisName.All, BasisName.Of, feed.Added);
        Counter(
            "rpc_collector_activities_revised_total",
            "RPC activities that were revised after they had been found, because more became known.",
            () => feed.Revised);
        Counter(
            "rpc_collector_activities_withdrawn_total", "RPC activities that proved wrong after they had been found.",
            () => feed.Withdrawn);
        Counter(
            "rpc_collector_activities_dropped_total",
            "Changes of RPC activities that did not reach the store: too many waited for the disk, or it refused them.",
            () => feed.Dropped);
    }

    private void ObserveShards(CollectorGauges gauges)
    {
        Gauge("rpc_collector_mapper_flows_open", "Mapper flows kept to be joined.", () => gauges.OpenMapperFlows());
        Gauge(
            "rpc_collector_endpoint_flows_waiting", "Endpoint flows kept while their mapper flow may still arrive.",
            () => gauges.WaitingEndpointFlows());
        Gauge(
            "rpc_collector_contacts_held", "Connections to other ports of the family kept while more records of them may arrive.",
            () => gauges.HeldContacts());
        Counter(
            "rpc_collector_flows_evicted_total", "Flows dropped early because the shards' state was full.",
            "kind", ["mapper", "endpoint", "contact"], kind => kind, kind => kind switch
            {
                "mapper" => gauges.EvictedMapperFlows(),
                "endpoint" => gauges.EvictedEndpointFlows(),
                _ => gauges.EvictedContacts(),
            });
        Counter(
            "rpc_collector_flow_starts_late_total",
            "Flow starts that arrived after the flows they could have been joined with were dropped.",
            () => gauges.LateFlowStarts());
        Gauge(
            "rpc_collector_shard_queue_flow_starts", "Flow starts between the decoding threads and the shards.",
            () => gauges.QueuedFlowStarts());
    }

    private void ObserveStore(ActivityFeed feed, ActivityStore store, StateStore state, CommitDurations durations, ActivePairs pairs)
    {
        Gauge("rpc_collector_store_activities", "RPC activities in the store.", () => store.Activities);
        Gauge("rpc_collector_store_bytes", "Size of activities.db and its write-ahead log.", () => store.Bytes);
        Gauge("rpc_collector_store_backlog", "Changes of RPC activities that wait to be written.", () => feed.Backlog);
        Counter(
            "rpc_collector_store_trimmed_total", "RPC activities deleted from the store because of its bounds on age and size.",
            () => store.Trimmed);
        Counter(
            "rpc_collector_store_failures_total", "Reads and writes of the store that failed; writes are tried again.",
            () => store.Failures + state.Failures);
        Counter(
            "rpc_collector_store_damaged_total", "Files of the store that were found damaged, renamed, and replaced by new ones.",
            () => store.SetAside + state.SetAside);
        Counter(
            "rpc_collector_store_rows_skipped_total", "Rows of activities left out of answers, because no activity can be what they say.",
            () => store.Skipped);
        Gauge(
            "rpc_collector_pairs_hidden",
            "Active pairs that /metrics/findings does not name, because there are more than RpcCollector:Metrics:MaxPairs.",
            () => pairs.Hidden);
        var histogram = _factory.CreateHistogram(
            "rpc_collector_store_batch_duration_seconds", "How long a batch of changes took to commit.",
            new HistogramConfiguration { Buckets = [.. CommitDurations.UpperBounds], ExemplarBehavior = ExemplarBehavior.NoExemplars() });
        var reader = new CommitReader(histogram, durations);
        _readings.Add(reader.Read);
    }

    private void ObserveState(StateStore state, StoreFolder folder)
    {
        Counter(
            "rpc_collector_state_rows_damaged_total",
            "Rows of state.db that were found damaged: left out, and kept in its table 'damaged'. The log names them.",
            "table", StateTables.All, table => table.Name, state.DamagedRows.Of);
        Counter(
            "rpc_collector_state_rows_lost_total", "Rows of state.db that were missing when it was found damaged.",
            "table", StateTables.All, table => table.Name, state.DamagedRows.LostOf);
        Gauge("rpc_collector_state_bytes", "Size of state.db and its write-ahead log.", () => state.Bytes);
        Gauge(
            "rpc_collector_store_folder_lost", "1 while the store's folder, or a file in it, is not the one that was opened.",
            () => folder.Loss is null ? 0 : 1);
    }

    private void ObserveFindings(FindingFeed feed, FindingStore store, ActiveFindings active, FindingEvents events)
    {
        var found = _factory.CreateCounter(
            "rpc_collector_findings_total", "Findings, by kind and severity.", "kind", "severity");
        foreach (var kind in KebabCase<FindingKind>.All)
        {
            foreach (var severity in KebabCase<FindingSeverity>.All)
            {
                var ofKind = found.WithLabels(KebabCase<FindingKind>.Of(kind), KebabCase<FindingSeverity>.Of(severity));
                _readings.Add(() => ofKind.IncTo(feed.Added(kind, severity)));
            }
        }

        Counter("rpc_collector_findings_revised_total", "Findings that were revised because more became known, or were seen again.",
            () => feed.Revised);
        Counter("rpc_collector_findings_withdrawn_total", "Findings that were withdrawn because later flows explained them.",
            () => feed.Withdrawn);
        var withdrawn = _factory.CreateCounter(
            "rpc_collector_finding_withdrawals_total", "Findings that were withdrawn, by the reason that is kept with them.", "reason");
        foreach (var reason in KebabCase<FindingWithdrawal>.All)
        {
            var ofReason = withdrawn.WithLabels(KebabCase<FindingWithdrawal>.Of(reason));
            _readings.Add(() => ofReason.IncTo(feed.WithdrawnFor(reason)));
        }

        Counter(
            "rpc_collector_findings_dropped_total",
            "Changes of findings that did not reach the store: too many waited for the disk, or it refused them.", () => feed.Dropped);
        Gauge("rpc_collector_findings_backlog", "Findings that wait to be written.", () => feed.Backlog);
        Gauge(
            "rpc_collector_findings_hidden",
            "Active findings that /metrics/findings does not name, because there are more than RpcCollector:Metrics:MaxFindings.",
            () => active.Hidden);
        Gauge("rpc_collector_store_findings", "Findings in the store.", () => store.Findings);
        Counter(
            "rpc_collector_store_findings_trimmed_total", "Findings deleted from the store because of its bounds on age, number and size.",
            () => store.Trimmed);
        Gauge("rpc_collector_finding_listeners", "Listeners to /api/v1/findings/stream.", () => events.Listeners);
        Counter(
            "rpc_collector_finding_listeners_dropped_total",
            "Listeners to /api/v1/findings/stream that were dropped because they were too slow, or to make room for another client.",
            () => events.Dropped);
    }

    private void ObserveIncidents(IncidentKeeper keeper, IncidentStore store, ActiveIncidents active, IncidentEvents events)
    {
        Counter(
            "rpc_collector_incidents_total", "Incidents that are new, by the severity that they began with.", "severity",
            KebabCase<FindingSeverity>.All, KebabCase<FindingSeverity>.Of, keeper.Added);
        Counter("rpc_collector_incidents_merged_total", "Incidents that went into another.", () => keeper.Merged);
        Counter("rpc_collector_incidents_withdrawn_total", "Incidents of which no finding stands any more.", () => keeper.Withdrawn);
        Counter(
            "rpc_collector_incidents_reopened_total",
            "Incidents that opened by themselves: they became worse than what was acknowledged, or went on after they were closed.",
            () => keeper.Reopened);
        Counter(
            "rpc_collector_incident_book_failures_total",
            "Errors while incidents were made of findings: the findings are kept, and their incidents are made later.",
            () => keeper.Failures);
        Gauge(
            "rpc_collector_incidents_hidden",
            "Active incidents that /metrics/findings does not name, because there are more than RpcCollector:Metrics:MaxIncidents.",
            () => active.Hidden);
        var stored = _factory.CreateGauge(
            "rpc_collector_store_incidents", "Incidents in the store of which a finding stands, by severity and state.",
            "severity", "state");
        _readings.Add(() =>
        {
            var counts = store.Count();
            foreach (var severity in KebabCase<FindingSeverity>.All)
            {
                foreach (var state in KebabCase<IncidentState>.All)
                    stored.WithLabels(KebabCase<FindingSeverity>.Of(severity), KebabCase<IncidentState>.Of(state))
                        .Set(counts.GetValueOrDefault((severity, state)));
            }
        });
        Gauge("rpc_collector_incident_listeners", "Listeners to /api/v1/incidents/stream.", () => events.Listeners);
        Counter(
            "rpc_collector_incident_listeners_dropped_total",
            "Listeners to /api/v1/incidents/stream that were dropped because they were too slow, or to make room for another client.",
            () => events.Dropped);
    }

    private void ObserveInputs(KeptInputs inputs)
    {
        Gauge(
            "rpc_collector_kept_inputs_up",
            "1 while what the judge takes is kept for backtest, or is not to be; 0 while it cannot be: /readyz says why, and stays ready.",
            () => inputs.Fault is null ? 1 : 0);
        Gauge("rpc_collector_kept_inputs_bytes", "Size of what the judge took, kept for backtest.", () => inputs.Bytes);
        Gauge(
            "rpc_collector_kept_inputs_damaged",
            "Files of what is kept for backtest, and places in them, that could not be used when the process started.",
            () => inputs.Damaged);
        Counter(
            "rpc_collector_kept_inputs_dropped_total", "What the judge took and backtest will miss, because it could not be kept.",
            () => inputs.Dropped);
    }

    private void ObserveJudge(JudgeThread judge, JudgeGauges gauges, ArrivalClock clock)
    {
        var facts = SnakeCase<JudgedFact>.All;
        Gauge(
            "rpc_collector_judge_queue_facts", "Activities, contacts, operations and leases that wait for the judge.",
            "kind", facts, SnakeCase<JudgedFact>.Of, fact => judge.Queued(fact));
        Counter(
            "rpc_collector_judge_facts_dropped_total",
            "Activities, contacts, operations and leases that were not judged, because too many waited.",
            "kind", facts, SnakeCase<JudgedFact>.Of, judge.Dropped);

        var counts = default(JudgeCounts);
        _readings.Add(() => counts = gauges.Counts);
        Counter(
            "rpc_collector_judge_facts_total", "Activities, contacts and operations taken, changes of known ones too.", () => counts.Facts);
        Counter(
            "rpc_collector_judge_facts_late_total",
            "Facts of hours that were closed already: judged in the first open hour, or, beyond a day, only counted.",
            () => counts.Late);
        Counter(
            "rpc_collector_judge_facts_ahead_total", "Facts that began later than they could have arrived: not judged.",
            () => counts.Ahead);
        Counter(
            "rpc_collector_judge_facts_beyond_total", "Facts of which only the number was kept, because there were too many.",
            () => counts.Beyond);
        Counter(
            "rpc_collector_judge_edges_refused_total", "Facts on edges for which there was no room: not judged.",
            () => counts.RefusedEdges);
        Counter(
            "rpc_collector_judge_edges_evicted_total", "Edges forgotten early because there were too many.",
            () => counts.EvictedEdges);
        Counter(
            "rpc_collector_judge_findings_evicted_total",
            "Findings that the judge forgot because there were too many; the store still has those that were told.",
            () => counts.EvictedFindings);
        Counter(
            "rpc_collector_role_changes_total",
            "Hosts that have earned a role that exempts or softens, by that role; unknown counts roles that were lost.",
            "role", [.. KebabCase<HostRole>.All.Where(role => role != HostRole.DirectorySynchronizer)], KebabCase<HostRole>.Of,
            gauges.RoleChanges);
        Counter(
            "rpc_collector_leases_total",
            "DHCP leases by what came of them; contradicted counts besides that where flows speak against one.",
            "outcome", KebabCase<LeaseOutcome>.All, KebabCase<LeaseOutcome>.Of, outcome => counts.Leases.Of(outcome));
        Gauge("rpc_collector_judge_edges", "Edges (client, server, service) that the judge knows.", () => counts.Edges);
        Gauge("rpc_collector_judge_hosts", "Hosts that the judge knows.", () => counts.Hosts);
        Gauge("rpc_collector_judge_open_facts", "Facts of hours that are not closed yet.", () => counts.OpenFacts);
        Gauge(
            "rpc_collector_judge_findings_waiting",
            "Unsure findings of a network that is being learned that are not told yet, because there are very many.",
            () => counts.WaitingFindings);
        Gauge("rpc_collector_judge_known_endpoints", "Servers' ports that are known as RPC endpoints.", () => counts.KnownEndpoints);
        Gauge("rpc_collector_judge_state_bytes", "Memory of what the judge knows.", () => counts.StateBytes);
        Gauge(
            "rpc_collector_judge_learning", "1 until the learning period is over: novelty alone is not reported before.",
            () => counts.IsLearning ? 1 : 0);
        Counter(
            "rpc_collector_judge_state_failures_total", "Saves and loads of what was learned that failed; saves are tried again.",
            () => gauges.StateFailures);
        Counter(
            "rpc_collector_judge_state_damaged_total", "Files of what was learned that were found damaged and renamed.",
            () => gauges.StateDamaged);
        var age = _factory.CreateGauge(
            "rpc_collector_judge_epoch_age_seconds",
            "How long ago an hour of activity was last closed and learned; absent before the first of this process.", OnlyOnceKnown);
        _readings.Add(() =>
        {
            var learned = gauges.LearnedUnixMilliseconds;
            if (learned > 0) age.Set((clock.UnixMilliseconds - learned) / 1000.0);
        });
    }

    private void ObserveNames(NameBook names)
    {
        var counts = names.Counts;
        IReadOnlyList<NameSource> told = [.. SnakeCase<NameSource>.All.Where(source => source != NameSource.File)];
        Counter(
            "rpc_collector_names_learned_total", "How often an address was named, by who named it.",
            "source", told, SnakeCase<NameSource>.Of, counts.Learned);
        Counter(
            "rpc_collector_names_refused_total", "What stood in the place of a name and can be none, by who told it.",
            "source", told, SnakeCase<NameSource>.Of, counts.Refused);
        Counter(
            "rpc_collector_names_logons_total", "How often a user was told to have logged on, or to have tried, by who told it.",
            "source", told, SnakeCase<NameSource>.Of, counts.Logons);
        Counter(
            "rpc_collector_names_evicted_total",
            "Addresses whose names or logons were forgotten early, because there were more than RpcCollector:Names:MaxNames.",
            () => counts.Evicted);
        Gauge("rpc_collector_names", "Addresses that have names, those of the names file apart.", () => names.Count);
        Gauge("rpc_collector_names_logons", "Logons that are known: each of one user from a client to a server within an hour.",
            () => names.NumLogons);
        Gauge("rpc_collector_names_file_rows", "Rows of the names file that are in force.", () => counts.FileRows);
        Counter(
            "rpc_collector_names_file_rows_refused_total", "Rows of the names file that could not be used, each time it was read.",
            () => counts.FileRowsRefused);
        Counter(
            "rpc_collector_names_file_failures_total",
            "How often the names file could not be used after it had changed: what it said before stays in force.",
            () => counts.FileFailures);
        Counter("rpc_collector_names_asked_total", "Addresses that DNS servers were asked about.", () => counts.Asked);
        Counter(
            "rpc_collector_names_unanswered_total", "Addresses that DNS servers were asked about and did not answer for in time.",
            () => counts.Unanswered);
    }

    private void ObserveSinks(SinkSet sinks, ArrivalClock clock)
    {
        string[] labels = ["sink", "kind"];
        var sent = _factory.CreateCounter("rpc_collector_sink_sent_total", "What a sink acknowledged: messages, or alerts.", labels);
        var failures = _factory.CreateCounter(
            "rpc_collector_sink_failures_total", "Attempts to tell a sink that failed: they are made again.", labels);
        var dropped = _factory.CreateCounter(
            "rpc_collector_sink_dropped_total",
            "What a sink was not told and will not be: it refuses it for what it says, or the store does not have it any more.", labels);
        var backlog = _factory.CreateGauge("rpc_collector_sink_backlog", "What waits to be told to a sink.", labels);
        var oldest = _factory.CreateGauge(
            "rpc_collector_sink_oldest_waiting_seconds", "How long the first of what waits has waited; 0 where nothing does.", labels);
        var up = _factory.CreateGauge(
            "rpc_collector_sink_up", "1, and 0 from a failed attempt to tell a sink to the next that succeeds.", labels);
        foreach (var sink in sinks.Runners)
        {
            var status = sink.Status;
            string[] values = [status.Name, status.Kind];
            _readings.Add(() =>
            {
                sent.WithLabels(values).IncTo(status.Sent);
                failures.WithLabels(values).IncTo(status.Failures);
                dropped.WithLabels(values).IncTo(status.Dropped);
                up.WithLabels(values).Set(status.IsFailing ? 0 : 1);
            });
            _readings.Add(() =>
            {
                var (count, since) = sink.Waiting();
                backlog.WithLabels(values).Set(count);
                oldest.WithLabels(values).Set(since is { } first ? Math.Max(0, clock.UnixMilliseconds - first) / 1000.0 : 0);
            });
        }
    }

    private void ObserveAccess(AccessGauges access)
    {
        Counter(
            "rpc_collector_http_refused_total",
            "Requests and connections over HTTP that were refused, by the reason why; the log names an example.",
            "reason", SnakeCase<HttpRefusal>.All, SnakeCase<HttpRefusal>.Of, access.Refused);
        Gauge("rpc_collector_http_connections", "Connections over HTTP that are open.", () => access.Connections);
        Counter(
            "rpc_collector_http_connections_evicted_total",
            "Idle connections over HTTP that were closed because there were too many.", () => access.Evicted);
    }

    private void ObserveAccounts(AccessGauges access, SessionBook sessions, ReloadedCertificate certificate, ArrivalClock clock)
    {
        Counter(
            "rpc_collector_http_logins_total",
            "Logins by name and password, by what came of them; refused ones came too early after others that failed.",
            "outcome", SnakeCase<LoginOutcome>.All, SnakeCase<LoginOutcome>.Of, access.Logins);
        Gauge("rpc_collector_http_sessions", "Logins that are not over.", () => sessions.Count);
        Counter(
            "rpc_collector_http_account_file_failures_total",
            "How often a file of users or tokens could not be used after it had changed: what it said before stays in force.",
            () => access.FileFailures);
        Counter(
            "rpc_collector_audit_failures_total", "Lines of the audit log that could not be kept: the log has them.",
            () => access.AuditFailures);
        Counter(
            "rpc_collector_http_certificate_failures_total",
            "How often the certificate of the HTTP port could not be used after its files had changed: the former one stays in use.",
            () => certificate.Failures);
        var expires = _factory.CreateGauge(
            "rpc_collector_http_certificate_expires_seconds",
            "In how many seconds the certificate of the HTTP port is over, negative once it is; absent without TLS.", OnlyOnceKnown);
        _readings.Add(() =>
        {
            if (certificate.ExpiresAt is { } end) expires.Set((end - clock.Now).TotalSeconds);
        });
    }

    private void ObserveParts(Heartbeats heartbeats)
    {
        var now = 0L;
        _readings.Add(() => now = Environment.TickCount64);
        Gauge(
            "rpc_collector_part_up",
            "1 while each part of this kind works, or there is none; 0 when one is stuck, fails or has died: /readyz says which.",
            "part", SnakeCase<Part>.All, SnakeCase<Part>.Of, part => heartbeats.IsWell(part, now) ? 1 : 0);
        Gauge(
            "rpc_collector_part_last_beat_seconds",
            "How long ago each part of this kind had given a sign of life; 0 where there is none.",
            "part", SnakeCase<Part>.All, SnakeCase<Part>.Of, part => heartbeats.Silence(part, now).TotalSeconds);
    }

    private void ObserveProcess()
    {
        var build = _factory.CreateGauge("rpc_collector_build_info", "Always 1; the label says which version runs.", "version");
        build.WithLabels(ProductVersion.Text).Set(1);
        Counter("process_cpu_seconds_total", "CPU time used, user and system.", () => Environment.CpuUsage.TotalTime.TotalSeconds);
        Gauge("process_resident_memory_bytes", "Resident memory.", () => Environment.WorkingSet);
        using var process = Process.GetCurrentProcess();
        var started = process.StartTime.ToUniversalTime().Subtract(DateTime.UnixEpoch).TotalSeconds;
        _factory.CreateGauge("process_start_time_seconds", "When the process started, in Unix time.").Set(started);
        Counter(
            "dotnet_gc_collections_total", "Garbage collections, by generation.",
            "generation", [.. Enumerable.Range(0, GC.MaxGeneration + 1)], generation => generation.ToString(),
            generation => GC.CollectionCount(generation));
        Gauge("dotnet_gc_heap_bytes", "Managed heap in use.", () => GC.GetTotalMemory(forceFullCollection: false));
        Counter(
            "dotnet_gc_pause_seconds_total", "Time for which garbage collections stopped all threads.",
            () => GC.GetTotalPauseDuration().TotalSeconds);
    }

    private void Counter(string name, string help, Func<double> read)
    {
        var counter = _factory.CreateCounter(name, help);
        _readings.Add(() => counter.IncTo(read()));
    }

    /// <summary>A counter with one label that takes the values of a closed list: all are shown from the start.</summary>
    private void Counter<T>(string name, string help, string label, IReadOnlyList<T> values, Func<T, string> nameOf, Func<T, long> read)
    {
        var counter = _factory.CreateCounter(name, help, label);
        foreach (var value in values)
        {
            var ofValue = counter.WithLabels(nameOf(value));
            _readings.Add(() => ofValue.IncTo(read(value)));
        }
    }

    private void Gauge(string name, string help, Func<double> read)
    {
        var gauge = _factory.CreateGauge(name, help);
        _readings.Add(() => gauge.Set(read()));
    }

    private void Gauge<T>(string name, string help, string label, IReadOnlyList<T> values, Func<T, string> nameOf, Func<T, double> read)
    {
        var gauge = _factory.CreateGauge(name, help, label);
        foreach (var value in values)
        {
            var ofValue = gauge.WithLabels(nameOf(value));
            _readings.Add(() => ofValue.Set(read(value)));
        }
    }

    private static void Show(Gauge.Child gauge, double? value)
    {
        if (value is { } known) gauge.Set(known);
        else gauge.Unpublish();
    }
}
