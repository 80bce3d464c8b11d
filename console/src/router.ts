import { computed, signal } from '@preact/signals';

// Addresses are in the fragment, so that one page serves them all under any path prefix: #/incidents/ID?severity=high

/** Where the console is: the parts of the path, and the query. */
export interface Place {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

function read(): Place {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const parts = path.split('/').filter(part => part !== '').map(part => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  return { path: parts, query: new URLSearchParams(query) };
}

export const place = signal<Place>(read());
addEventListener('hashchange', () => { place.value = read(); });

/** The first part of the path: which page is shown. */
export const page = computed(() => place.value.path[0] ?? 'incidents');

export type QueryValues = Record<string, string | number | boolean | readonly string[] | null | undefined>;

/** A query without what is empty. */
export function queryOf(values: QueryValues): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value)) for (const one of value) query.append(name, String(one));
    else if (value !== null && value !== undefined && value !== '' && value !== false) query.set(name, String(value));
  }
  return query;
}

/** The link to a place. */
export function linkTo(path: readonly string[], values: QueryValues = {}): string {
  const query = queryOf(values).toString();
  return '#/' + path.map(encodeURIComponent).join('/') + (query === '' ? '' : '?' + query);
}

export function go(path: readonly string[], values: QueryValues = {}): void {
  location.hash = linkTo(path, values);
}

/** Changes parts of the query and stays where one is; Back leads over it only when it adds to the history. */
export function setQuery(values: QueryValues, addsToHistory = false): void {
  const query = new URLSearchParams(place.value.query);
  for (const [name, value] of Object.entries(values)) {
    query.delete(name);
    for (const [, one] of queryOf({ [name]: value })) query.append(name, one);
  }
  const text = query.toString();
  const hash = '#/' + place.value.path.map(encodeURIComponent).join('/') + (text === '' ? '' : '?' + text);
  if (addsToHistory) location.hash = hash;
  else {
    history.replaceState(null, '', hash);
    place.value = read();
  }
}
