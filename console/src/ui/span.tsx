import { useState } from 'preact/hooks';
import { Button, Field } from './parts';
import { Popover } from './popover';
import { exact } from './time';

/** A window of time as the address has it: the last so long, or from and to. */
export interface Span {
  readonly last: string | null;
  readonly since: string | null;
  readonly until: string | null;
}

const sizes: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "24h" in milliseconds; null when it is not so written. */
export function lengthOf(text: string): number | null {
  const parts = /^(\d{1,6})\s*(s|m|h|d)$/.exec(text.trim());
  return parts ? Number(parts[1]) * sizes[parts[2]!]! : null;
}

/** A time as people type it, in UTC: 2026-11-27, 2026-11-27 03:20, 03:20 (today) or 2h (ago). Null when it is none. */
export function timeOf(text: string, now = Date.now()): number | null {
  const ago = lengthOf(text);
  if (ago !== null) return now - ago;
  const clock = /^(\d{1,2}):(\d\d)(:\d\d)?$/.exec(text.trim());
  const full = clock ? `${new Date(now).toISOString().slice(0, 10)} ${clock[1]!.padStart(2, '0')}:${clock[2]}${clock[3] ?? ''}` : text.trim();
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?)?\s*(?:Z|UTC)?$/i.exec(full);
  if (!parts) return null;
  const time = Date.parse(`${parts[1]}T${parts[2] ?? '00:00'}${parts[3] ?? ':00'}Z`);
  return Number.isNaN(time) ? null : time;
}

const presets: readonly [string, string][] = [
  ['15m', 'Last 15 minutes'], ['1h', 'Last hour'], ['6h', 'Last 6 hours'], ['24h', 'Last 24 hours'], ['7d', 'Last 7 days'], ['30d', 'Last 30 days'],
];

/** The window in words. */
export function spanText(span: Span, byDefault: string): string {
  if (span.last !== null) return presets.find(([value]) => value === span.last)?.[1] ?? `Last ${span.last}`;
  if (span.since === null && span.until === null) return byDefault;
  const short = (at: string) => exact(at).replace(' UTC', '').replace(/:00$/, '');
  if (span.until === null) return `Since ${short(span.since!)}`;
  if (span.since === null) return `Until ${short(span.until)}`;
  const [from, to] = [short(span.since), short(span.until)];
  return from.slice(0, 10) === to.slice(0, 10) ? `${from} to ${to.slice(11)}` : `${from} to ${to}`;
}

/** Which time is looked at: a choice of lengths, or two times. */
export function SpanPicker(props: { span: Span; byDefault: string; offersAll: boolean; onPick: (span: Span) => void }) {
  const { span } = props;
  return (
    <Popover label={spanText(span, props.byDefault)} isOn={span.last !== null || span.since !== null || span.until !== null}>
      {close => <Times {...props} pick={chosen => { props.onPick(chosen); close(); }} />}
    </Popover>
  );
}

function Times(props: { span: Span; byDefault: string; offersAll: boolean; pick: (span: Span) => void }) {
  const shown = (at: string | null) => at === null ? '' : exact(at).replace(' UTC', '');
  const [since, setSince] = useState(shown(props.span.since));
  const [until, setUntil] = useState(shown(props.span.until));
  const [wrong, setWrong] = useState<string | null>(null);
  const example = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const apply = () => {
    const [from, to] = [since.trim() === '' ? null : timeOf(since), until.trim() === '' ? null : timeOf(until)];
    if ((since.trim() !== '' && from === null) || (until.trim() !== '' && to === null)) {
      setWrong(`A time is written ${example}, ${example.slice(11)} for today, or 2h for two hours ago. All in UTC.`);
    } else if (from !== null && to !== null && from >= to) setWrong('The end is not after the beginning.');
    else props.pick({ last: null, since: from === null ? null : new Date(from).toISOString(), until: to === null ? null : new Date(to).toISOString() });
  };
  return (
    <div class="times">
      <ul class="options">
        {props.offersAll && (
          <li><button type="button" onClick={() => props.pick({ last: null, since: null, until: null })}>{props.byDefault}</button></li>)}
        {presets.map(([value, title]) => (
          <li><button type="button" aria-pressed={props.span.last === value}
            onClick={() => props.pick({ last: value, since: null, until: null })}>{title}</button></li>))}
      </ul>
      <form onSubmit={event => { event.preventDefault(); apply(); }}>
        <Field label="From (UTC)"><input type="text" value={since} placeholder={example} onInput={event => setSince(event.currentTarget.value)} /></Field>
        <Field label="To (UTC)"><input type="text" value={until} placeholder="now" onInput={event => setUntil(event.currentTarget.value)} /></Field>
        {wrong !== null && <p class="wrong" role="alert">{wrong}</p>}
        <Button tone="main" type="submit">Apply</Button>
      </form>
    </div>
  );
}
