import type { Network, NetworkEdge } from '../../api/hosts';
import { linkTo } from '../../router';
import { count, plural } from '../../ui/numbers';
import { Host, Tag } from '../../ui/parts';
import { Hour } from '../../ui/hour';
import { Rarity } from '../../ui/rarity';
import { RoleTag } from '../../ui/role-tag';
import { serviceTitles } from '../../ui/services';
import type { Target } from './hit';
import type { Scene } from './scene';

const MOST = 8;

/** What the pointer or the keyboard is at; it stays until something else is. */
export function Details(props: { scene: Scene; target: Target | null }) {
  const { scene, target } = props;
  return (
    <section class="network-details" aria-label="Details" aria-live="polite">
      {target === null ? <p class="faint">Point at a host or an edge, or go there with Tab and the arrow keys.</p>
        : 'host' in target ? <HostDetails scene={scene} host={target.host} />
        : <EdgeDetails network={scene.network} edge={scene.network.edges[scene.bows[target.bow]?.edge ?? -1]} />}
    </section>
  );
}

function HostDetails(props: { scene: Scene; host: number }) {
  const { network, bows, edgesOf } = props.scene;
  const host = network.hosts[props.host];
  if (!host) return null;
  const own = (edgesOf[props.host] ?? []).map(bow => network.edges[bows[bow]!.edge]!);
  const driven = own.filter(edge => edge.client === props.host);
  const drivers = own.filter(edge => edge.server === props.host);
  return (
    <>
      <h2><Host of={host} /></h2>
      <p><RoleTag of={host.role} /></p>
      <p class="dim">Client of {plural(driven.length, 'host')}, server of {plural(drivers.length, 'host')} here.</p>
      {own.length > 0 && <h3>Its rarest edges</h3>}
      <ul class="network-edges">
        {own.slice(0, MOST).map(edge => {
          const isClient = edge.client === props.host;
          const peer = network.hosts[isClient ? edge.server : edge.client]!;
          return (
            <li><span class="dim" role="img" aria-label={isClient ? 'to' : 'from'}>{isClient ? '→' : '←'}</span><Host of={peer} quiet />
              <span class="services">{serviceTitles(edge.services)}</span><Rarity of={edge.rarity} /></li>);
        })}
      </ul>
      <p class="links"><a href={linkTo(['hosts', host.address])}>Open this host</a>
        <a href={linkTo(['network'], { host: host.address })}>Only its edges</a>
        <a href={linkTo(['hunt'], { host: host.address })}>Hunt</a></p>
    </>
  );
}

function EdgeDetails(props: { network: Network; edge: NetworkEdge | undefined }) {
  const { network, edge } = props;
  if (!edge) return null;
  const [client, server] = [network.hosts[edge.client]!, network.hosts[edge.server]!];
  return (
    <>
      <h2>{serviceTitles(edge.services)}</h2>
      <dl class="facts">
        <dt>Client</dt><dd><Host of={client} /><RoleTag of={client.role} /></dd>
        <dt>Server</dt><dd><Host of={server} /><RoleTag of={server.role} /></dd>
        <dt>Seen</dt><dd>{plural(edge.count, 'time')}</dd>
        <dt>First</dt><dd><Hour at={edge.first_seen} full /></dd>
        <dt>Last</dt><dd><Hour at={edge.last_seen} full /></dd>
        <dt>Rarity</dt><dd><Rarity of={edge.rarity} /></dd>
        <dt>Normal</dt><dd>{edge.learned ? <Tag tone="good">learned</Tag> : <Tag tone="warn">not learned</Tag>}</dd>
      </dl>
      <p class="links"><a href={linkTo(['hunt'], { client: client.address, server: server.address })}>Hunt</a>
        <a href={linkTo(['findings'], { client: client.address, server: server.address })}>Findings</a></p>
    </>
  );
}

/** How many of what is shown. */
export function shownText(scene: Scene): string {
  const { total_edges, left_out } = scene.network;
  const shown = `${plural(scene.bows.length, 'edge')} between ${plural(scene.network.hosts.length, 'host')}`;
  return left_out > 0 ? `${shown}: the rarest ones of ${count(total_edges)}; ${count(left_out)} are left out` : shown;
}
