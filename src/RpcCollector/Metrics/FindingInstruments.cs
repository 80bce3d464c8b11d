using System.Diagnostics.Metrics;
using RpcCollector.Detection.Judgement;
using RpcCollector.Judgement;
using RpcCollector.Store.Findings;

namespace RpcCollector.Metrics;

/// <summary>The instruments of the judgement: what the judge has to do, what it knows, what it found, and who is told. Labels come from closed lists.</summary>
internal sealed class FindingInstruments(JudgeThread judge, JudgeGauges gauges, FindingFeed feed, FindingStore store, ActiveFindings active, FindingEvents events, TimeProvider time)
{
    public void Observe(Meter meter)
    {
        ObserveFindings(meter);
        ObserveJudge(meter);
        ObserveListeners(meter);
    }

    private void ObserveFindings(Meter meter)
    {
        meter.CreateObservableCounter(
            "rpc_collector_findings",
            () => from kind in KebabCase<FindingKind>.All
                  from severity in KebabCase<FindingSeverity>.All
                  select new Measurement<long>(
                      feed.Added(kind, severity), new("kind", KebabCase<FindingKind>.Of(kind)), new KeyValuePair<string, object?>("severity", KebabCase<FindingSeverity>.Of(severity))),
            unit: null,
            "Findings, by what they are about and how bad it would be.");
        Counter("rpc_collector_findings_revised", "Findings that became better known, or were seen again.", () => feed.Revised);
        Counter("rpc_collector_findings_withdrawn", "Findings that later flows explained away.", () => feed.Withdrawn);
        Counter("rpc_collector_findings_dropped", "Changes of findings that did not reach the store: too many waited for the disk, or it refused them.", () => feed.Dropped);
        Gauge("rpc_collector_findings_backlog", "Findings that wait to be written.", () => feed.Backlog);
        Gauge("rpc_collector_findings_hidden", "Active findings that /metrics/findings does not name, because there are more than RpcCollector:Metrics:MaxFindings.", () => active.Hidden);
        Gauge("rpc_collector_store_findings", "Findings in the store.", () => store.Findings);
        Counter("rpc_collector_store_findings_trimmed", "Findings deleted from the store because of its bounds on age, number and size.", () => store.Trimmed);

        void Counter(string name, string description, Func<long> read) => meter.CreateObservableCounter(name, read, unit: null, description);
        void Gauge(string name, string description, Func<long> read) => meter.CreateObservableGauge(name, read, unit: null, description);
    }

    private void ObserveJudge(Meter meter)
    {
        meter.CreateObservableGauge("rpc_collector_judge_queue_facts", () => ByFact(judge.Queued), unit: null, "Activities, contacts and operations that wait for the judge.");
        meter.CreateObservableCounter("rpc_collector_judge_facts_dropped", () => ByFact(judge.Dropped), unit: null, "Activities, contacts and operations that were not judged, because too many waited.");
        Counter("rpc_collector_judge_facts", "Activities, contacts and operations taken, changes of known ones too.", counts => counts.Facts);
        Counter("rpc_collector_judge_facts_late", "Facts of hours that were closed already: they raise the counts of findings, no more.", counts => counts.Late);
        Counter("rpc_collector_judge_facts_ahead", "Facts that began later than they could have arrived: not judged.", counts => counts.Ahead);
        Counter("rpc_collector_judge_facts_beyond", "Facts of which only the number was kept, because there were too many.", counts => counts.Beyond);
        Counter("rpc_collector_judge_edges_refused", "Facts on edges for which there was no room: not judged.", counts => counts.RefusedEdges);
        Counter("rpc_collector_judge_edges_evicted", "Edges forgotten before their time because there were too many.", counts => counts.EvictedEdges);
        Counter("rpc_collector_judge_findings_evicted", "Findings that the judge forgot because there were too many; the store has them still.", counts => counts.EvictedFindings);
        Gauge("rpc_collector_judge_edges", "Edges (client, server, service) that the judge knows.", counts => counts.Edges);
        Gauge("rpc_collector_judge_hosts", "Hosts that the judge knows.", counts => counts.Hosts);
        Gauge("rpc_collector_judge_open_facts", "Facts of hours that are not closed yet.", counts => counts.OpenFacts);
        Gauge("rpc_collector_judge_known_endpoints", "Servers' ports that are known as RPC endpoints.", counts => counts.KnownEndpoints);
        Gauge("rpc_collector_judge_state_bytes", "Memory of what the judge knows.", counts => counts.StateBytes);
        Gauge("rpc_collector_judge_learning", "1 until the learning period is over: novelty alone is not reported before.", counts => counts.IsLearning ? 1 : 0);
        meter.CreateObservableGauge("rpc_collector_judge_epoch_age_seconds", EpochAge, "s", "How long ago an hour of activity was last closed and learned; absent before the first of this process.");
        meter.CreateObservableCounter("rpc_collector_judge_state_failures", () =>
            gauges.StateFailures, unit: null, "Times that what was learned could not be kept or read; it is tried again.");
        meter.CreateObservableCounter("rpc_collector_judge_state_damaged", () =>
            gauges.StateDamaged, unit: null, "Times that what was learned was found damaged and set aside.");

        void Counter(string name, string description, Func<JudgeCounts, long> read) => meter.CreateObservableCounter(name, () => read(gauges.Counts), unit: null, description);
        void Gauge(string name, string description, Func<JudgeCounts, long> read) => meter.CreateObservableGauge(name, () => read(gauges.Counts), unit: null, description);
    }

    private void ObserveListeners(Meter meter)
    {
        meter.CreateObservableGauge("rpc_collector_finding_listeners", () => events.Listeners, unit: null, "Who listens to /api/v1/findings/stream.");
        meter.CreateObservableCounter("rpc_collector_finding_listeners_dropped", () => events.Dropped, unit: null, "Listeners to /api/v1/findings/stream that were dropped because they were too slow.");
    }

    private IEnumerable<Measurement<double>> EpochAge() => gauges.LearnedUnixMilliseconds is > 0 and var learned
        ? [new Measurement<double>((time.GetUtcNow().ToUnixTimeMilliseconds() - learned) / 1000.0)]
        : [];

    private static IEnumerable<Measurement<long>> ByFact(Func<JudgedFact, long> read) =>
        SnakeCase<JudgedFact>.All.Select(fact => new Measurement<long>(read(fact), new KeyValuePair<string, object?>("kind", SnakeCase<JudgedFact>.Of(fact))));
}
