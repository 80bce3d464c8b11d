import { useEffect, useState } from 'preact/hooks';
import { get } from '../../api/client';
import { useData } from '../../api/data';
import { isAnalyst } from '../../api/session';
import type { Finding, HostRef, IncidentDetail, IncidentFinding } from '../../api/types';
import { FindingVerdictDialog, SuppressionDialog } from '../../dialogs';
import { linkTo } from '../../router';
import { HowRareFacts } from '../../ui/how-rare';
import { kindName } from '../../ui/kinds';
import { notice } from '../../ui/notices';
import { count, plural, share } from '../../ui/numbers';
import { Button, Copy, Failure, Host, Severity, Tag, Technique, Time, Waiting } from '../../ui/parts';
import { precise } from '../../ui/time';
import { serviceOfPort } from '../../words';

const FIRST = 25;
const FIRST_FLOWS = 10;

/** The findings of an incident, each with what it rests on. */
export function Evidence(props: { detail: IncidentDetail; names: ReadonlyMap<string, HostRef>; opened: string | null; onChange: () => void }) {
  const { detail, names } = props;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(props.opened === null ? [] : [props.opened]));
  const place = detail.findings.findIndex(one => one.id === props.opened);
  const [most, setMost] = useState(Math.max(FIRST, place + 1));
  const [dialog, setDialog] = useState<{ kind: 'verdict' | 'suppress'; of: IncidentFinding } | null>(null);
  useEffect(() => {
    if (props.opened !== null) document.getElementById(`finding-${props.opened}`)?.scrollIntoView({ block: 'center' });
  }, [props.opened]);
  const toggle = (id: string) => setOpen(before => {
    const after = new Set(before);
    if (!after.delete(id)) after.add(id);
    return after;
  });
  const host = (address: string | undefined) => address === undefined ? <span class="faint">–</span> : <Host of={names.get(address) ?? { address }} quiet />;
  const done = (text: string) => {
    setDialog(null);
    notice(text);
    props.onChange();
  };
  return (
    <section class="card" aria-labelledby="evidence">
      <h2 id="evidence">Evidence <span class="faint count">{plural(detail.incident.num_findings, 'finding')}</span></h2>
      <div class="scroll-x"><table class="plain evidence">
        <thead><tr><th scope="col"><span class="unseen">Open</span></th><th scope="col">Severity</th><th scope="col">Kind</th><th scope="col">From</th>
          <th scope="col">To</th><th scope="col">Reason</th><th scope="col" class="number">Times</th><th scope="col">First seen (UTC)</th></tr></thead>
        <tbody>
          {detail.findings.slice(0, most).map(finding => [
            <tr key={finding.id} id={`finding-${finding.id}`} class={finding.hidden ? 'quiet' : ''}>
              <td><button type="button" class="expander" aria-expanded={open.has(finding.id)} aria-label={`${kindName(finding.kind)}: flows, operations`}
                onClick={() => toggle(finding.id)}><span aria-hidden="true">{open.has(finding.id) ? '▾' : '▸'}</span></button></td>
              <td><Severity of={finding.severity} /></td>
              <td>{kindName(finding.kind)}{finding.verdict !== undefined && <> <Tag tone={finding.verdict === 'malicious' ? 'bad' : 'good'}>{finding.verdict}</Tag></>}
                {finding.hidden && finding.verdict !== 'benign' && <> <Tag>suppressed</Tag></>}</td>
              <td>{host(finding.client)}</td><td>{host(finding.server)}</td>
              <td class="reason"><bdi>{finding.reason}</bdi></td>
              <td class="number">{count(finding.count)}</td>
              <td><time class="mono" dateTime={finding.first_seen}>{precise(finding.first_seen).slice(0, 19)}</time></td>
            </tr>,
            open.has(finding.id) && (
              <tr key={`${finding.id} more`} class="more"><td /><td colSpan={7}>
                <More of={finding} onVerdict={() => setDialog({ kind: 'verdict', of: finding })} onSuppress={() => setDialog({ kind: 'suppress', of: finding })} /></td></tr>),
          ])}
        </tbody>
      </table></div>
      {detail.findings.length > most && <Button onClick={() => setMost(most + 100)}>Show more of {count(detail.findings.length)}</Button>}
      {detail.incident.num_findings > detail.findings.length && (
        <p class="dim">The earliest {count(detail.findings.length)} are shown. <a href={linkTo(['findings'], { incident: detail.incident.id })}>All of them</a></p>)}
      {dialog?.kind === 'verdict' && <FindingVerdictDialog finding={dialog.of} onClose={() => setDialog(null)} onDone={() => done('Verdict given')} />}
      {dialog?.kind === 'suppress' && (
        <SuppressionDialog finding={dialog.of} nameOf={address => names.get(address)?.name ?? address}
          onClose={() => setDialog(null)} onDone={() => done('Suppressed')} />)}
    </section>
  );
}

