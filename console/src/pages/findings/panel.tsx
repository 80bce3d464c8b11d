import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, get } from '../../api/client';
import type { Finding, Next, Suppression, Verdict } from '../../api/findings';
import { may } from '../../api/session';
import { linkTo } from '../../router';
import { HowRareFacts } from '../../ui/how-rare';
import { kindName } from '../../ui/kinds';
import { count, plural, share } from '../../ui/numbers';
import { Button, Copy, Failure, Severity, Tag, Technique, Time, Waiting } from '../../ui/parts';
import { exact, precise } from '../../ui/time';
import { Ends, rowOf, type FindingRow, Marks } from './row';

interface Detail {
  readonly finding: Finding;
  readonly next: Next | null;
  readonly history: readonly Verdict[];
  readonly suppressions: readonly Suppression[];
}

/** All about one finding. Held keys pass over many: it asks when one rests on it. */
export function FindingPanel(props: {
  id: string; row: FindingRow | undefined; turn: number;
  onVerdict: () => void; onWithdraw: () => void; onSuppress: () => void; onClose: () => void;
}) {
  const [state, setState] = useState<{ id: string; detail: Detail | null; error: ApiError | null }>({ id: '', detail: null, error: null });
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      read(props.id, stop.signal).then(
        detail => setState({ id: props.id, detail, error: null }),
        (failure: unknown) => {
          if (!stop.signal.aborted) setState({ id: props.id, detail: null, error: failure instanceof ApiError ? failure : new ApiError(0, String(failure)) });
        });
    }, 70);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [props.id, props.turn, props.row?.verdict, props.row?.count]);

  const detail = state.id === props.id ? state.detail : null;
  const row = props.row ?? (detail ? rowOf(detail.finding) : undefined);
  return (
    <aside class="panel" aria-label="The finding" tabIndex={-1}>
      <header>
        <h2>{row ? kindName(row.kind) : 'Finding'}</h2>
        <Button tone="quiet" aria-label="Close the panel" title="Escape" onClick={props.onClose}>×</Button>
      </header>
      {row && <>
        <p class="panel-line"><Severity of={row.severity} /> <Tag>confidence {row.confidence}</Tag> <Marks row={row} /></p>
        <p class="reason">{row.reason}</p>
        <dl class="facts">
          <dt>Client</dt><dd><Ends address={row.client} name={row.clientName} /></dd>
          <dt>Server</dt><dd><Ends address={row.server} name={row.serverName} servers={row.servers} /></dd>
          <dt>First seen</dt><dd><Time at={row.firstSeen} full /></dd>
          <dt>Last seen</dt><dd><Time at={row.lastSeen} full /></dd>
          <dt>Count</dt><dd>{count(row.count)}</dd>
        </dl>
        {may('analyst') && (
          <div class="actions">
            <Button tone="main" title="v" onClick={props.onVerdict}>Verdict…</Button>
            {row.verdict !== undefined && <Button onClick={props.onWithdraw}>Withdraw verdict</Button>}
            <Button onClick={props.onSuppress}>Suppress…</Button>
          </div>)}
      </>}
      {state.id === props.id && state.error ? <Failure error={state.error} /> : detail === null ? <Waiting /> : <Rest {...detail} />}
    </aside>
  );
}

async function read(id: string, signal: AbortSignal): Promise<Detail> {
  const [finding, next, verdicts] = await Promise.all([
    get<Finding>(`findings/${id}`, {}, signal),
    get<Next>(`findings/${id}/next`, {}, signal).catch(() => null),
    get<{ history: readonly Verdict[] }>(`findings/${id}/verdict`, {}, signal).catch(() => ({ history: [] })),
  ]);
  const suppressions = await Promise.all(
    finding.suppressed_by.slice(0, 5).map(one => get<Suppression>(`suppressions/${one}`, {}, signal).catch(() => null)));
  return { finding, next, history: verdicts.history, suppressions: suppressions.filter(one => one !== null) };
}

