import { place, setQuery } from '../../router';
import { addressOf, FilterBox } from '../../ui/filter-box';
import { Button } from '../../ui/parts';
import { roles, rolePlural } from '../../ui/roles';
import { lengthOf, SpanPicker, type Span } from '../../ui/span';

export interface Choice {
  readonly span: Span;
  readonly role: string | null;
  readonly host: string | null;
  readonly minRarity: number;
  readonly hidden: readonly string[];
  readonly isTable: boolean;
}

const rarities: readonly (readonly [number, string])[] = [
  [0, 'Common and rare'], [0.3, 'Uncommon or rarer'], [0.6, 'Rare'], [0.85, 'Very rare']];

/** What the address of the page chooses. */
export function readChoice(): Choice {
  const query = place.value.query;
  const rarity = Number(query.get('min_rarity') ?? 0);
  return {
    span: { last: query.get('last'), since: query.get('since'), until: query.get('until') }, role: query.get('role'),
    host: query.get('host'),
    minRarity: rarity >= 0 && rarity <= 1 ? rarity : 0,
    hidden: (query.get('hide') ?? '').split(',').filter(service => service !== ''),
    isTable: query.get('view') === 'table',
  };
}

export function timesOf({ span }: Choice): { since?: string | null; until?: string | null } {
  const length = span.last === null ? null : lengthOf(span.last);
  return length === null ? { since: span.since, until: span.until } : { since: new Date(Date.now() - length).toISOString() };
}

/** Which edges of which time, at the top of the page. */
export function Filters(props: { choice: Choice }) {
  const { choice } = props;
  return (
    <div class="bar network-bar" role="search" aria-label="Which edges">
      <SpanPicker span={choice.span} byDefault="All that is known" offersAll onPick={span => setQuery({ ...span })} />
      <select aria-label="Role of either end" value={choice.role ?? ''} onChange={event => setQuery({ role: event.currentTarget.value })}>
        <option value="">Every role</option>
        {roles.map(role => <option value={role}>{rolePlural(role)}</option>)}
      </select>
      <select aria-label="How rare" value={String(choice.minRarity)}
        onChange={event => setQuery({ min_rarity: event.currentTarget.value === '0' ? null : event.currentTarget.value })}>
        {rarities.map(([least, title]) => <option value={String(least)}>{title}</option>)}
        {!rarities.some(([least]) => least === choice.minRarity) &&
          <option value={String(choice.minRarity)}>Rarity from {choice.minRarity}</option>}
      </select>
      <HostFilter host={choice.host} />
      <div class="segments" role="group" aria-label="Shown as">
        <Button aria-pressed={!choice.isTable} onClick={() => setQuery({ view: null })}>Picture</Button>
        <Button aria-pressed={choice.isTable} onClick={() => setQuery({ view: 'table' })}>Table</Button>
      </div>
    </div>
  );
}

/** An address, a prefix or a part of one, or a host by its name; the one that is chosen stands where it was asked for. */
function HostFilter(props: { host: string | null }) {
  const { host } = props;
  if (host !== null) {
    return (
      <span class="filter-chip"><span class="of">host</span><bdi title={host}>{host}</bdi>
        <button type="button" aria-label={`Without the host ${host}`} onClick={() => setQuery({ host: null })}>×</button></span>
    );
  }

  return (
    <FilterBox placeholder="Host: name, address or prefix" onPick={values => setQuery(values)}
      suggest={text => {
        const address = addressOf(text);
        return address === null ? [] : [{ filter: address.includes('/') ? 'network' : 'host', text: address, values: { host: address } }];
      }}
      ofHost={(address, shown) => [{ filter: 'host', text: shown, values: { host: address } }]} />
  );
}
