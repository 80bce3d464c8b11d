import type { IncidentLine } from '../../api/types';
import type { QueryValues } from '../../router';
import { addressOf, type Suggestion } from '../../ui/filter-box';
import { kindName, kinds } from '../../ui/kinds';
import { lengthOf, spanText, type Span } from '../../ui/span';
import { techniqueName } from '../../words';
import { ownName } from '../../who';

// Every filter is in the address of the page: a list can be sent to somebody else.

const ranks: Readonly<Record<string, number>> = { low: 1, medium: 2, high: 3, critical: 4 };

const names = ['state', 'severity', 'kind', 'technique', 'host', 'name', 'assignee', 'last', 'since', 'until', 'hidden'] as const;

export const noFilters: QueryValues = Object.fromEntries(names.map(name => [name, null]));

export function hasFilters(query: URLSearchParams): boolean {
  return names.some(name => query.has(name));
}

/** The part of the address that chooses the list. */
export function listKey(query: URLSearchParams): string {
  return names.map(name => `${name}=${query.getAll(name).join(',')}`).join('&') + `&sort=${query.get('sort') ?? ''}&me=${ownName()}`;
}

export const states: readonly (readonly [string, string, readonly string[]])[] = [
  ['', 'Open and acknowledged', ['open', 'acknowledged']],
  ['open', 'Open', ['open']],
  ['acknowledged', 'Acknowledged', ['acknowledged']],
  ['closed', 'Closed', ['closed']],
  ['withdrawn', 'Withdrawn', ['withdrawn']],
  ['all', 'In any state', ['open', 'acknowledged', 'closed', 'withdrawn']],
];

function statesOf(query: URLSearchParams): readonly string[] {
  const chosen = query.get('state') ?? '';
  return (states.find(([key]) => key === chosen) ?? states[0]!)[2];
}

export function spanOf(query: URLSearchParams): Span {
  return { last: query.get('last'), since: query.get('since'), until: query.get('until') };
}

/** What the API is asked; an empty assignee asks for those that nobody has. */
export function askedPath(query: URLSearchParams): string {
  return query.get('assignee') === 'none' ? 'incidents?assignee=' : 'incidents';
}

export function askedValues(query: URLSearchParams, now: number): QueryValues {
  const { last, since, until } = spanOf(query);
  const length = last === null ? null : lengthOf(last);
  return {
    state: statesOf(query), severity: query.get('severity'), kind: query.getAll('kind'), technique: query.get('technique'),
    host: query.get('host'), name: query.get('name'), assignee: query.get('assignee') === 'me' ? ownName() : null,
    since: length !== null ? new Date(now - length).toISOString() : since, until, suppressed: query.has('hidden') ? 'true' : null,
    sort: query.get('sort'),
  };
}

/** Whether an incident that was just told belongs to the list, as far as its line tells; the sensor decides when the list is read. */
export function belongs(query: URLSearchParams, line: IncidentLine): boolean {
  const state = line.withdrawn_at !== undefined ? 'withdrawn' : line.state;
  const severity = query.get('severity');
  const kind = query.getAll('kind');
  const technique = query.get('technique');
  const [name, host, assignee] = [query.get('name'), query.get('host'), query.get('assignee')];
  const hosts = [...line.clients, ...line.servers];
  return line.merged_into === undefined && statesOf(query).includes(state)
    && (!line.hidden || query.has('hidden') || statesOf(query).includes('closed'))
    && (severity === null || (ranks[line.severity] ?? 0) >= (ranks[severity] ?? 0))
    && (kind.length === 0 || line.kinds.some(one => kind.includes(one)))
    && (technique === null || line.techniques.some(one => one === technique || one.startsWith(technique + '.')))
    && (name === null || hosts.some(one => one.name?.toLowerCase().includes(name.toLowerCase())))
    && (host === null || host.includes('/') || hosts.some(one => one.address === host))
    && (assignee === null || (assignee === 'none' ? line.assignee === undefined : line.assignee === ownName()));
}

export interface Chip {
  readonly of: string;
  readonly text: string;
  readonly without: QueryValues;
}

/** The filters that are on and have no control of their own that shows them. */
export function chipsOf(query: URLSearchParams): readonly Chip[] {
  const chips: Chip[] = [];
  for (const kind of query.getAll('kind'))
    chips.push({ of: 'kind', text: kindName(kind), without: { kind: query.getAll('kind').filter(one => one !== kind) } });
  const technique = query.get('technique');
  if (technique !== null) chips.push({ of: 'technique', text: `${technique} ${techniqueName(technique)}`.trim(), without: { technique: null } });
  for (const [name, of] of [['host', 'host'], ['name', 'name contains']] as const) {
    const value = query.get(name);
    if (value !== null) chips.push({ of, text: value, without: { [name]: null } });
  }
  if (query.has('hidden')) chips.push({ of: '', text: 'with hidden ones', without: { hidden: null } });
  return chips;
}

/** What is typed, as each filter that it can be. */
export function suggestFilters(text: string, query: URLSearchParams): readonly Suggestion[] {
  const found: Suggestion[] = [];
  const address = addressOf(text);
  if (address !== null) found.push({ filter: 'host', text: address, values: { host: address, name: null } });
  if (/^t\d{4}(\.\d{3})?$/i.test(text)) {
    const technique = text.toUpperCase();
    found.push({ filter: 'technique', text: `${technique} ${techniqueName(technique)}`.trim(), values: { technique } });
  }
  for (const kind of kinds) {
    if (text.length > 1 && (kindName(kind).toLowerCase().includes(text.toLowerCase()) || kind.includes(text.toLowerCase())))
      found.push({ filter: 'kind', text: kindName(kind), values: { kind: [...new Set([...query.getAll('kind'), kind])] } });
  }
  if (address === null) found.push({ filter: 'name contains', text, values: { name: text, host: null } });
  return found.slice(0, 8);
}

export function suggestHost(address: string, shown: string): readonly Suggestion[] {
  return [{ filter: 'host', text: shown, values: { host: address, name: null } }];
}

export function spanShown(query: URLSearchParams): string {
  return spanText(spanOf(query), 'At any time');
}
