import { ApiError, get } from '../../api/client';
import { useData } from '../../api/data';
import type { HostRef, IncidentDetail, PageOf } from '../../api/types';
import { count, plural } from '../../ui/numbers';
import { Host, Waiting } from '../../ui/parts';
import { exact } from '../../ui/time';

interface PairService {
  readonly service: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly count: number;
  readonly days: number;
  readonly learned: boolean;
}

interface Pair {
  readonly client: string;
  readonly server: string;
  readonly first_seen: string;
  readonly count: number;
  readonly services: readonly PairService[];
}

interface KnownHost {
  readonly host: {
    readonly address: string; readonly role: string; readonly why: string;
    /** Absent for a host that is named or told, and was never seen. */
    readonly first_seen?: string;
    readonly client_edges: number; readonly server_edges: number;
  };
}

interface Before {
  readonly hosts: readonly (KnownHost['host'] | null)[];
  readonly pairs: readonly (Pair | null)[];
}

const MOST_HOSTS = 8;
const MOST_PAIRS = 12;

const services: Readonly<Record<string, string>> = {
  rpc: 'RPC', smb: 'SMB', 'win-rm': 'WinRM', 'rpc-over-http': 'RPC over HTTP', kerberos: 'Kerberos', ldap: 'LDAP',
};

/** What these hosts were known for before: roles, and whether the pairs were normal. */
export function NormalBefore(props: { detail: IncidentDetail; names: ReadonlyMap<string, HostRef> }) {
  const { detail, names } = props;
  const clients = detail.acts.map(act => act.client.address);
  const hosts = [...new Set([...clients, ...detail.incident.servers.map(server => server.address)])].slice(0, MOST_HOSTS);
  const pairs = [...new Set(detail.findings.filter(one => one.server !== undefined).map(one => `${one.client} ${one.server}`))];
  const asked = pairs.slice(0, MOST_PAIRS).map(pair => pair.split(' ') as [string, string]);
  const { data } = useData(hosts.join(' ') + asked.join(' '), async (signal): Promise<Before> => {
    const orNull = <T,>(answer: Promise<T>): Promise<T | null> => answer.catch((failure: unknown) => {
      if (failure instanceof ApiError) return null;
      throw failure;
    });
    const [known, seen] = await Promise.all([
      Promise.all(hosts.map(host => orNull(get<KnownHost>(`hosts/${encodeURIComponent(host)}`, {}, signal)))),
      Promise.all(asked.map(([client, server]) => orNull(get<PageOf<Pair>>('pairs', { client, server }, signal)))),
    ]);
    return { hosts: known.map(one => one?.host ?? null), pairs: seen.map(page => page?.items[0] ?? null) };
  });
  if (data === null) return <section class="card" aria-labelledby="before"><h2 id="before">What was normal before</h2><Waiting /></section>;
  return (
    <section class="card" aria-labelledby="before">
      <h2 id="before">What was normal before</h2>
      <div class="scroll-x"><table class="plain">
        <thead><tr><th scope="col">Host</th><th scope="col">Role</th><th scope="col">Why</th><th scope="col" class="number" title="Services of other hosts that it uses">As client</th>
          <th scope="col" class="number" title="Hosts and services in which it is the server">As server</th><th scope="col">Known since (UTC)</th></tr></thead>
        <tbody>
          {hosts.map((address, i) => {
            const host = data.hosts[i];
            return (
              <tr key={address}><td><Host of={names.get(address) ?? { address }} /></td>
                {host == null ? <td colSpan={5} class="faint">not known</td> : <>
                  <td>{host.role.replaceAll('-', ' ')}</td><td class="dim wrap">{host.why}</td><td class="number">{count(host.client_edges)}</td>
                  <td class="number">{count(host.server_edges)}</td><td>{host.first_seen === undefined ? <span class="faint">never seen</span> : exact(host.first_seen).slice(0, 16)}</td></>}
              </tr>
            );
          })}
        </tbody>
      </table></div>
      {asked.length > 0 && (
        <div class="scroll-x"><table class="plain">
          <thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Service</th><th scope="col">Seen first (UTC)</th><th scope="col" class="number">On days</th>
            <th scope="col" class="number">Times</th><th scope="col">Normal?</th></tr></thead>
          <tbody>
            {asked.flatMap(([client, server], i) => {
              const pair = data.pairs[i];
              const ends = <><td><Host of={names.get(client) ?? { address: client }} quiet /></td><td><Host of={names.get(server) ?? { address: server }} quiet /></td></>;
              if (pair == null) return [<tr key={client + server}>{ends}<td colSpan={5} class="faint">never seen between these two, or forgotten</td></tr>];
              return pair.services.map(one => (
                <tr key={client + server + one.service}>{ends}<td>{services[one.service] ?? one.service}</td><td>{exact(one.first_seen).slice(0, 16)}</td>
                  <td class="number">{count(one.days)}</td><td class="number">{count(one.count)}</td>
                  <td>{one.learned ? 'yes' : <strong>no</strong>}</td></tr>));
            })}
          </tbody>
        </table></div>)}
      {pairs.length > asked.length && <p class="dim">and {plural(pairs.length - asked.length, 'further pair')}.</p>}
    </section>
  );
}
