import { queryOf, type QueryValues } from '../../router';
import { addressOf, type Suggestion } from '../../ui/filter-box';
import { kindName, kinds } from '../../ui/kinds';
import { lengthOf, type Span } from '../../ui/span';

// The address of the page has the filters by the names of the API, and three of its own: 'last' for a window that moves on with the time,
// 'sort', and 'open' for the finding that the panel shows.

/** Kinds in the order in which people look for them. */
export const inOrder = kinds.map(kind => [kind, kindName(kind)] as const).sort(([, one], [, other]) => one.localeCompare(other, 'en'));

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export const confidences = ['high', 'medium', 'low'] as const;

const single = ['severity', 'confidence', 'known_hosts', 'host', 'client', 'server', 'technique', 'incident', 'state', 'suppressed'] as const;
const several = ['kind', 'verdict'] as const;

/** What each filter is called on the page. */
const titles: Readonly<Record<string, string>> = {
  severity: 'severity', confidence: 'confidence', known_hosts: 'known hosts', host: 'either end', client: 'client', server: 'server',
  technique: 'technique', incident: 'incident', state: 'state', suppressed: 'hidden ones', kind: 'kind', verdict: 'verdict',
};

export const filterNames: readonly string[] = [...single, ...several];

export function spanOf(query: URLSearchParams): Span {
  const last = query.get('last');
  if (last !== null && lengthOf(last) !== null) return { last, since: null, until: null };
  return { last: null, since: query.get('since'), until: query.get('until') };
}

/** What the API is asked for. */
export function filtersOf(query: URLSearchParams, now: number): QueryValues {
  const values: Record<string, QueryValues[string]> = {};
  for (const name of single) values[name] = query.get(name);
  for (const name of several) values[name] = query.getAll(name);
  const span = spanOf(query);
  values['since'] = span.last === null ? span.since : new Date(now - lengthOf(span.last)!).toISOString();
  values['until'] = span.last === null ? span.until : null;
  return values;
}

/** What the list depends on: all but what is shown in the panel. */
export function listKey(query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  rest.delete('open');
  return rest.toString();
}

/** A filter that is set, and what takes it away. */
export interface Chip {
  readonly of: string;
  readonly text: string;
  readonly without: QueryValues;
}

export function chipsOf(query: URLSearchParams): Chip[] {
  const chips: Chip[] = [];
  for (const name of single) {
    const value = query.get(name);
    if (value !== null) chips.push({ of: titles[name]!, text: textOf(name, value), without: { [name]: null } });
  }
  for (const name of several) {
    const values = query.getAll(name);
    for (const value of values) {
      chips.push({ of: titles[name]!, text: name === 'kind' ? kindName(value) : value, without: { [name]: values.filter(one => one !== value) } });
    }
  }
  return chips;
}

function textOf(name: string, value: string): string {
  switch (name) {
    case 'severity': return value === 'critical' ? value : `${value} or worse`;
    case 'confidence': return value === 'high' ? value : `${value} or surer`;
    case 'known_hosts': return value === '2' ? 'both' : 'at least one';
    case 'suppressed': return 'shown';
    case 'state': return value === 'all' ? 'withdrawn ones, too' : `${value} only`;
    default: return value;
  }
}

/** The query without any filter. */
export function noFilters(): QueryValues {
  return Object.fromEntries([...filterNames, 'since', 'until', 'last'].map(name => [name, null]));
}

export function suggestFilters(text: string, query: URLSearchParams): Suggestion[] {
  const found: Suggestion[] = [];
  const lower = text.toLowerCase();
  const address = addressOf(text);
  if (address !== null) found.push(...suggestHost(address, address));
  if (/^t\d{4}(\.\d{3})?$/i.test(text)) found.push({ filter: 'technique', text: text.toUpperCase(), values: { technique: text.toUpperCase() } });
  if (/^[0-9a-f]{16}$/i.test(text)) {
    found.push({ filter: 'incident', text: lower, values: { incident: lower } }, { filter: 'finding', text: lower, values: { open: lower } });
  }
  for (const severity of severities) {
    if (severity.startsWith(lower)) found.push({ filter: 'severity', text: textOf('severity', severity), values: { severity } });
  }
  for (const [kind, name] of inOrder) {
    if (kind.includes(lower) || name.toLowerCase().includes(lower)) {
      found.push({ filter: 'kind', text: name, values: { kind: [...new Set([...query.getAll('kind'), kind])] } });
    }
  }
  for (const verdict of ['benign', 'malicious', 'none']) {
    if (verdict.startsWith(lower) || 'verdict'.startsWith(lower)) found.push({ filter: 'verdict', text: verdict, values: { verdict: [verdict] } });
  }
  if (['hidden', 'suppressed'].some(word => word.startsWith(lower))) found.push({ filter: 'hidden ones', text: 'show them', values: { suppressed: true } });
  if ('withdrawn'.startsWith(lower)) found.push({ filter: 'state', text: 'withdrawn only', values: { state: 'withdrawn' } });
  return found;
}

export function suggestHost(address: string, shown: string): Suggestion[] {
  return [
    { filter: 'either end', text: shown, values: { host: address } },
    { filter: 'client', text: shown, values: { client: address } },
    { filter: 'server', text: shown, values: { server: address } },
  ];
}

/** The list of the same filters as a file. */
export function exportValues(query: URLSearchParams, format: 'csv' | 'ecs', now: number): QueryValues {
  return { format, ...filtersOf(query, now), sort: query.get('sort') };
}

export function sameQuery(one: QueryValues, other: QueryValues): boolean {
  return queryOf(one).toString() === queryOf(other).toString();
}
