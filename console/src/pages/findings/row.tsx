import type { Finding } from '../../api/findings';
import type { SeverityName } from '../../api/types';
import { count } from '../../ui/numbers';
import { HostCell } from '../../ui/host-cell';
import { kindName } from '../../ui/kinds';
import { Host, Severity, Tag, Time } from '../../ui/parts';
import type { Column } from '../../ui/table';

/** What the table keeps of a finding: tens of thousands of them are in memory, and the panel asks for the one that it shows. */
export interface FindingRow {
  readonly id: string;
  readonly kind: string;
  readonly severity: SeverityName;
  readonly confidence: string;
  readonly client: string;
  readonly clientName: string | undefined;
  readonly server: string | undefined;
  readonly serverName: string | undefined;
  readonly servers: number | undefined;
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly reason: string;
  readonly verdict: 'benign' | 'malicious' | undefined;
  readonly isSuppressed: boolean;
  readonly isWithdrawn: boolean;
}

export function rowOf(finding: Finding): FindingRow {
  return {
    id: finding.id,
    kind: finding.kind,
    severity: finding.severity,
    confidence: finding.confidence,
    client: finding.client,
    clientName: finding.client_name,
    server: finding.server,
    serverName: finding.server_name,
    servers: finding.servers,
    count: finding.count,
    firstSeen: finding.first_seen,
    lastSeen: finding.last_seen,
    reason: finding.reason,
    verdict: finding.verdict?.verdict,
    isSuppressed: finding.suppressed_by.length > 0,
    isWithdrawn: finding.withdrawn_at !== undefined,
  };
}

/** In one line, as it is read aloud. */
export function titleOf(row: FindingRow): string {
  const server = row.serverName ?? row.server ?? (row.servers ? `${row.servers} servers` : null);
  return `${kindName(row.kind)}, ${row.severity}, ${row.clientName ?? row.client}${server === null ? '' : ` to ${server}`}`;
}

export function Ends(props: { address: string | undefined; name: string | undefined; servers?: number | undefined }) {
  const { address, name, servers } = props;
  if (address === undefined) return <span class="faint">{servers ? `${count(servers)} servers` : '–'}</span>;
  return <Host of={name === undefined ? { address } : { address, name }} />;
}

export function Marks({ row }: { row: FindingRow }) {
  return (
    <>
      {row.verdict === 'malicious' && <Tag tone="bad">malicious</Tag>}
      {row.verdict === 'benign' && <Tag tone="good">benign</Tag>}
      {row.isSuppressed && <Tag>suppressed</Tag>}
      {row.isWithdrawn && <Tag>withdrawn</Tag>}
    </>
  );
}

export function isQuiet(row: FindingRow): boolean {
  return row.verdict === 'benign' || row.isSuppressed || row.isWithdrawn;
}

/** The columns; those whose content the panel shows too make room for it. */
export function columnsFor(hasPanel: boolean): Column<FindingRow>[] {
  const columns: (Column<FindingRow> | null)[] = [
    { key: 'severity', title: 'Severity', width: '7.2rem', sort: 'severity', show: row => <Severity of={row.severity} /> },
    { key: 'kind', title: 'Kind', width: hasPanel ? 'minmax(8rem, 1fr)' : 'minmax(10rem, 1fr)', show: row => <span title={row.kind}>{kindName(row.kind)}</span> },
    { key: 'client', title: 'Client', width: hasPanel ? 'minmax(8.2rem, 1fr)' : 'minmax(8.5rem, 1fr)', sort: 'client', ascending: true, show: row => <HostCell address={row.client} name={row.clientName} /> },
    { key: 'server', title: 'Server', width: hasPanel ? 'minmax(8.2rem, 1fr)' : 'minmax(8.5rem, 1fr)', sort: 'server', ascending: true,
      show: row => row.server === undefined
        ? <Ends address={undefined} name={undefined} servers={row.servers} />
        : <HostCell address={row.server} name={row.serverName} /> },
    hasPanel ? null : { key: 'reason', title: 'Why', width: 'minmax(10rem, 2.4fr)', show: row => <span class="dim" title={row.reason}>{row.reason}</span> },
    hasPanel ? null : { key: 'confidence', title: 'Sure', width: '5.4rem', show: row => row.confidence },
    hasPanel ? null : { key: 'count', title: 'Count', width: '4.6rem', numeric: true, sort: 'count', show: row => count(row.count) },
    hasPanel ? null : { key: 'first', title: 'First seen', width: '6.9rem', sort: 'first-seen', show: row => <Time at={row.firstSeen} /> },
    { key: 'last', title: 'Last seen', width: '7.1rem', sort: 'last-seen', show: row => <Time at={row.lastSeen} /> },
    { key: 'marks', title: 'Verdict', width: hasPanel ? '6rem' : '7rem', show: row => <Marks row={row} /> },
  ];
  return columns.filter(column => column !== null);
}
