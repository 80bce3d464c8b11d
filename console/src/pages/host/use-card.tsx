import type { HostItem, Logon, ServiceUse } from '../../api/hosts';
import { plural } from '../../ui/numbers';
import { Host, Tag, Time } from '../../ui/parts';
import { serviceTitle } from '../../ui/services';

/** Which services it offers and uses, and who worked on it. */
export function UseCard(props: { host: HostItem; serves: readonly ServiceUse[]; uses: readonly ServiceUse[]; users: readonly Logon[] }) {
  return (
    <section class="card host-card" aria-labelledby="host-use">
      <header><h2 id="host-use">What it does</h2></header>
      <div class="host-services">
        <Services title="Offers" nobody="nobody drives it" one="client" uses={props.serves} />
        <Services title="Uses" nobody="it drives nobody" one="server" uses={props.uses} />
      </div>
      {props.host.serves.length > 0 && (
        <p class="dim">Interfaces it is known to carry: <span class="mono">{props.host.serves.join(', ')}</span></p>)}
      <h3>Users of the last 7 days</h3>
      {props.users.length === 0 ? <p class="faint">Nobody was seen to log on from it. Zeek's ntlm.log and kerberos.log would tell.</p>
        : <table class="listing">
            <thead><tr><th>User</th><th>To</th><th>By</th><th>When</th></tr></thead>
            <tbody>{props.users.map(user => (
              <tr><td><bdi>{user.user}</bdi> {user.succeeded === false && <Tag tone="warn">failed</Tag>}</td>
                <td><Host of={{ address: user.server }} /></td><td class="dim whole">{user.source === 'ntlm' ? 'NTLM' : 'Kerberos'}</td>
                <td><Time at={user.at} /></td></tr>))}</tbody>
          </table>}
    </section>
  );
}

function Services(props: { title: string; nobody: string; one: string; uses: readonly ServiceUse[] }) {
  return (
    <div>
      <h3>{props.title}</h3>
      {props.uses.length === 0 ? <p class="faint">{props.nobody}</p>
        : <ul class="plain-list">{props.uses.map(use => (
            <li>{serviceTitle(use.service)} <span class="dim">{plural(use.hosts, props.one)}</span></li>))}</ul>}
    </div>
  );
}
