import { useEffect, useMemo, useState } from 'preact/hooks';
import { apiUrl, get } from '../api/client';
import { useData, useStream } from '../api/data';
import { isAnalyst } from '../api/session';
import type { IncidentDetail, IncidentLine } from '../api/types';
import { reopen, setState, take, tellVerdict } from '../deeds';
import { AssignDialog, NoteDialog, VerdictDialog } from '../dialogs';
import { go, linkTo, place } from '../router';
import { useKeys } from '../ui/keys';
import { plural } from '../ui/numbers';
import { Button, Failure, Page, Severity, Time, Waiting } from '../ui/parts';
import { duration, exact } from '../ui/time';
import { ownName } from '../who';
import { Aside } from './incident/aside';
import { NormalBefore } from './incident/before';
import { Evidence } from './incident/evidence';
import { Happened } from './incident/happened';
import { Next } from './incident/next';
import { namesOf } from './incident/story';
import { Timeline } from './incident/timeline';
import { Live } from './incidents/live';
import { neighbour, order } from './incidents/order';
import { State } from './incidents/row';

const events = ['revised', 'state', 'merged', 'withdrawn', 'gap'];

const parts: readonly (readonly [string, string])[] = [
  ['happened', 'What happened'], ['next', 'Look next'], ['behind', 'What may be behind it'], ['door', 'Close the door'],
  ['evidence', 'Evidence'], ['timeline', 'Time line'], ['before', 'Normal before'],
];

function jump(id: string): void {
  document.getElementById(id)?.scrollIntoView({ block: 'start' });
}

/** One incident: what happened, how sure that is, what to look at next, and what people did with it. */
export function IncidentPage(props: { id: string }) {
  const { data, error, reload } = useData(props.id, signal => get<IncidentDetail>(`incidents/${encodeURIComponent(props.id)}`, {}, signal));
  const [dialog, setDialog] = useState<'verdict' | 'note' | 'assign' | null>(null);
  const [isLive, setLive] = useState<boolean | null>(null);
  useStream(apiUrl('incidents/stream', { suppressed: true }), events, (name, line) => {
    const of = (line as IncidentLine | null)?.id;
    if (name === 'gap' || of === props.id || of === data?.incident.id) reload();
  }, setLive);
  useEffect(() => { order.current = props.id; }, [props.id]);
  const names = useMemo(() => data === null ? new Map() : namesOf(data), [data]);
  const incident = data?.incident;

  const back = () => { location.hash = order.query === '' ? linkTo(['incidents']) : order.query; };
  const move = (step: 1 | -1) => {
    const to = neighbour(props.id, step);
    if (to !== null && to !== props.id) go(['incidents', to]);
  };
  const withIncident = (deed: (of: IncidentLine) => void) => () => { if (incident !== undefined) deed(incident); };
  const isClosed = incident?.state === 'closed';
  const keys: Record<string, (event: KeyboardEvent) => void> = { u: back, j: () => move(1), k: () => move(-1) };
  if (isAnalyst.value) {
    keys['n'] = withIncident(() => setDialog('note'));
    keys['m'] = withIncident(of => void take(of).then(reload));
    keys['v'] = withIncident(() => setDialog('verdict'));
    if (!isClosed) keys['a'] = withIncident(of => void setState(of, of.state === 'acknowledged' ? 'open' : 'acknowledged').then(reload));
  }
  useKeys(keys);
  const done = () => {
    setDialog(null);
    reload();
  };

  if (error && data === null) {
    return <Page title="Incident"><Failure error={error} retry={reload} /><p><a href={linkTo(['incidents'])}>To the incidents</a></p></Page>;
  }

  if (data === null || incident === undefined) return <Page title="Incident"><Waiting what="Reading the incident" /></Page>;
  const lasted = Date.parse(incident.last_seen) - Date.parse(incident.first_seen);
  return (
    <Page title={incident.title}
      above={<nav class="crumbs" aria-label="Where this is"><a href={order.query === '' ? linkTo(['incidents']) : order.query}>Incidents</a><Live isLive={isLive} /></nav>}>
      <div class="incident-bar">
        <div class="incident-sub">
          <Severity of={incident.severity} /><State of={incident} />
          <span>{incident.assignee === undefined ? 'nobody’s' : <>with <bdi>{incident.assignee}</bdi></>}</span>
          <span>{plural(incident.num_findings, 'finding')}</span>
          <span title={`${exact(incident.first_seen)} to ${exact(incident.last_seen)}`}>last seen <Time at={incident.last_seen} />{lasted >= 1_000 && `, over ${duration(lasted)}`}</span>
        </div>
        {isAnalyst.value && <div class="tools"><Tools incident={incident} onDialog={setDialog} onDone={reload} /></div>}
        <nav class="jumps" aria-label="Parts of this page">
          {parts.map(([id, name]) => <button type="button" class="link" key={id} onClick={() => jump(id)}>{name}</button>)}
        </nav>
      </div>
      {error && <Failure error={error} retry={reload} />}
      <div class="incident-grid">
        <div class="incident-main">
          <Happened detail={data} />
          <Next key={incident.id} detail={data} names={names} />
        </div>
        <Aside detail={data} names={names} onNote={() => setDialog('note')} />
      </div>
      <Evidence key={`evidence ${incident.id}`} detail={data} names={names} opened={place.value.query.get('finding')} onChange={reload} />
      <Timeline detail={data} names={names} />
      <NormalBefore detail={data} names={names} />
      {dialog === 'verdict' && (
        <VerdictDialog incident={incident} onClose={() => setDialog(null)} onDone={answer => {
          done();
          tellVerdict(answer, reload);
        }} />)}
      {dialog === 'note' && <NoteDialog incident={incident} onClose={() => setDialog(null)} onDone={done} />}
      {dialog === 'assign' && <AssignDialog incident={incident} onClose={() => setDialog(null)} onDone={done} />}
    </Page>
  );
}

function Tools(props: { incident: IncidentLine; onDialog: (dialog: 'verdict' | 'note' | 'assign') => void; onDone: () => void }) {
  const { incident, onDone } = props;
  const isMine = incident.assignee !== undefined && incident.assignee === ownName();
  return (
    <>
      {incident.state !== 'closed' && (
        <Button onClick={() => void setState(incident, incident.state === 'acknowledged' ? 'open' : 'acknowledged').then(onDone)}>
          {incident.state === 'acknowledged' ? 'Open again' : 'Acknowledge'} <kbd>a</kbd></Button>)}
      {!isMine && <Button onClick={() => void take(incident).then(onDone)}>Assign to me <kbd>m</kbd></Button>}
      <Button onClick={() => props.onDialog('assign')}>{isMine ? 'Hand over…' : 'Assign…'}</Button>
      <Button onClick={() => props.onDialog('note')}>Note <kbd>n</kbd></Button>
      {incident.state === 'closed' && <Button onClick={() => void reopen(incident).then(onDone)}>Reopen</Button>}
      <Button tone="main" onClick={() => props.onDialog('verdict')}>{incident.state === 'closed' ? 'Change verdict' : 'Verdict'} <kbd>v</kbd></Button>
    </>
  );
}
