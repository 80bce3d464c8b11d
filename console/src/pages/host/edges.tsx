import { useMemo, useState } from 'preact/hooks';
import type { HostEdge } from '../../api/hosts';
import { count } from '../../ui/numbers';
import { Host, Tag } from '../../ui/parts';
import { Hour } from '../../ui/hour';
import { Rarity } from '../../ui/rarity';
import { roleTitle } from '../../ui/roles';
import { serviceTitles } from '../../ui/services';
import { Table } from '../../ui/table';
import { sortKey } from '../network/layout';

const orders: Readonly<Record<string, (a: HostEdge, b: HostEdge) => number>> = {
  rarity: (a, b) => b.rarity - a.rarity,
  count: (a, b) => b.count - a.count,
  days: (a, b) => b.days - a.days,
  last: (a, b) => b.last_seen.localeCompare(a.last_seen),
  peer: () => 0,
};

/** The host's edges one way, the rarest first. */
export function Edges(props: { title: string; peer: string; nobody: string; edges: readonly HostEdge[]; total: number }) {
  const [sort, setSort] = useState('rarity');
  const rows = useMemo(
    () => [...props.edges].sort((a, b) => orders[sort]!(a, b) || (sortKey(a.peer.address) < sortKey(b.peer.address) ? -1 : 1)),
    [props.edges, sort]);
  return (
    <section class="host-edges" aria-label={props.title}>
      <h2>{props.title} <span class="faint">
        {props.total > rows.length ? `the rarest ${count(rows.length)} of ${count(props.total)}` : count(rows.length)}</span></h2>
      {rows.length === 0 ? <p class="faint">{props.nobody}</p>
        : <Table label={props.title} rows={rows} rowKey={row => row.peer.address} sort={sort} onSort={setSort} columns={[
            { key: 'peer', title: props.peer, width: 'minmax(11rem, 1.6fr)', sort: 'peer', ascending: true,
              show: row => <Host of={row.peer} /> },
            { key: 'role', title: 'Role', width: '11rem', show: row => <span class="dim">{roleTitle(row.peer.role)}</span> },
            { key: 'services', title: 'Services', width: 'minmax(8rem, 1.3fr)', show: row => <Services of={row} /> },
            { key: 'rarity', title: 'Rarity', width: '10.5rem', sort: 'rarity', show: row => <Rarity of={row.rarity} /> },
            { key: 'learned', title: 'Normal', width: '7.8rem',
              show: row => row.learned ? <Tag>learned</Tag> : <Tag tone="warn">not learned</Tag> },
            { key: 'days', title: 'Days', width: '5rem', numeric: true, sort: 'days', show: row => count(row.days) },
            { key: 'count', title: 'Times', width: '5.5rem', numeric: true, sort: 'count', show: row => count(row.count) },
            { key: 'last', title: 'Last seen', width: '7.2rem', sort: 'last', show: row => <Hour at={row.last_seen} /> },
          ]} />}
    </section>
  );
}

function Services(props: { of: HostEdge }) {
  const text = serviceTitles(props.of.services.map(one => one.service));
  const isAnswered = props.of.services.some(one => one.answered);
  return <span title={text}>{text}{!isAnswered && <span class="faint"> (never answered)</span>}</span>;
}
