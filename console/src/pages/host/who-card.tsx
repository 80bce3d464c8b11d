import type { HostItem, NamePeriod } from '../../api/hosts';
import { Hour } from '../../ui/hour';
import { Copy, Tag, Time } from '../../ui/parts';

const sources: Readonly<Record<string, string>> = {
  file: 'the names file', dhcp: 'DHCP', dns: 'DNS', ntlm: 'NTLM', kerberos: 'Kerberos', smb: 'SMB', 'reverse-dns': 'reverse DNS',
};

/** What the host is called, by whom and since when. */
export function WhoCard(props: { host: HostItem; names: readonly NamePeriod[] }) {
  const { host, names } = props;
  return (
    <section class="card host-card" aria-labelledby="host-who">
      <header><h2 id="host-who">Who is this</h2></header>
      <dl class="facts">
        <dt>Name</dt>
        <dd>{host.name ? <><bdi>{host.name}</bdi> <span class="faint">from {sources[host.name_source ?? ''] ?? 'the network'}</span></>
          : <span class="faint">nothing names it</span>}</dd>
        <dt>Address</dt>
        <dd class="host-address"><span class="mono">{host.address}</span><Copy text={host.address} label="the address" /></dd>
        {host.kind && <><dt>Kind</dt><dd><bdi>{host.kind}</bdi></dd></>}
        {host.owner && <><dt>Owner</dt><dd><bdi>{host.owner}</bdi></dd></>}
        {host.site && <><dt>Site</dt><dd><bdi>{host.site}</bdi></dd></>}
        {host.tags && host.tags.length > 0 && <>
          <dt>Tags</dt><dd class="host-tags">{host.tags.map(tag => <Tag><bdi>{tag}</bdi></Tag>)}</dd></>}
        <dt>First seen</dt><dd><Hour at={host.first_seen} full /></dd>
        <dt>Last seen</dt><dd><Hour at={host.last_seen} full /></dd>
      </dl>
      {names.length > 0 && <>
        <h3>What it was called</h3>
        <table class="listing">
          <thead><tr><th>Name</th><th>From</th><th>First told</th><th>Last told</th></tr></thead>
          <tbody>{names.map(period => (
            <tr><td><bdi>{period.name}</bdi></td><td class="dim">{sources[period.source] ?? period.source}</td>
              <td><Time at={period.first_told} /></td><td><Time at={period.last_told} /></td></tr>))}</tbody>
        </table>
      </>}
    </section>
  );
}
