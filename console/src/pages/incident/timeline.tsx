import { useMemo } from 'preact/hooks';
import type { HostRef, IncidentDetail } from '../../api/types';
import { kindName } from '../../ui/kinds';
import { octets, plural } from '../../ui/numbers';
import { Copy } from '../../ui/parts';
import { Table, type Column } from '../../ui/table';
import { duration, precise } from '../../ui/time';
import { serviceOfPort } from '../../words';

interface Row {
  readonly id: string;
  readonly at: string;
  readonly start: number;
  readonly end: number | null;
  readonly since: number | null;
  readonly client: string;
  readonly server?: string;
  readonly client_port?: number;
  readonly server_port?: number;
  readonly octets?: number;
  readonly community_id?: string;
  readonly exporters: readonly string[];
  readonly operations: readonly string[];
  readonly kinds: readonly string[];
}

const MOST_HIGH = 13;
const ROW = 32;

/** Flows and operations in order. One flow that stands behind several findings is one row. */
function rowsOf(detail: IncidentDetail): readonly Row[] {
  const kindOf = new Map(detail.findings.map(finding => [finding.id, finding.kind]));
  const rows = new Map<string, Row>();
  for (const entry of detail.timeline) {
    const id = entry.what === 'flow' ? `${entry.at} ${entry.community_id ?? ''} ${entry.client_port ?? ''}` : `${entry.at} ${entry.finding}`;
    const kind = kindOf.get(entry.finding);
    const known = rows.get(id);
    const kinds = [...new Set([...known?.kinds ?? [], ...(kind === undefined ? [] : [kind])])];
    const start = Date.parse(entry.at);
    rows.set(id, {
      id, at: entry.at, start, end: entry.end === undefined ? null : Date.parse(entry.end), since: null, client: entry.client,
      exporters: entry.exporters ?? [], operations: entry.operations ?? [], kinds,
      ...(entry.server === undefined ? {} : { server: entry.server }),
      ...(entry.client_port === undefined ? {} : { client_port: entry.client_port }),
      ...(entry.server_port === undefined ? {} : { server_port: entry.server_port }),
      ...(entry.octets === undefined ? {} : { octets: entry.octets }),
      ...(entry.community_id === undefined ? {} : { community_id: entry.community_id }),
    });
  }
  const sorted = [...rows.values()].sort((one, other) => one.start - other.start);
  return sorted.map((row, i) => ({ ...row, since: i === 0 ? null : row.start - sorted[i - 1]!.start }));
}

/** Every flow and operation to the millisecond. */
export function Timeline(props: { detail: IncidentDetail; names: ReadonlyMap<string, HostRef> }) {
  const { names } = props;
  const rows = useMemo(() => rowsOf(props.detail), [props.detail]);
  const from = rows[0]?.start ?? 0;
  const to = Math.max(from + 1, ...rows.map(row => row.end ?? row.start));
  const hasOctets = rows.some(row => row.octets !== undefined);
  const days = new Set(rows.map(row => row.at.slice(0, 10))).size;
  const name = (address: string) => names.get(address)?.name;
  const end = (address: string | undefined, port: number | undefined, service: string) => address === undefined ? <span class="faint">–</span> : (
    <span title={`${name(address) ?? ''} ${address}${port === undefined ? '' : `:${port}`}`}>
      <bdi class={name(address) ? '' : 'mono'}>{name(address) ?? address}</bdi>{port !== undefined && <span class="mono dim">:{port}</span>}
      {service !== '' && <span class="faint"> {service}</span>}</span>);
  const columns: readonly Column<Row>[] = [
    { key: 'at', title: 'Start (UTC)', width: days > 1 ? '13.8rem' : '8.2rem', show: row => <time class="mono" dateTime={row.at} title={row.kinds.map(kindName).join('\n')}>{precise(row.at).slice(days > 1 ? 0 : 11)}</time> },
    { key: 'since', title: 'After', width: '5.6rem', numeric: true, show: row => row.since === null ? '' : <span class="faint">+{short(row.since)}</span> },
    { key: 'client', title: 'From', width: 'minmax(12.5rem, 1fr)', show: row => end(row.client, row.client_port, '') },
    { key: 'server', title: 'To', width: 'minmax(15.5rem, 1.4fr)', show: row => end(row.server, row.server_port, row.server_port === undefined ? '' : serviceOfPort(row.server_port)) },
    {
      key: 'what', title: 'Operations, or when open', width: 'minmax(9.5rem, 1.4fr)', show: row => row.operations.length > 0
        ? <span class="mono" title={row.operations.join('\n')}>{row.operations.join(', ')}</span>
        : row.end === null ? '' : <Bar from={from} to={to} start={row.start} end={row.end} />,
    },
    { key: 'lasted', title: 'Open for', width: '6.6rem', numeric: true, show: row => row.end === null ? '' : short(row.end - row.start) },
    ...(hasOctets ? [{ key: 'octets', title: 'Octets', width: '5.5rem', numeric: true, show: (row: Row) => row.octets === undefined ? '' : octets(row.octets) }] : []),
    { key: 'exporter', title: 'Exporter', width: '7.2rem', show: row => <span class="mono dim" title={row.exporters.join('\n')}>{row.exporters[0] ?? ''}{row.exporters.length > 1 && ` +${row.exporters.length - 1}`}</span> },
    { key: 'community', title: 'Community ID', width: '9.5rem', show: row => row.community_id === undefined ? '' : (
      <span class="community"><code title={row.community_id}>{row.community_id}</code><Copy text={row.community_id} label={`Community ID ${row.community_id}`} /></span>) },
  ];
  return (
    <section class="card" aria-labelledby="timeline">
      <h2 id="timeline">Time line <span class="faint count">{plural(rows.length, 'entry', 'entries')}{days === 1 && rows.length > 0 ? `, ${rows[0]!.at.slice(0, 10)}` : ''}</span></h2>
      {rows.length === 0 ? <p class="dim">No flow of it is kept.</p> : (
        <div class="table-box" style={{ height: `${Math.min(rows.length, MOST_HIGH) * ROW + 38}px` }}>
          <Table label="Time line" rows={rows} columns={columns} rowKey={row => row.id} rowHeight={ROW} />
        </div>)}
    </section>
  );
}

function short(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms`
    : milliseconds < 60_000 ? `${(milliseconds / 1_000).toFixed(milliseconds < 10_000 ? 2 : 1)} s` : duration(milliseconds);
}

/** When a flow was open, within the time of the whole incident. */
function Bar(props: { from: number; to: number; start: number; end: number }) {
  const span = props.to - props.from;
  const x = ((props.start - props.from) / span) * 100;
  const width = Math.max(0.6, ((props.end - props.start) / span) * 100);
  return (
    <svg class="flow-bar" width="100%" height="10" aria-hidden="true">
      <rect class="track" x="0" y="4" width="100%" height="2" /><rect class="open" x={`${Math.min(x, 99.4)}%`} y="1" width={`${Math.min(width, 100 - Math.min(x, 99.4))}%`} height="8" rx="1" />
    </svg>
  );
}