/** What a finding rests on: asked when somebody looks. */
function More(props: { of: IncidentFinding; onVerdict: () => void; onSuppress: () => void }) {
  const { data, error, reload } = useData(`${props.of.id} ${props.of.verdict ?? ''}`, signal => get<Finding>(`findings/${props.of.id}`, {}, signal));
  const [all, setAll] = useState(false);
  if (error) return <Failure error={error} retry={reload} />;
  if (data === null) return <Waiting what="Reading the finding" />;
  const flows = all ? data.flows : data.flows.slice(0, FIRST_FLOWS);
  return (
    <div class="finding-more">
      {isAnalyst.value && <p class="right-buttons"><Button onClick={props.onVerdict}>Verdict…</Button><Button onClick={props.onSuppress}>Suppress…</Button></p>}
      <dl class="facts">
        <dt>Confidence</dt><dd>{data.confidence}</dd>
        <dt>Last seen</dt><dd><Time at={data.last_seen} full /></dd>
        {data.operations.length > 0 && <><dt>Operations</dt><dd class="mono">{data.operations.join(', ')}</dd></>}
        <dt>Techniques</dt><dd>{data.techniques.length === 0 ? 'none named' : data.techniques.map(id => <span key={id} class="item"><Technique id={id} /></span>)}</dd>
        {data.analytics.length > 0 && <><dt>Analytics</dt><dd>{data.analytics.join(', ')}</dd></>}
        {data.users !== undefined && <><dt>Users</dt><dd>{data.users.map(user => (
          <span key={user.user + user.at} class="item"><bdi>{user.user}</bdi>{user.succeeded === false && ' (failed)'}</span>))}</dd></>}
        <dt>Seen by</dt><dd><span class="mono">{data.exporters.join(', ')}</span>
          {data.completeness !== undefined && `, ${share(data.completeness)} complete`}{data.sampled && <> <Tag tone="warn">sampled 1:{data.sampling_interval}</Tag></>}</dd>
        {data.verdict && <><dt>Verdict</dt><dd>{data.verdict.verdict}, by <bdi>{data.verdict.who}</bdi>: <bdi>{data.verdict.why}</bdi></dd></>}
        {data.suppressed_by.length > 0 && <><dt>Suppressed</dt><dd>by {data.suppressed_by.map(id => `no. ${id}`).join(', ')}; see <a href={linkTo(['learning'])}>Learning</a></dd></>}
        {data.notes?.map(note => <><dt>Later</dt><dd>{note.text}</dd></>)}
        <dt>Id</dt><dd class="mono">{data.id} <Copy text={data.id} label="the finding's id" /></dd>
      </dl>
      {data.rarity !== undefined && <><h3>How rare</h3><dl class="facts"><HowRareFacts of={data.rarity} /></dl></>}
      {data.flows.length > 0 && (
        <div class="scroll-x"><table class="plain flows">
          <thead><tr><th scope="col">Start (UTC)</th><th scope="col">End</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Exporter</th><th scope="col">Community ID</th></tr></thead>
          <tbody>{flows.map(flow => (
            <tr key={flow.community_id + flow.start}><td class="mono">{precise(flow.start)}</td><td class="mono">{precise(flow.end).slice(11)}</td>
              <td class="mono">{flow.client}:{flow.client_port}</td>
              <td class="mono">{flow.server}:{flow.server_port} <span class="faint">{serviceOfPort(flow.server_port)}</span></td>
              <td class="mono">{flow.exporters.join(', ')}</td>
              <td><span class="community"><code>{flow.community_id}</code><Copy text={flow.community_id} label={`Community ID ${flow.community_id}`} /></span></td></tr>))}</tbody>
        </table></div>)}
      {flows.length < data.flows.length && <button type="button" class="link" onClick={() => setAll(true)}>all {data.flows.length} flows</button>}
    </div>
  );
}
