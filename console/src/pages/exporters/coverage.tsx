import { get } from '../../api/client';
import { useData } from '../../api/data';
import type { Coverage, OtherSender } from '../../api/exporters';
import { count, plural } from '../../ui/numbers';
import { Failure, Tag, Time } from '../../ui/parts';
import { Table } from '../../ui/table';

/** Which networks are seen at all, and which that somebody named never were. */
export function CoverageView({ onlyIfAny }: { onlyIfAny: boolean }) {
  const { data, error, reload } = useData('coverage', signal => get<Coverage>('coverage', {}, signal), 60_000);
  if (onlyIfAny && (data?.prefixes.length ?? 0) === 0 && (data?.never_seen.length ?? 0) === 0) return null;
  return (
    <section class="card coverage" aria-label="Coverage">
      <h2>Which networks are seen</h2>
      {error ? (error.status === 404 ? <p class="dim">This sensor does not tell.</p> : <Failure error={error} retry={reload} />)
        : data === null ? null : <Prefixes coverage={data} />}
    </section>
  );
}

function Prefixes({ coverage }: { coverage: Coverage }) {
  const { prefixes, never_seen: never } = coverage;
  return (
    <>
      {never.length > 0 && (
        <div class="doubt"><strong>{plural(never.length, 'network')} never seen.</strong> The settings or the names file speak of {never.length === 1 ? 'it' : 'them'}, and no flow
          of {never.length === 1 ? 'it' : 'them'} ever came: no exporter looks there, or nobody is there.
          <p class="prefixes">{never.slice(0, 100).map(prefix => <code>{prefix}</code>)}{never.length > 100 && ` and ${count(never.length - 100)} more`}</p></div>)}
      {prefixes.length === 0 ? <p class="dim">No host has been seen yet.</p> : <>
        <p class="dim">{plural(prefixes.length, 'network')} with {plural(prefixes.reduce((sum, one) => sum + one.hosts, 0), 'host')} that spoke RPC, SMB, Kerberos or LDAP. A network that is missing here is one that nobody watches.</p>
        <div class="prefix-table" style={{ height: `${Math.min(prefixes.length, 8) * 34 + 38}px` }}>
          <Table label="Networks" rows={prefixes} rowKey={row => row.prefix} columns={[
            { key: 'prefix', title: 'Network', width: 'minmax(9rem, 1fr)', show: row => <code>{row.prefix}</code> },
            { key: 'hosts', title: 'Hosts', width: '6rem', numeric: true, show: row => count(row.hosts) },
            { key: 'last', title: 'Last seen', width: '8rem', show: row => <Time at={row.last_seen} /> },
            { key: 'exporters', title: 'Seen by', width: 'minmax(9rem, 1.5fr)', show: row => <span class="mono dim">{row.exporters?.join(', ') ?? '–'}</span> },
          ]} />
        </div></>}
    </>
  );
}

const formats: Readonly<Record<string, string>> = {
  sflow: 'sFlow', netflow_v1: 'NetFlow v1', netflow_v6: 'NetFlow v6', netflow_v7: 'NetFlow v7', netflow_v8: 'NetFlow v8',
};

/** Who sends what is not read, and what they should send. */
export function NotRead({ senders }: { senders: readonly OtherSender[] }) {
  if (senders.length === 0) return null;
  return (
    <section class="card not-read" aria-label="Not read">
      <h2>{plural(senders.length, 'sender')} whose exports are not read</h2>
      <ul class="plain">{senders.map(sender => (
        <li><code>{sender.address}</code> <Tag tone="bad">{formats[sender.format] ?? sender.format}</Tag>
          <span class="faint"> {plural(sender.datagrams, 'datagram')}, last <Time at={sender.last_seen} /></span>
          <p>Instead: {sender.advice}.</p></li>))}</ul>
    </section>
  );
}