function Rest({ finding, next, history, suppressions }: Detail) {
  return (
    <>
      {finding.incident !== undefined && (
        <p><a href={linkTo(['incidents', finding.incident])}>The incident it belongs to</a></p>)}
      <Doubts finding={finding} />
      {finding.withdrawn_at !== undefined && <p>Withdrawn <Time at={finding.withdrawn_at} />: {withdrawals[finding.withdrawn_reason ?? ''] ?? finding.withdrawn_reason}.</p>}
      {finding.rarity !== undefined && <Part title="How rare"><dl class="facts"><HowRareFacts of={finding.rarity} /></dl></Part>}
      {next && <Part title="Next step">
        <p>{next.next_step}</p>
        {finding.incident !== undefined && <p><a href={linkTo(['incidents', finding.incident], { finding: finding.id })}>Questions, filters and what prevents it</a></p>}
        <details>
          <summary>Events to look for ({next.events.length})</summary>
          <ul class="plain">{next.events.map(event => (
            <li><strong>{event.id}</strong> {event.title} <span class="faint">{event.log}{event.on.in_words ? `, on ${event.on.in_words}` : ''}</span></li>))}</ul>
        </details>
        <details>
          <summary>Filters to paste ({next.filters.length})</summary>
          {next.filters.map(filter => (
            <div class="paste"><span class="faint">{filter.tool}</span><Copy text={filter.text} label={`the filter for ${filter.tool}`} /><pre>{filter.text}</pre></div>))}
        </details>
      </Part>}
      {finding.operations.length > 0 && <Part title={plural(finding.operations.length, 'operation')}>
        <ul class="plain mono">{finding.operations.map(operation => <li>{operation}</li>)}</ul></Part>}
      <Part title={`Flows${finding.flows.length < finding.count ? ' (the earliest)' : ''}`}>
        <ul class="plain flows">{finding.flows.map(flow => (
          <li>
            <span class="mono">{flow.client}:{flow.client_port} → {flow.server}:{flow.server_port}</span>
            <span class="faint"><time dateTime={flow.start}>{precise(flow.start)}</time>, by {flow.exporters.join(', ')}</span>
            <span class="community"><code>{flow.community_id}</code><Copy text={flow.community_id} label="the Community ID" /></span>
          </li>))}</ul>
        <p><a href={linkTo(['hunt'], {
          client: finding.client, server: finding.server, since: wider(finding.first_seen, -120_000), until: wider(finding.last_seen, 300_000),
        })}>Hunt for the activity around it</a></p>
      </Part>
      {finding.users !== undefined && <Part title="Who logged on">
        <ul class="plain">{finding.users.map(user => (
          <li><bdi>{user.user}</bdi> <span class="faint">{user.source}, <Time at={user.at} /></span></li>))}</ul></Part>}
      {(history.length > 0 || suppressions.length > 0 || finding.suppressed_by.length > 0) && <Part title="What people said">
        <ul class="plain">
          {history.map(verdict => (
            <li><strong>{verdict.verdict}</strong> by <bdi>{verdict.who}</bdi>, {exact(verdict.given_at)}: <bdi>{verdict.why}</bdi>
              {verdict.withdrawn_at !== undefined && <span class="faint"> (withdrawn {exact(verdict.withdrawn_at)})</span>}
              {verdict.expires_at !== undefined && <span class="faint"> (until {exact(verdict.expires_at)})</span>}</li>))}
          {suppressions.map(one => (
            <li><strong>suppressed</strong> by <bdi>{one.who}</bdi>: <bdi>{one.why}</bdi>
              <span class="faint"> ({one.kind ? kindName(one.kind) : 'any kind'}, {one.client ?? 'any client'} to {one.server ?? 'any server'}; hides {count(one.hides)})</span></li>))}
          {finding.suppressed_by.length > suppressions.length && <li class="faint">and {plural(finding.suppressed_by.length - suppressions.length, 'more suppression')}</li>}
        </ul></Part>}
      {finding.notes !== undefined && <Part title="Became known later">
        <ul class="plain">{finding.notes.map(note => <li><span class="faint">{exact(note.at)}</span> {note.text}</li>)}</ul></Part>}
      <Part title="Also">
        <dl class="facts">
          <dt>Techniques</dt><dd>{finding.techniques.length === 0 ? '–' : finding.techniques.map(technique => (
            <div><Technique id={technique} /></div>))}</dd>
          {finding.analytics.length > 0 && <><dt>Analytics</dt><dd>{finding.analytics.join(', ')}</dd></>}
          <dt>Exporters</dt><dd class="mono">{finding.exporters.join(', ')}</dd>
          <dt>Id</dt><dd><code>{finding.id}</code><Copy text={finding.id} label="the id" /></dd>
        </dl>
      </Part>
    </>
  );
}

const withdrawals: Readonly<Record<string, string>> = {
  'flows-read-otherwise': 'the flows were read otherwise once more of them had come',
  'operations-named': 'the operations were named meanwhile, and tell it better',
  'known-by-then': 'it was known by then',
};

/** What makes what is shown less than the truth. */
function Doubts({ finding }: { finding: Finding }) {
  const doubts = [
    ...(finding.sampled ? [`An exporter samples 1 packet in ${count(finding.sampling_interval)}: related flows were probably missed.`] : []),
    ...(finding.completeness !== undefined && finding.completeness < 1
      ? [`Only ${share(finding.completeness)} of what an exporter sent in these minutes could be used.`] : []),
  ];
  return doubts.length === 0 ? null : <p class="doubt">{doubts.join(' ')}</p>;
}

function Part(props: { title: string; children: ComponentChildren }) {
  return <section><h3>{props.title}</h3>{props.children}</section>;
}

function wider(at: string, milliseconds: number): string {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}
