import { useMemo, useState } from 'preact/hooks';
import { ApiError, get, send } from './api/client';
import { useData } from './api/data';
import type { IncidentDetail, IncidentFinding, IncidentLine, PageOf } from './api/types';
import { kindName } from './ui/kinds';
import { plural } from './ui/numbers';
import { Button, Dialog, Field } from './ui/parts';
import { Until, untilTime } from './ui/until';
import { ownName, remember, WhoField } from './who';

// What people say of incidents and findings. A dialog stays open, and keeps what was typed, until the sensor has taken it.

interface Sending {
  readonly problems: readonly string[];
  readonly busy: boolean;
  readonly run: (work: () => Promise<void>) => void;
}

function useSending(): Sending {
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    setProblems([]);
    work().catch((failure: unknown) => {
      setProblems(failure instanceof ApiError ? failure.lines : [String(failure)]);
      setBusy(false);
    });
  };
  return { problems, busy, run };
}

function Problems(props: { of: readonly string[] }) {
  return <div class="problems" role="alert">{props.of.map(line => <p>{line}</p>)}</div>;
}

/** A member of a request that says who makes it, where the sensor does not know. */
function whoOf(name: string): { who?: string } {
  remember(name);
  return name.trim() === '' ? {} : { who: name.trim() };
}

export function NoteDialog(props: { incident: IncidentLine; onClose: () => void; onDone: () => void }) {
  const [note, setNote] = useState('');
  const [who, setWho] = useState(ownName());
  const { problems, busy, run } = useSending();
  return (
    <Dialog title="Note" onClose={props.onClose}>
      <form onSubmit={event => {
        event.preventDefault();
        run(async () => {
          await send('POST', `incidents/${props.incident.id}/notes`, { note, ...whoOf(who) });
          props.onDone();
        });
      }}>
        <Field label="What others should know" hint="Kept with the incident, for everybody who may see it. Ctrl+Enter writes it.">
          <textarea required maxLength={2000} rows={5} value={note} onInput={event => setNote(event.currentTarget.value)}
            onKeyDown={event => { if (event.key === 'Enter' && event.ctrlKey) event.currentTarget.form?.requestSubmit(); }} /></Field>
        <WhoField value={who} onValue={setWho} />
        <Problems of={problems} />
        <div class="actions"><Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" tone="main" disabled={busy}>Write note</Button></div>
      </form>
    </Dialog>
  );
}

