import { useMemo, useState } from 'preact/hooks';
import type { Network, NetworkEdge, Peer } from '../../api/hosts';
import { count } from '../../ui/numbers';
import { Host, Tag } from '../../ui/parts';
import { Hour } from '../../ui/hour';
import { Rarity } from '../../ui/rarity';
import { roleTitle } from '../../ui/roles';
import { serviceTitles } from '../../ui/services';
import { Table } from '../../ui/table';
import { sortKey } from './layout';

interface Row extends NetworkEdge {
  readonly from: Peer;
  readonly to: Peer;
}

const orders: Readonly<Record<string, (a: Row, b: Row) => number>> = {
  rarity: (a, b) => b.rarity - a.rarity,
  count: (a, b) => b.count - a.count,
  last: (a, b) => b.last_seen.localeCompare(a.last_seen),
  first: (a, b) => b.first_seen.localeCompare(a.first_seen),
  client: (a, b) => sortKey(a.from.address).localeCompare(sortKey(b.from.address)),
  server: (a, b) => sortKey(a.to.address).localeCompare(sortKey(b.to.address)),
};

/** The same edges as text: for keyboards, screen readers and copying. */
export function EdgeTable(props: { network: Network }) {
  const [sort, setSort] = useState('rarity');
  const { network } = props;
  const rows = useMemo(() => network.edges
    .map(edge => ({ ...edge, from: network.hosts[edge.client]!, to: network.hosts[edge.server]! }))
    .sort((a, b) => orders[sort]!(a, b) || orders.client!(a, b) || orders.server!(a, b)), [network, sort]);
  return (
    <Table label="Edges" rows={rows} rowKey={row => `${row.client} ${row.server}`} sort={sort} onSort={setSort} columns={[
      { key: 'client', title: 'Client', width: 'minmax(13rem, 2fr)', sort: 'client', ascending: true, show: row => <End of={row.from} /> },
      { key: 'server', title: 'Server', width: 'minmax(13rem, 2fr)', sort: 'server', ascending: true, show: row => <End of={row.to} /> },
      { key: 'services', title: 'Services', width: 'minmax(9rem, 1fr)',
        show: row => <span title={serviceTitles(row.services)}>{serviceTitles(row.services)}</span> },
      { key: 'rarity', title: 'Rarity', width: '10.5rem', sort: 'rarity', show: row => <Rarity of={row.rarity} /> },
      { key: 'learned', title: 'Normal', width: '7.8rem',
        show: row => row.learned ? <Tag>learned</Tag> : <Tag tone="warn">not learned</Tag> },
      { key: 'count', title: 'Times', width: '5.5rem', numeric: true, sort: 'count', show: row => count(row.count) },
      { key: 'first', title: 'First seen', width: '7.2rem', sort: 'first', show: row => <Hour at={row.first_seen} /> },
      { key: 'last', title: 'Last seen', width: '7.2rem', sort: 'last', show: row => <Hour at={row.last_seen} /> },
    ]} />
  );
}

/** A host after the mark of its role. */
function End(props: { of: Peer }) {
  const role = roleTitle(props.of.role);
  return <span class="network-end"><span class={`role-mark ${props.of.role}`} role="img" aria-label={role} title={role} />
    <Host of={props.of} /></span>;
}
