import { useState } from 'preact/hooks';
import { useData } from '../api/data';
import { isAnalyst } from '../api/session';
import type { IncidentLine } from '../api/types';
import { linkTo } from '../router';
import { Button, Empty, Failure, Page, Severity, Tag, Time, Waiting } from '../ui/parts';
import { stateInWords } from '../words';
import '../style/data.css';
import '../style/network.css';
import '../style/hosts.css';
import { Edges } from './host/edges';
import { readHost, type WholeHost } from './host/read-host';
import { RoleCard } from './host/role-card';
import { RoleDialog } from './host/role-dialog';
import { UseCard } from './host/use-card';
import { WhoCard } from './host/who-card';

/** Who is this? */
export function HostPage(props: { id: string }) {
  const { data, error, reload } = useData(props.id, signal => readHost(props.id, signal));
  const name = data?.known?.host.name;
  return (
    <Page title={name ?? props.id} sub={name ? <span class="mono">{props.id}</span> : 'Nothing names it'} tools={<>
      <a class="button" href={linkTo(['network'], { host: props.id })}>Network</a>
      <a class="button" href={linkTo(['hunt'], { host: props.id })}>Hunt</a>
      <a class="button" href={linkTo(['findings'], { host: props.id })}>Findings</a>
    </>}>
      {error ? <Failure error={error} retry={reload} /> : data === null ? <Waiting what="Asking who this is" />
        : <Known address={props.id} whole={data} onChanged={reload} />}
    </Page>
  );
}

function Known(props: { address: string; whole: WholeHost; onChanged: () => void }) {
  const { known, incidents, changes } = props.whole;
  if (known === null) return <><Nobody address={props.address} onChanged={props.onChanged} /><Incidents of={incidents} /></>;
  const { host } = known;
  return (
    <>
      <Incidents of={incidents} />
      <div class="host-cards">
        <WhoCard host={host} names={known.names ?? []} />
        <RoleCard host={host} changes={changes} onChanged={props.onChanged} />
        <UseCard host={host} serves={known.serves ?? []} uses={known.uses ?? []} users={known.users ?? []} />
      </div>
      <Edges title="Whom it drives" peer="Server" nobody="It was never seen as a client." edges={known.as_client}
        total={known.as_client_total ?? known.as_client.length} />
      <Edges title="Who drives it" peer="Client" nobody="It was never seen as a server." edges={known.as_server}
        total={known.as_server_total ?? known.as_server.length} />
    </>
  );
}

function Incidents(props: { of: readonly IncidentLine[] }) {
  if (props.of.length === 0) return <p class="dim host-quiet">It is in no incident, open or closed.</p>;
  return (
    <section class="card host-incidents" aria-label="Incidents">
      <h2>Incidents</h2>
      <table class="listing">
        <thead><tr><th>Severity</th><th>What happened</th><th>State</th><th>Last seen</th></tr></thead>
        <tbody>{props.of.map(incident => (
          <tr><td><Severity of={incident.severity} /></td>
            <td><a href={linkTo(['incidents', incident.id])}><bdi>{incident.title}</bdi></a></td>
            <td><Tag tone={incident.state === 'open' ? 'warn' : 'plain'}>{stateInWords[incident.state] ?? incident.state}
              {incident.verdict ? `, ${incident.verdict}` : ''}</Tag></td>
            <td><Time at={incident.last_seen} /></td></tr>))}</tbody>
      </table>
    </section>
  );
}

function Nobody(props: { address: string; onChanged: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Empty title="Nothing is known of this host">
      <p>It was never seen to drive another by RPC, SMB or WinRM, or to be driven; or that is so long ago that it was forgotten.</p>
      {isAnalyst.value && <Button onClick={() => setOpen(true)}>Tell its role</Button>}
      {isOpen && <RoleDialog host={{ address: props.address, role: 'unknown' }} onClose={() => setOpen(false)}
        onDone={() => { setOpen(false); props.onChanged(); }} />}
    </Empty>
  );
}
