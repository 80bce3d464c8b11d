import { useState } from 'preact/hooks';
import { get } from '../api/client';
import { useData } from '../api/data';
import { isAdmin } from '../api/session';
import type { SystemAnswer } from '../api/system';
import { Failure, Page, Waiting } from '../ui/parts';
import '../style/data.css';
import '../style/network.css';
import '../style/hosts.css';
import '../style/learning.css';
import '../style/system.css';
import { Audit } from './system/audit';
import { Listeners, Overview } from './system/overview';
import { People } from './system/people';
import { Sinks } from './system/sinks';

/** Is the sensor well, whom does it tell, and who changed what? */
export function System() {
  const { data, error, reload } = useData('system', signal => get<SystemAnswer>('system', {}, signal), 10_000);
  const [changes, setChanges] = useState(0);
  const changed = () => setChanges(before => before + 1);
  return (
    <Page title="System" sub={data === null ? 'The sensor itself' : `RpcCollector ${data.version}`}>
      {error && <Failure error={error} retry={reload} />}
      {data === null ? !error && <Waiting what="Asking the sensor" /> : <><Overview of={data} /><Listeners of={data.listeners} /></>}
      {(data !== null || error) && <Sinks onTested={changed} />}
      {(data !== null || error) && isAdmin.value && <><People onChanged={changed} /><Audit key={changes} /></>}
    </Page>
  );
}
