import type { HistoryLine, HostRef, IncidentDetail } from '../../api/types';
import { isAnalyst } from '../../api/session';
import { linkTo } from '../../router';
import { Button, Copy, Host, Severity, Technique, Time } from '../../ui/parts';
import { confidenceInWords, severityInWords } from '../../words';

/** How bad, how sure, which techniques, who was logged on, who did what with it. */
export function Aside(props: { detail: IncidentDetail; names: ReadonlyMap<string, HostRef>; onNote: () => void }) {
  const { incident, users, history } = props.detail;
  return (
    <aside class="incident-aside" aria-label="About this incident">
      <section class="card" aria-labelledby="how-bad">
        <h2 id="how-bad">How bad, and how sure</h2>
        <p><Severity of={incident.severity} /></p>
        <p>{severityInWords[incident.severity]}</p>
        {incident.raised_because !== undefined && <p class="dim">Raised above its worst finding: {incident.raised_because}.</p>}
        {incident.lowered_because !== undefined && <p class="dim">Below its worst finding: {incident.lowered_because}.</p>}
        {incident.proposed_role !== undefined && incident.clients[0] !== undefined && (
          <p>Week after week it looks into one host after another. If it is a help desk’s machine, <a href={linkTo(['hosts', incident.clients[0].address])}>tell its role</a>: {incident.proposed_role.replaceAll('-', ' ')}.</p>)}
        <p><strong>Confidence {incident.confidence}.</strong> {confidenceInWords[incident.confidence]}</p>
      </section>
      {incident.techniques.length > 0 && (
        <section class="card" aria-labelledby="techniques">
          <h2 id="techniques">Techniques</h2>
          <ul class="plain-list">{incident.techniques.map(id => <li key={id}><Technique id={id} /></li>)}</ul>
        </section>)}
      <section class="card" aria-labelledby="users">
        <h2 id="users">Users seen</h2>
        {users.length === 0 ? <p class="dim">Nobody is known to have logged on from its clients meanwhile. Zeek’s or Suricata’s logs tell that.</p> : (
          <ul class="plain-list users">
            {users.slice(0, 12).map(user => (
              <li key={user.user + user.at + user.client}><strong><bdi>{user.user}</bdi></strong>{user.succeeded === false && <span class="bad-word"> failed</span>}
                <span class="dim"> from <Host of={props.names.get(user.client) ?? { address: user.client }} quiet />, <Time at={user.at} /> ({user.source})</span></li>))}
            {users.length > 12 && <li class="dim">and {users.length - 12} more</li>}
          </ul>)}
      </section>
      <section class="card" aria-labelledby="history">
        <h2 id="history">Notes and history</h2>
        {isAnalyst.value && <p><Button onClick={props.onNote}>Write a note <kbd>n</kbd></Button></p>}
        <ol class="history">
          {[...history].reverse().map((line, i) => <Line key={`${line.at} ${i}`} of={line} />)}
          <li><Time at={incident.recorded_at} /> <span>First reported.</span></li>
        </ol>
      </section>
      <section class="card" aria-label="Id">
        <p class="id-line"><span class="faint">Id</span> <code>{incident.id}</code> <Copy text={incident.id} label="the incident's id" /></p>
        {incident.merged_from !== undefined && <p class="dim">You followed {incident.merged_from}, which has gone into this one.</p>}
        {incident.related !== undefined && <p class="dim">Follows <a href={linkTo(['incidents', incident.related])}>a closed incident</a> of the same hosts.</p>}
      </section>
    </aside>
  );
}

function Line(props: { of: HistoryLine }) {
  const { at, who, from, text } = props.of;
  return (
    <li>
      <Time at={at} /> <span>{who === undefined ? <em>The sensor</em> : <strong title={from === undefined ? '' : `from ${from}`}><bdi>{who}</bdi></strong>} {said(props.of)}</span>
      {text !== undefined && <p class={props.of.what === 'noted' ? 'note-text' : 'dim'}><bdi>{text}</bdi></p>}
    </li>
  );
}

function said(line: HistoryLine) {
  const value = line.value;
  switch (line.what) {
    case 'state-set': return value === 'acknowledged' ? 'acknowledged it.' : 'opened it again.';
    case 'assigned': return value === undefined ? 'took the name off it.' : <>assigned it to <bdi>{value}</bdi>.</>;
    case 'noted': return 'wrote:';
    case 'verdict-given': return `closed it as ${value ?? 'told'}:`;
    case 'verdict-withdrawn': return 'took the verdict back and opened it again.';
    case 'reopened': return 'opened it again:';
    case 'lowered': return `lowered it to ${value ?? 'less'}:`;
    case 'merged': return 'found that another incident is part of it.';
    default: return `${line.what.replaceAll('-', ' ')}${value === undefined ? '' : ` ${value}`}.`;
  }
}
