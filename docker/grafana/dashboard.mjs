// The dashboard "RpcCollector": what was found first, then whether it can be trusted, from the network inwards.
import {
  DashboardBuilder, DashboardCursorSync, DatasourceVariableBuilder, QueryVariableBuilder, RowBuilder, VariableRefresh, VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { dataSource, figure, full, lines, table } from './panels.mjs';

const here = 'instance=~"$instance"';
const joined = `${here}, basis!="mapper-only"`;
const rate = (metric, labels = here) => `rate(${metric}{${labels}}[$__rate_interval])`;
const within = (metric, labels = here) => `increase(${metric}{${labels}}[$__range])`;

const incident = 'rpc_collector_incident_active';

const findings = [
  figure('High and critical', 'Incidents that a person should look at now. They end a day after they last changed, and at once when they are closed, suppressed or called benign.',
    'short', `count(max by (incident) (${incident}{${here}, severity=~"high|critical"})) or vector(0)`, { alarm: 1 }),
  figure('Medium', 'Incidents that are worth a look within the day.',
    'short', `count(max by (incident) (${incident}{${here}, severity="medium"})) or vector(0)`),
  figure('Low', 'Incidents that say something only beside others.',
    'short', `count(max by (incident) (${incident}{${here}, severity="low"})) or vector(0)`),
  figure('Clients', 'Hosts with which an incident of medium severity or above begins.',
    'short', `count(count by (client) (${incident}{${here}, severity!="low"})) or vector(0)`),
  figure('Incidents not named', 'Active incidents beyond RpcCollector:Metrics:MaxIncidents: neither this dashboard nor the alerts see them, the API does.',
    'short', `sum(rpc_collector_incidents_hidden{${here}})`, { alarm: 1 }),
  figure('Not judged', 'Activities, contacts and operations in the chosen time that found the queue of the judge full: findings may be missed.',
    'short', `sum(${within('rpc_collector_judge_facts_dropped_total')})`, { alarm: 1 }),
  table('What to look at', 'Who drove whom, why that is told, and where to look next. /api/v1/incidents has all of each, and takes a verdict.',
    [`topk(100, rpc_collector_incident_info{${here}} * on (instance, incident) group_left (severity) ${incident}{${here}, severity!="low"})`],
    { severity: 'Severity', title: 'Who and whom', reason: 'Why', techniques: 'Techniques', next: 'Next', url: 'Link' },
    { width: 16, sortBy: 'Severity', hidden: ['Value', 'instance', 'job', 'incident', '__name__'] }),
  lines('New incidents by severity', 'Each when it was told first; most networks see a few a day, and many in their first days.',
    'short', { [`sum by (severity) (increase(rpc_collector_incidents_total{${here}}[$__rate_interval]))`]: '{{severity}}' }, { stacked: true, width: 8, height: 10 }),
];

const judgement = [
  lines('Findings by kind', 'What they are about.', 'short',
    { [`sum by (kind) (increase(rpc_collector_findings_total{${here}}[$__rate_interval])) > 0`]: '{{kind}}' }, { width: 6 }),
  lines('Waiting for the judge', 'Activities, contacts and operations between the shards, Zeek and the judge.', 'short',
    { [`sum by (kind) (rpc_collector_judge_queue_facts{${here}})`]: '{{kind}}' }, { width: 6 }),
  lines('What the judge knows', 'Edges are client, server and service.', 'short', {
    [`sum(rpc_collector_judge_edges{${here}})`]: 'edges',
    [`sum(rpc_collector_judge_hosts{${here}})`]: 'hosts',
    [`sum(rpc_collector_judge_known_endpoints{${here}})`]: 'known endpoints',
    [`sum(rpc_collector_judge_learning{${here}})`]: 'collectors still learning',
  }, { width: 6 }),
  lines('Late, dropped, forgotten', 'Late: of hours that were closed already. Dropped: the queue was full. Forgotten: there were too many edges.', 'short', {
    [`sum(increase(rpc_collector_judge_facts_late_total{${here}}[$__rate_interval]))`]: 'late',
    [`sum(increase(rpc_collector_judge_facts_dropped_total{${here}}[$__rate_interval]))`]: 'dropped',
    [`sum(increase(rpc_collector_judge_edges_evicted_total{${here}}[$__rate_interval]))`]: 'forgotten',
  }, { width: 6 }),
];

const activity = [
  figure('RPC activities', 'Endpoint flows that were joined with a mapper flow (TCP 135), or went to a known endpoint, in the chosen time.',
    'short', `sum(${within('rpc_collector_activities_total', joined)})`),
  figure('By the analytic to the letter', 'Of these, the ones that satisfy CAR-2014-05-001 as it is written: within two seconds, both ports at least 49152.',
    'short', `sum(${within('rpc_collector_activities_total', `${here}, basis="car"`)})`),
  figure('Mapper contacted in vain', 'TCP 135 was contacted and no endpoint flow followed: refused, firewalled, or probed.',
    'short', `sum(${within('rpc_collector_activities_total', `${here}, basis="mapper-only"`)})`),
  figure('Active pairs', 'Clients and servers with RPC activity within the last hour.',
    'short', `count(count by (client, server) (rpc_collector_pair_activities{${joined}})) or vector(0)`),
  figure('Clients that drive others', 'Hosts that were the client of RPC activity within the last hour.',
    'short', `count(count by (client) (rpc_collector_pair_activities{${joined}})) or vector(0)`),
  figure('Pairs not named', 'Active pairs beyond RpcCollector:Metrics:MaxPairs: neither this dashboard nor the alerts see them, the API does.',
    'short', `sum(rpc_collector_pairs_hidden{${here}})`, { alarm: 1 }),
  lines('RPC activity by basis', 'car: the analytic to the letter. extended: the endpoint flow began while the mapper flow was open or up to two seconds later, any client port. '
    + 'known-endpoint: no mapper flow seen, but the server\'s port has been an endpoint before. mapper-only: no endpoint flow followed.',
    'short', { [`sum by (basis) (increase(rpc_collector_activities_total{${here}}[$__rate_interval]))`]: '{{basis}}' }, { stacked: true, width: full }),
  table('Top pairs', 'Who drives whom: pairs of the last hour. RPC between two workstations is rare and often lateral movement (T1021); most clients talk to domain controllers only.',
    [`topk(100, max by (client, server, basis) (rpc_collector_pair_activities{${here}}))`,
      `1000 * max by (client, server, basis) (rpc_collector_pair_last_activity_timestamp_seconds{${here}})`
        + ` and on (client, server, basis) topk(100, max by (client, server, basis) (rpc_collector_pair_activities{${here}}))`],
    { client: 'Client', server: 'Server', basis: 'Basis', 'Value #A': 'Activities', 'Value #B': 'Last began' },
    { width: 16, sortBy: 'Last began', units: { 'Last began': 'dateTimeAsIso' } }),
  table('Clients with most servers', 'A management server has many, always the same; a workstation with many is worth a look.',
    [`topk(20, count by (client) (count by (client, server) (rpc_collector_pair_activities{${here}})))`],
    { client: 'Client', Value: 'Servers' }, { width: 8, sortBy: 'Servers' }),
];

const input = [
  figure('Exporters', 'Routers, firewalls and probes that have sent something readable since the start.', 'short', `sum(rpc_collector_exporters{${here}})`),
  figure('Templates', 'NetFlow v9 and IPFIX can be read only with them; each exporter repeats its own.', 'short', `sum(rpc_collector_templates{${here}})`),
  figure('Datagrams', 'Received per second, now.', 'cps', `sum(${rate('rpc_collector_datagrams_received_total')})`),
  figure('Octets', 'UDP payload received per second, now.', 'Bps', `sum(${rate('rpc_collector_received_bytes_total')})`),
  figure('Flow records', 'Data Records decoded per second, now.', 'cps', `sum(${rate('rpc_collector_data_records_received_total')})`),
  figure('Flow starts', 'New TCP connections that matter to RPC, per second, now.', 'cps', `sum(${rate('rpc_collector_flow_starts_received_total')})`),
  lines('Datagrams', 'What arrived and what of it could be read.', 'cps', {
    [`sum(${rate('rpc_collector_datagrams_received_total')})`]: 'received',
    [`sum(${rate('rpc_collector_datagrams_used_total')})`]: 'used',
  }),
  lines('From records to flow starts', 'Most flows have nothing to do with RPC and end on the way; that is meant so.', 'cps', {
    [`sum(${rate('rpc_collector_data_records_received_total')})`]: 'data records',
    [`sum(${rate('rpc_collector_flow_records_received_total')})`]: 'flow records',
    [`sum(${rate('rpc_collector_flow_starts_received_total')})`]: 'flow starts',
    [`sum(${rate('rpc_collector_options_records_total')})`]: 'options records',
  }),
];

const losses = [
  lines('Dropped by the kernel', 'Datagrams that did not fit into the receive buffer: raise net.core.rmem_max on the host. Activity in them is not found.',
    'cps', { [`sum by (port) (${rate('rpc_collector_kernel_drops_total')})`]: 'UDP {{port}}' }, { width: 8 }),
  lines('Datagrams, sets and templates not read', 'By reason. missing_template: the exporter has not repeated its template yet. sflow and the netflow versions: not read, /api/v1/exporters names the sender. unknown_version: none of these, nor NetFlow v5, v9 or IPFIX.',
    'cps', {
      [`sum by (reason) (${rate('rpc_collector_datagrams_rejected_total')}) > 0`]: 'datagram: {{reason}}',
      [`sum by (reason) (${rate('rpc_collector_sets_rejected_total')}) > 0`]: 'set: {{reason}}',
      [`sum by (reason) (${rate('rpc_collector_template_records_rejected_total')}) > 0`]: 'template: {{reason}}',
    }, { width: 8 }),
  lines('Records and flows that end', 'By reason. not_tcp and irrelevant_ports are the ordinary traffic; already_known is a second half or a second exporter.',
    'cps', {
      [`sum by (reason) (${rate('rpc_collector_data_records_rejected_total')}) > 0`]: 'record: {{reason}}',
      [`sum by (reason) (${rate('rpc_collector_flow_records_rejected_total')}) > 0`]: 'flow: {{reason}}',
      [`sum by (reason) (${rate('rpc_collector_flow_starts_rejected_total')}) > 0`]: 'flow start: {{reason}}',
    }, { width: 8 }),
  lines('Lost by sequence number', 'What exporters numbered and never came: flows in NetFlow v5, datagrams in v9, records in IPFIX. /api/v1/exporters says whose.',
    'cps', { [`sum by (protocol, unit) (${rate('rpc_collector_sequence_lost_total')})`]: '{{protocol}} {{unit}}' }, { width: 8 }),
  lines('Data sets waiting', 'For their templates: they are decoded when these come.', 'short', { [`sum(rpc_collector_waiting_sets{${here}})`]: 'data sets' }, { width: 8 }),
  lines('Exporters in doubt', 'Silent, sampling, several behind one address, or stating what contradicts what stood.', 'short', {
    [`sum(rpc_collector_exporters_silent{${here}})`]: 'silent',
    [`sum(rpc_collector_exporters_sampled{${here}})`]: 'sampling',
    [`sum(rpc_collector_exporters_translated{${here}})`]: 'translated addresses',
    [`sum(rpc_collector_exporters_contested{${here}})`]: 'contested',
  }, { width: 8 }),
  lines('Odd, but read', 'Irregularities of input that was used all the same: wrong counts and lengths, templates that changed or came from another port, times that were impossible.',
    'cps', { [`sum by (kind) (${rate('rpc_collector_irregularities_total')}) > 0`]: '{{kind}}' }, { width: full, height: 6 }),
];

const state = [
  lines('Mapper flows open', 'Connections to TCP 135 that are kept to be joined with the endpoint flows that follow.', 'short',
    { [`sum(rpc_collector_mapper_flows_open{${here}})`]: 'mapper flows' }, { width: 6 }),
  lines('Endpoint flows waiting', 'Flows that may be endpoint flows, kept until their mapper record may have come: records arrive in the wrong order.', 'short',
    { [`sum(rpc_collector_endpoint_flows_waiting{${here}})`]: 'endpoint flows' }, { width: 6 }),
  lines('Let go too early, or too late to join', 'Above zero, activity may be missed: the state is full, or exporters send later than the collector waits (active timeout, clocks).', 'cps', {
    [`sum by (kind) (${rate('rpc_collector_flows_evicted_total')})`]: 'evicted: {{kind}}',
    [`sum(${rate('rpc_collector_flow_starts_late_total')})`]: 'late',
  }, { width: 6 }),
  lines('Between threads', 'Flow starts that wait for the threads that join them.', 'short',
    { [`sum(rpc_collector_shard_queue_flow_starts{${here}})`]: 'flow starts' }, { width: 6 }),
];

const store = [
  lines('Activities kept', 'Bounded by age and size; the oldest go first.', 'short', { [`sum(rpc_collector_store_activities{${here}})`]: 'activities' }, { width: 6 }),
  lines('Size', 'The store\'s file and its write-ahead log.', 'bytes', { [`sum(rpc_collector_store_bytes{${here}})`]: 'file' }, { width: 6 }),
  lines('Writing', 'How long a batch takes to be safe on disk.', 's', {
    [`histogram_quantile(0.5, sum by (le) (${rate('rpc_collector_store_batch_duration_seconds_bucket')}))`]: 'median',
    [`histogram_quantile(0.99, sum by (le) (${rate('rpc_collector_store_batch_duration_seconds_bucket')}))`]: '99th percentile',
  }, { width: 6 }),
  lines('Waiting, failed, dropped', 'What waits for the disk; what could not be written or read (tried again); what was lost because too much waited.', 'short', {
    [`sum(rpc_collector_store_backlog{${here}})`]: 'waiting',
    [`sum(increase(rpc_collector_store_failures_total{${here}}[$__rate_interval]))`]: 'failed',
    [`sum(increase(rpc_collector_activities_dropped_total{${here}}[$__rate_interval]))`]: 'dropped',
  }, { width: 6 }),
];

const resources = [
  lines('CPU', 'One is one core.', 'short', { [rate('process_cpu_seconds_total', `job="rpc-collector", ${here}`)]: '{{instance}}' }, { width: 8 }),
  lines('Memory', 'Resident memory of the process.', 'bytes', { [`process_resident_memory_bytes{job="rpc-collector", ${here}}`]: '{{instance}}' }, { width: 8 }),
  lines('Receive buffers', 'What the kernel granted; bounded by net.core.rmem_max of the host.', 'bytes',
    { [`rpc_collector_socket_receive_buffer_bytes{${here}}`]: '{{instance}} UDP {{port}}' }, { width: 8 }),
  table('Versions', 'What runs, and since when.',
    [`max by (instance, version) (rpc_collector_build_info{${here}})`, `1000 * max by (instance) (process_start_time_seconds{job="rpc-collector", ${here}})`],
    { instance: 'Collector', version: 'Version', 'Value #B': 'Started' }, { width: full, sortBy: 'Started', units: { Started: 'dateTimeAsIso' }, height: 5, hidden: ['Value #A'] }),
];

const rows = {
  Findings: findings,
  'RPC activity': activity,
  'Exporters and records': input,
  'Losses': losses,
  'State of the join': state,
  'State of the judgement': judgement,
  'Store': store,
  'Resources': resources,
};

export function dashboard() {
  const builder = new DashboardBuilder('RpcCollector')
    .uid('rpc-collector')
    .description('Windows RPC activity (MITRE CAR-2014-05-001) in NetFlow and IPFIX: who drives whose machine, and whether the collector sees everything.')
    .tags(['rpc', 'netflow', 'ipfix', 'security'])
    .refresh('1m').time({ from: 'now-6h', to: 'now' }).timezone('browser').tooltip(DashboardCursorSync.Crosshair).readonly()
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').current({ text: 'Prometheus', value: 'prometheus' }))
    .withVariable(new QueryVariableBuilder('instance').label('Collector').datasource(dataSource)
      .query({ query: 'label_values(rpc_collector_build_info, instance)', refId: 'instances' })
      .refresh(VariableRefresh.OnTimeRangeChanged).sort(VariableSort.AlphabeticalAsc).multi(true).includeAll(true).allValue('.*')
      .current({ text: 'All', value: '$__all' }));
  let id = 0;
  for (const [title, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(title).id(++id));
    for (const panel of panels) builder.withPanel(panel.id(++id));
  }
  return builder.build();
}