export function AssignDialog(props: { incident: IncidentLine; onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState(props.incident.assignee ?? '');
  const [who, setWho] = useState(ownName());
  const { problems, busy, run } = useSending();
  const give = (assignee: string | null) => run(async () => {
    await send('POST', `incidents/${props.incident.id}/assignee`, { ...(assignee === null ? {} : { assignee }), ...whoOf(who) });
    props.onDone();
  });
  return (
    <Dialog title="Whose is it?" onClose={props.onClose}>
      <form onSubmit={event => { event.preventDefault(); give(name.trim()); }}>
        <Field label="Name of a person or a team"><input type="text" required maxLength={200} value={name}
          onInput={event => setName(event.currentTarget.value)} /></Field>
        <WhoField value={who} onValue={setWho} />
        <Problems of={problems} />
        <div class="actions">
          {props.incident.assignee !== undefined && <Button disabled={busy} onClick={() => give(null)}>Nobody's</Button>}
          <Button onClick={props.onClose}>Cancel</Button><Button type="submit" tone="main" disabled={busy}>Assign</Button></div>
      </form>
    </Dialog>
  );
}

export type Reach = 'incident' | 'pair' | 'client' | 'kind';

export interface VerdictAnswer {
  readonly incident: IncidentLine;
  readonly verdicts: readonly string[];
  readonly suppressions: readonly string[];
}

/** A suppression that a verdict would make. */
interface Wanted {
  readonly client: string;
  readonly server?: string;
  readonly kind?: string;
}

/** The same suppressions that the sensor makes for a reach. */
function wantedFor(reach: Reach, findings: readonly IncidentFinding[]): readonly Wanted[] {
  const all: Wanted[] = reach === 'pair'
    ? findings.filter(one => one.server !== undefined).map(one => ({ client: one.client, server: one.server! }))
    : reach === 'client' ? findings.map(one => ({ client: one.client }))
    : reach === 'kind' ? findings.map(one => ({ client: one.client, kind: one.kind })) : [];
  return [...new Map(all.map(one => [`${one.client} ${one.server ?? ''} ${one.kind ?? ''}`, one])).values()];
}

/** Up to some names, and how many more. */
function listed(names: readonly string[], most = 3): string {
  const shown = [...new Set(names)];
  return shown.length <= most ? joined(shown) : `${shown.slice(0, most).join(', ')} and ${shown.length - most} more`;
}

function joined(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const mostAsked = 12;

/** How many findings in the store the suppressions would hide, beside those of the incident; null when that is not known. */
async function furtherHidden(wanted: readonly Wanted[], own: number, signal: AbortSignal): Promise<number | null> {
  if (wanted.length === 0 || wanted.length > mostAsked) return null;
  const pages = await Promise.all(wanted.map(one => get<PageOf<unknown>>('findings', { ...one, limit: 1 }, signal)));
  return pages.every(one => one.total !== undefined)
    ? Math.max(0, pages.reduce((sum, one) => sum + one.total!, 0) - own) : null;
}

/** Calls an incident benign or malicious, and says what that will hide. */
export function VerdictDialog(props: { incident: IncidentLine; onClose: () => void; onDone: (answer: VerdictAnswer) => void }) {
  const { incident } = props;
  const detail = useData(incident.id, signal => get<IncidentDetail>(`incidents/${incident.id}`, {}, signal));
  const [verdict, setVerdict] = useState<'benign' | 'malicious' | null>(null);
  const [reach, setReach] = useState<Reach>('incident');
  const [days, setDays] = useState('');
  const [why, setWhy] = useState('');
  const [who, setWho] = useState(ownName());
  const { problems, busy, run } = useSending();
  const isWide = verdict === 'benign' && reach !== 'incident';
  const findings = detail.data?.findings ?? [];
  const names = useMemo(() => new Map([...incident.clients, ...incident.servers].map(host => [host.address, host.name ?? host.address])), [incident]);
  const name = (address: string) => names.get(address) ?? address;
  const wanted = wantedFor(reach, findings);
  const own = findings.filter(one => !one.hidden && (reach !== 'pair' || one.server !== undefined)).length;
  const further = useData(`${reach} ${findings.length}`, signal => furtherHidden(wanted, own, signal));

  const clients = listed(findings.map(one => name(one.client)));
  const verb = new Set(findings.map(one => one.client)).size === 1 ? 'does' : 'do';
  const pairs = wantedFor('pair', findings).map(one => `${name(one.client)} with ${name(one.server!)}`);
  const reaches: readonly (readonly [Reach, string, string])[] = [
    ['incident', 'This incident',
      `Its ${plural(incident.num_findings, 'finding')} and nothing else. When the same hosts do it again, that is a new incident.`],
    ['pair', 'These pairs of hosts', pairs.length === 0 ? 'No finding of it names a server.'
      : `Also whatever else ${listed(pairs)} ${pairs.length === 1 ? 'does' : 'do'}, of any kind.`],
    ['kind', 'These kinds of findings',
      `Also ${listed(findings.map(one => `“${kindName(one.kind)}”`), 4)} from ${clients}, towards any host.`],
    ['client', 'All that these clients do', `Also whatever else ${clients} ${verb}, of any kind, towards any host. The widest.`],
  ];

  const give = () => run(async () => {
    if (verdict === null) throw new ApiError(0, 'Choose benign or malicious.');
    const expires = untilTime(days);
    const answer = await send<VerdictAnswer>('POST', `incidents/${incident.id}/verdict`, {
      verdict, why, ...whoOf(who), reach: verdict === 'benign' ? reach : 'incident', ...(expires === undefined ? {} : { expires_at: expires }),
    });
    props.onDone(answer);
  });

  return (
    <Dialog title="Verdict" wide onClose={props.onClose}>
      <form onSubmit={event => { event.preventDefault(); give(); }}>
        <p class="dialog-subject"><bdi>{incident.title}</bdi></p>
        <fieldset class="field choice">
          <legend class="label">What is it?</legend>
          <div class="answers two">
            <Answer name="verdict" checked={verdict === 'benign'} onPick={() => setVerdict('benign')} title="Benign"
              text="Somebody was meant to do this. It is closed and hidden." />
            <Answer name="verdict" checked={verdict === 'malicious'} onPick={() => { setVerdict('malicious'); setReach('incident'); }}
              title="Malicious" text="It is what it looks like. It is closed; nothing is hidden." />
          </div>
        </fieldset>
        {verdict === 'benign' && (
          <fieldset class="field choice">
            <legend class="label">How far does that reach?</legend>
            <div class="answers two">
              {reaches.map(([key, title, text]) => (
                <Answer key={key} name="reach" checked={reach === key} title={title} text={text}
                  disabled={key === 'pair' && detail.data !== null && pairs.length === 0}
                  onPick={() => { setReach(key); if (key !== 'incident' && days === '') setDays('30d'); }} />))}
            </div>
            <p class="hint reach-sum">{!isWide ? 'Makes no suppression.'
              : `Makes ${plural(wanted.length, 'suppression')}, listed under Learning, where each can be taken back.${
                typeof further.data === 'number' ? ` Hides ${plural(further.data, 'further finding')} that ${further.data === 1 ? 'is' : 'are'} in the store now.` : ''}`}
              {wanted.length > 100 ? ' More than 100 are refused: choose a narrower reach.' : ''}</p>
          </fieldset>)}
        <Until label="Until when?" mayBeForever={!isWide} days={days} onDays={setDays} />
        <Field label="Why?" hint="Whoever sees this again will read it: what it was, whom you asked, a ticket.">
          <textarea required maxLength={2000} rows={3} value={why} onInput={event => setWhy(event.currentTarget.value)}
            onKeyDown={event => { if (event.key === 'Enter' && event.ctrlKey) event.currentTarget.form?.requestSubmit(); }} /></Field>
        <WhoField value={who} onValue={setWho} />
        <Problems of={problems} />
        <div class="actions"><Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" tone="main" disabled={busy || verdict === null}>
            {verdict === null ? 'Close it' : `Close as ${verdict}`}</Button></div>
      </form>
    </Dialog>
  );
}

function Answer(props: { name: string; checked: boolean; title: string; text: string; disabled?: boolean; onPick: () => void }) {
  return (
    <label class={`answer${props.checked ? ' chosen' : ''}`}>
      <input type="radio" name={props.name} checked={props.checked} disabled={props.disabled} onChange={props.onPick} />
      <span><strong>{props.title}</strong><span class="text">{props.text}</span></span>
    </label>
  );
}

/** Says that one finding is benign or malicious. */
export function FindingVerdictDialog(props: { finding: IncidentFinding; onClose: () => void; onDone: () => void }) {
  const [verdict, setVerdict] = useState<'benign' | 'malicious' | null>(null);
  const [days, setDays] = useState('');
  const [why, setWhy] = useState('');
  const [who, setWho] = useState(ownName());
  const { problems, busy, run } = useSending();
  return (
    <Dialog title="Verdict on one finding" onClose={props.onClose}>
      <form onSubmit={event => {
        event.preventDefault();
        run(async () => {
          const expires = untilTime(days);
          await send('POST', `findings/${props.finding.id}/verdict`, {
            verdict, why, ...whoOf(who), ...(expires === undefined ? {} : { expires_at: expires }),
          });
          props.onDone();
        });
      }}>
        <p class="dialog-subject"><bdi>{props.finding.reason}</bdi></p>
        <fieldset class="field choice">
          <legend class="label">What is it?</legend>
          <div class="answers two">
            <Answer name="verdict" checked={verdict === 'benign'} onPick={() => setVerdict('benign')} title="Benign"
              text="It is hidden. The rest of its incident stays as it is." />
            <Answer name="verdict" checked={verdict === 'malicious'} onPick={() => setVerdict('malicious')} title="Malicious"
              text="It is what it looks like. Nothing is hidden." />
          </div>
        </fieldset>
        <Until label="Until when?" mayBeForever days={days} onDays={setDays} />
        <Field label="Why?"><textarea required maxLength={2000} rows={3} value={why} onInput={event => setWhy(event.currentTarget.value)} /></Field>
        <WhoField value={who} onValue={setWho} />
        <Problems of={problems} />
        <div class="actions"><Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" tone="main" disabled={busy || verdict === null}>Give verdict</Button></div>
      </form>
    </Dialog>
  );
}

/** Hides findings like one, until a day. */
export function SuppressionDialog(props: {
  finding: { readonly kind: string; readonly client: string; readonly server?: string | undefined };
  nameOf?: (address: string) => string; onClose: () => void; onDone: () => void;
}) {
  const { finding } = props;
  const name = props.nameOf ?? (address => address);
  const [byKind, setByKind] = useState(true);
  const [client, setClient] = useState(finding.client);
  const [server, setServer] = useState(finding.server ?? '');
  const [days, setDays] = useState('30d');
  const [why, setWhy] = useState('');
  const [who, setWho] = useState(ownName());
  const { problems, busy, run } = useSending();
  const scope = {
    ...(byKind ? { kind: finding.kind } : {}), ...(client.trim() === '' ? {} : { client: client.trim() }),
    ...(server.trim() === '' ? {} : { server: server.trim() }),
  };
  const isAll = Object.keys(scope).length === 0;
  const hidden = useData(JSON.stringify(scope), async signal =>
    isAll ? null : (await get<PageOf<unknown>>('findings', { ...scope, limit: 1 }, signal)).total ?? null);
  const sentence = isAll ? 'That would hide everything: say at least one of kind, client and server.'
    : `Hides ${byKind ? `“${kindName(finding.kind)}”` : 'findings of every kind'} from ${client.trim() === '' ? 'any host' : name(client.trim())} to ${
      server.trim() === '' ? 'any host' : name(server.trim())}.${
      hidden.error === null && typeof hidden.data === 'number' ? ` That is ${plural(hidden.data, 'finding')} of those shown now.` : ''}`;
  return (
    <Dialog title="Suppress findings like this" onClose={props.onClose}>
      <form onSubmit={event => {
        event.preventDefault();
        run(async () => {
          const expires = untilTime(days);
          await send('POST', 'suppressions', { ...scope, why, ...whoOf(who), ...(expires === undefined ? {} : { expires_at: expires }) });
          props.onDone();
        });
      }}>
        <label class="check"><input type="checkbox" checked={byKind} onChange={event => setByKind(event.currentTarget.checked)} />
          Only “{kindName(finding.kind)}”</label>
        <div class="side-by-side">
          <Field label="Client" hint="Address or prefix; any when empty."><input type="text" class="mono" value={client} spellcheck={false}
            onInput={event => setClient(event.currentTarget.value)} /></Field>
          <Field label="Server" hint="Address or prefix; any when empty."><input type="text" class="mono" value={server} spellcheck={false}
            onInput={event => setServer(event.currentTarget.value)} /></Field>
        </div>
        <p class="reach-sum" aria-live="polite">{sentence}</p>
        <Until label="Until when?" mayBeForever days={days} onDays={setDays} />
        <Field label="Why?" hint="Whoever wonders why something is not shown will read it.">
          <textarea required maxLength={2000} rows={3} value={why} onInput={event => setWhy(event.currentTarget.value)} /></Field>
        <WhoField value={who} onValue={setWho} />
        <Problems of={problems} />
        <div class="actions"><Button onClick={props.onClose}>Cancel</Button>
          <Button type="submit" tone="main" disabled={busy || isAll}>Suppress</Button></div>
      </form>
    </Dialog>
  );
}
