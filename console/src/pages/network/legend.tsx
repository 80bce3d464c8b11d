import type { Network } from '../../api/hosts';
import { setQuery } from '../../router';
import { count } from '../../ui/numbers';
import { roles, rolePlural } from '../../ui/roles';
import { serviceDash, services, serviceTitle } from '../../ui/services';

/** What colours, dashes, weights and forms mean, with how many there are; services can be left out. */
export function Legend(props: { network: Network; hidden: readonly string[] }) {
  const { network, hidden } = props;
  const edges = new Map<string, number>();
  for (const edge of network.edges) {
    for (const service of edge.services) edges.set(service, (edges.get(service) ?? 0) + 1);
  }
  const hosts = new Map<string, number>();
  for (const host of network.hosts) hosts.set(host.role, (hosts.get(host.role) ?? 0) + 1);
  const toggle = (service: string) =>
    setQuery({ hide: (hidden.includes(service) ? hidden.filter(one => one !== service) : [...hidden, service]).join(',') });
  const isLast = (service: string) => hidden.length === services.length - 1 && !hidden.includes(service);
  return (
    <section class="network-legend" aria-label="Legend">
      <h2>Services</h2>
      <ul>
        {services.map(service => (
          <li><label>
            <input type="checkbox" disabled={isLast(service)} checked={!hidden.includes(service)} onChange={() => toggle(service)} />
            <Line service={service} /><span>{serviceTitle(service)}</span>
            <span class="number">{hidden.includes(service) ? '–' : count(edges.get(service) ?? 0)}</span>
          </label></li>))}
      </ul>
      <p class="weights"><span class="w0" aria-hidden="true" /> common <span class="w2" aria-hidden="true" /> rare</p>
      <h2>Hosts</h2>
      <ul class="roles">
        {roles.filter(role => hosts.has(role)).map(role => (
          <li><span class={`role-mark ${role}`} aria-hidden="true" /><span>{rolePlural(role)}</span>
            <span class="number">{count(hosts.get(role)!)}</span></li>))}
      </ul>
    </section>
  );
}

function Line(props: { service: string }) {
  const dash = serviceDash(props.service);
  return (
    <svg class={`line ${props.service}`} width="34" height="8" aria-hidden="true">
      <line x1="0" y1="4" x2="34" y2="4" stroke-width="2.5" stroke-dasharray={dash.length === 0 ? undefined : dash.join(' ')} />
    </svg>
  );
}
