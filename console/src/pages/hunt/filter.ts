import { bases } from '../../api/activities';
import type { QueryValues } from '../../router';
import { addressOf, type Suggestion } from '../../ui/filter-box';
import { lengthOf, type Span } from '../../ui/span';

// As on the page of findings, the address of the page has the filters by the names of the API, 'last' for a window that moves on with the
// time, and 'open' for the activity that the panel shows.

const titles: Readonly<Record<string, string>> = {
  host: 'either end', client: 'client', server: 'server', port: 'port', interface: 'interface', exporter: 'exporter',
  community_id: 'Community ID', basis: 'basis',
};

const single = ['host', 'client', 'server', 'port', 'interface', 'exporter', 'community_id'] as const;

/** What each rule of joining says, for people. */
export const basisWords: Readonly<Record<string, string>> = {
  'car': 'The endpoint mapper was asked, and within two seconds a dynamic port of the same server was opened: exactly CAR-2014-05-001.',
  'extended': 'The endpoint was opened while the mapper flow was open or soon after it; clocks may be off a little.',
  'known-endpoint': 'The mapper was not asked, but this port of the server was an RPC endpoint before.',
  'mapper-only': 'The endpoint mapper was asked and no endpoint flow followed: refused, firewalled, or probed.',
};

/** The interfaces that the sensor learns to know endpoints by. */
const interfaces = ['drsuapi', 'lsarpc', 'netlogon', 'samr'];

export const byDefault = '24h';

export function spanOf(query: URLSearchParams): Span {
  const last = query.get('last');
  if (last !== null && lengthOf(last) !== null) return { last, since: null, until: null };
  if (query.has('since') || query.has('until')) return { last: null, since: query.get('since'), until: query.get('until') };
  return { last: byDefault, since: null, until: null };
}

export interface Window {
  readonly since: number;
  readonly until: number;
}

/** The window in milliseconds; one without a beginning goes back thirty days from its end. */
export function windowOf(span: Span, now: number): Window {
  if (span.last !== null) return { since: now - lengthOf(span.last)!, until: now };
  const until = span.until === null ? now : Date.parse(span.until);
  const since = span.since === null ? until - 30 * 86_400_000 : Date.parse(span.since);
  return Number.isFinite(since) && Number.isFinite(until) && since < until ? { since, until } : { since: now - lengthOf(byDefault)!, until: now };
}

export function windowValues(window: Window): QueryValues {
  return { since: new Date(window.since).toISOString(), until: new Date(window.until).toISOString() };
}

/** What the API is asked for, the window apart. */
export function filtersOf(query: URLSearchParams): QueryValues {
  const values: Record<string, QueryValues[string]> = { basis: query.getAll('basis') };
  for (const name of single) values[name] = query.get(name);
  return values;
}

export function listKey(query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  rest.delete('open');
  return rest.toString();
}

export function chipsOf(query: URLSearchParams): { of: string; text: string; without: QueryValues }[] {
  const all = query.getAll('basis');
  return [
    ...single.filter(name => query.has(name)).map(name => ({ of: titles[name]!, text: query.get(name)!, without: { [name]: null } })),
    ...all.map(basis => ({ of: titles['basis']!, text: basis, without: { basis: all.filter(one => one !== basis) } })),
  ];
}

export function noFilters(): QueryValues {
  return Object.fromEntries([...single, 'basis'].map(name => [name, null]));
}

export function suggestFilters(text: string, query: URLSearchParams): Suggestion[] {
  const found: Suggestion[] = [];
  const lower = text.toLowerCase();
  const address = addressOf(text);
  if (address !== null) {
    found.push(...suggestHost(address, address));
    if (!address.includes('/')) found.push({ filter: 'exporter', text: address, values: { exporter: address } });
  }
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) found.push({ filter: 'port', text: `${text}, of either flow`, values: { port: text } });
  if (/^1:[A-Za-z0-9+/]{27}=$/.test(text)) found.push({ filter: 'Community ID', text, values: { community_id: text } });
  for (const basis of bases) {
    if (basis.includes(lower)) found.push({ filter: 'basis', text: basis, values: { basis: [...new Set([...query.getAll('basis'), basis])] } });
  }
  for (const name of interfaces) {
    if (name.includes(lower)) found.push({ filter: 'interface', text: name, values: { interface: name } });
  }
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) found.push({ filter: 'interface', text, values: { interface: text } });
  return found;
}

export function suggestHost(address: string, shown: string): Suggestion[] {
  return [
    { filter: 'either end', text: shown, values: { host: address } },
    { filter: 'client', text: shown, values: { client: address } },
    { filter: 'server', text: shown, values: { server: address } },
  ];
}
