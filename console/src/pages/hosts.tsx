import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useData } from '../api/data';
import type { HostItem } from '../api/hosts';
import type { IncidentLine } from '../api/types';
import { go, linkTo, place, setQuery } from '../router';
import { useKeys } from '../ui/keys';
import { Hour } from '../ui/hour';
import { count, plural } from '../ui/numbers';
import { Button, Empty, Failure, Host, Page, Severity, Waiting } from '../ui/parts';
import { roles, rolePlural } from '../ui/roles';
import { RoleTag, toldBy } from '../ui/role-tag';
import { Table } from '../ui/table';
import '../style/data.css';
import '../style/network.css';
import '../style/hosts.css';
import { allHosts, MOST_HOSTS, searchOf, worstIncidents } from './hosts/all-hosts';
import { sortKey } from './network/layout';

interface Row extends HostItem {
  readonly incident: IncidentLine | undefined;
}

const grades: Readonly<Record<string, number>> = { critical: 4, high: 3, medium: 2, low: 1 };

const byAddress = (a: Row, b: Row) => sortKey(a.address) < sortKey(b.address) ? -1 : 1;
const orders: Readonly<Record<string, (a: Row, b: Row) => number>> = {
  incident: (a, b) => (grades[b.incident?.severity ?? ''] ?? 0) - (grades[a.incident?.severity ?? ''] ?? 0),
  host: (a, b) => (a.name ?? '~').localeCompare(b.name ?? '~', 'en', { numeric: true }),
  address: () => 0,
  role: (a, b) => roles.indexOf(a.role) - roles.indexOf(b.role),
  client: (a, b) => b.client_edges - a.client_edges,
  server: (a, b) => b.server_edges - a.server_edges,
  last: (a, b) => (b.last_seen ?? '').localeCompare(a.last_seen ?? ''),
};

/** All hosts that the sensor knows; who is in an incident comes first. */
export function Hosts() {
  const query = place.value.query;
  const [search, role, sort] = [query.get('search') ?? '', query.get('role') ?? '', query.get('sort') ?? 'incident'];
  const [read, setRead] = useState(0);
  const { data, error, reload } = useData(`${search} ${role}`, async signal => {
    const [found, worst] = await Promise.all([allHosts({ role, ...searchOf(search) }, signal, setRead), worstIncidents(signal)]);
    return { ...found, rows: found.hosts.map(host => ({ ...host, incident: worst.get(host.address) })) };
  });
  const rows = useMemo(
    () => [...data?.rows ?? []].sort((a, b) => (orders[sort] ?? orders.incident!)(a, b) || byAddress(a, b)), [data, sort]);
  const [current, setCurrent] = useState<string | null>(null);
  const step = (by: number) => {
    const at = rows.findIndex(row => row.address === current);
    setCurrent(rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.address ?? null);
  };
  const field = useRef<HTMLInputElement>(null);
  useKeys({
    j: () => step(1), k: () => step(-1), '/': () => field.current?.focus(),
    Enter: () => { if (current !== null) go(['hosts', current]); },
  });
  const isFiltered = search !== '' || role !== '';

  return (
    <Page title="Hosts" sub={data === null ? 'Who is in the network' : `${plural(rows.length, 'host')}${isFiltered ? ' found' : ''}${
      data.isWhole ? '' : `: the first ${count(MOST_HOSTS)} by address; search for others`}`}>
      <div class="bar hosts-bar" role="search" aria-label="Which hosts">
        <Search field={field} value={search} />
        <select aria-label="Role" value={role} onChange={event => setQuery({ role: event.currentTarget.value })}>
          <option value="">Every role</option>
          {roles.map(one => <option value={one}>{rolePlural(one)}</option>)}
        </select>
        {isFiltered && <Button tone="quiet" onClick={() => setQuery({ search: null, role: null })}>Clear</Button>}
      </div>
      {error ? <Failure error={error} retry={reload} />
        : data === null ? <Waiting what={read > 0 ? `Reading hosts, ${count(read)} so far` : 'Reading hosts'} />
        : rows.length === 0 ? <NoHosts isFiltered={isFiltered} />
        : <Table label="Hosts" rows={rows} rowKey={row => row.address} sort={sort}
            onSort={by => setQuery({ sort: by === 'incident' ? null : by })}
            current={current} onCurrent={setCurrent} onOpen={row => go(['hosts', row.address])} columns={[
              { key: 'host', title: 'Host', width: 'minmax(13rem, 1.6fr)', sort: 'host', ascending: true, show: row => <Host of={row} /> },
              { key: 'role', title: 'Role', width: '12.5rem', sort: 'role', ascending: true, show: row => <RoleTag of={row.role} /> },
              { key: 'by', title: 'Why', width: 'minmax(10rem, 2fr)', show: row => <Why of={row} /> },
              { key: 'incident', title: 'Worst open incident', width: 'minmax(12rem, 2fr)', sort: 'incident',
                show: row => <Worst of={row.incident} /> },
              { key: 'client', title: 'As client', width: '6.3rem', numeric: true, sort: 'client',
                show: row => <span title="Edges on which it is the client: a server and a service each">{count(row.client_edges)}</span> },
              { key: 'server', title: 'As server', width: '6.6rem', numeric: true, sort: 'server',
                show: row => <span title="Edges on which it is the server: a client and a service each">{count(row.server_edges)}</span> },
              { key: 'last', title: 'Last seen', width: '7.2rem', sort: 'last', show: row => <Hour at={row.last_seen} /> },
            ]} />}
    </Page>
  );
}

function Search(props: { field: { current: HTMLInputElement | null }; value: string }) {
  const [text, setText] = useState(props.value);
  useEffect(() => setText(props.value), [props.value]);
  useEffect(() => {
    if (text === props.value) return;
    const timer = setTimeout(() => setQuery({ search: text.trim() }), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input ref={element => { props.field.current = element; }} type="search" class="hosts-search" aria-label="Name, address or prefix"
      autocomplete="off" spellcheck={false} placeholder="Name, address or prefix, such as PC-04 or 10.20.0.0/16" value={text}
      onInput={event => setText(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key === 'Enter') setQuery({ search: text.trim() });
        if (event.key === 'Escape') event.currentTarget.blur();
      }} />
  );
}

function Why(props: { of: HostItem }) {
  const why = props.of.told ? props.of.told.why ?? '' : props.of.why;
  return <span class="dim" title={why}>{toldBy(props.of)}{why !== '' && <>: <bdi>{why}</bdi></>}</span>;
}

function Worst(props: { of: IncidentLine | undefined }) {
  const incident = props.of;
  if (!incident) return <span class="faint">–</span>;
  return (
    <span class="hosts-worst"><Severity of={incident.severity} />
      <a href={linkTo(['incidents', incident.id])} title={incident.title}><bdi>{incident.title}</bdi></a></span>
  );
}

function NoHosts(props: { isFiltered: boolean }) {
  return props.isFiltered
    ? <Empty title="No host fits"><p>Names are searched by any part of them; addresses by prefix.</p>
        <Button onClick={() => setQuery({ search: null, role: null })}>All hosts</Button></Empty>
    : <Empty title="No host is known yet">
        <p>A host appears here once it drove another by RPC, SMB or WinRM, or was driven. That takes flows:{' '}
          <a href={linkTo(['exporters'])}>see whether an exporter sends any</a>.</p></Empty>;
}
