import { useEffect, useState } from 'preact/hooks';
import { place, setQuery } from '../../router';
import { roles, rolePlural } from '../../ui/roles';
import { Button, Field } from '../../ui/parts';

export const windows: readonly { readonly name: string; readonly title: string; readonly hours: number | null }[] = [
  { name: 'hour', title: 'Last hour', hours: 1 },
  { name: 'day', title: 'Last 24 hours', hours: 24 },
  { name: 'week', title: 'Last 7 days', hours: 168 },
  { name: 'month', title: 'Last 30 days', hours: 720 },
  { name: 'all', title: 'All that is known', hours: null },
  { name: 'between', title: 'Between two times', hours: null },
];

export interface Choice {
  readonly window: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly role: string | null;
  readonly host: string | null;
  readonly minRarity: number;
  readonly hidden: readonly string[];
  readonly isTable: boolean;
}

/** What the address of the page chooses. */
export function readChoice(): Choice {
  const query = place.value.query;
  const window = windows.some(one => one.name === query.get('window')) ? query.get('window')! : 'week';
  const rarity = Number(query.get('min_rarity') ?? 0);
  return {
    window, since: query.get('since'), until: query.get('until'), role: query.get('role'), host: query.get('host'),
    minRarity: rarity >= 0 && rarity <= 1 ? rarity : 0,
    hidden: (query.get('hide') ?? '').split(',').filter(service => service !== ''),
    isTable: query.get('view') === 'table',
  };
}

/** Which edges of which time, at the top of the page. */
export function Filters(props: { choice: Choice }) {
  const { choice } = props;
  const [host, setHost] = useState(choice.host ?? '');
  useEffect(() => setHost(choice.host ?? ''), [choice.host]);
  useEffect(() => {
    if (host === (choice.host ?? '')) return;
    const timer = setTimeout(() => setQuery({ host: host.trim() }), 400);
    return () => clearTimeout(timer);
  }, [host]);
  return (
    <form class="filters" role="search" aria-label="Which edges" onSubmit={event => { event.preventDefault(); setQuery({ host: host.trim() }); }}>
      <Field label="Window">
        <select value={choice.window} onChange={event => setQuery({ window: event.currentTarget.value, since: null, until: null })}>
          {windows.map(one => <option value={one.name}>{one.title}</option>)}
        </select>
      </Field>
      {choice.window === 'between' && <>
        <Field label="Since (UTC)"><input type="datetime-local" value={local(choice.since)}
          onChange={event => setQuery({ since: utc(event.currentTarget.value) })} /></Field>
        <Field label="Until (UTC)"><input type="datetime-local" value={local(choice.until)}
          onChange={event => setQuery({ until: utc(event.currentTarget.value) })} /></Field>
      </>}
      <Field label="Role of either end">
        <select value={choice.role ?? ''} onChange={event => setQuery({ role: event.currentTarget.value })}>
          <option value="">Every role</option>
          {roles.map(role => <option value={role}>{rolePlural(role)}</option>)}
        </select>
      </Field>
      <Field label="Rarity">
        <select value={String(choice.minRarity)} onChange={event => setQuery({ min_rarity: event.currentTarget.value === '0' ? null : event.currentTarget.value })}>
          <option value="0">All edges</option>
          <option value="0.3">Not the common ones</option>
          <option value="0.6">Rare ones</option>
          <option value="0.9">What nobody else does</option>
          {![0, 0.3, 0.6, 0.9].includes(choice.minRarity) && <option value={String(choice.minRarity)}>From {choice.minRarity}</option>}
        </select>
      </Field>
      <Field label="Host">
        <input type="search" value={host} placeholder="Address or prefix" onInput={event => setHost(event.currentTarget.value)} />
      </Field>
      <div class="segments" role="group" aria-label="Shown as">
        <Button aria-pressed={!choice.isTable} onClick={() => setQuery({ view: null })}>Picture</Button>
        <Button aria-pressed={choice.isTable} onClick={() => setQuery({ view: 'table' })}>Table</Button>
      </div>
    </form>
  );
}

function local(at: string | null): string {
  return at === null ? '' : at.replace(/(:\d{2}(\.\d+)?)?Z$/, '').slice(0, 16);
}

function utc(text: string): string | null {
  return text === '' ? null : `${text}:00Z`;
}
