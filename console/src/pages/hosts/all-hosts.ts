import { get } from '../../api/client';
import type { HostItem } from '../../api/hosts';
import type { IncidentLine, PageOf } from '../../api/types';
import type { QueryValues } from '../../router';

const PAGE = 1_000;

/** As many as a page reads; who has more narrows them down. */
export const MOST_HOSTS = 20_000;

export interface AllHosts {
  readonly hosts: readonly HostItem[];
  readonly isWhole: boolean;
}

/** Hosts page after page, so that they can be put in any order. */
export async function allHosts(filters: QueryValues, signal: AbortSignal, onRead: (read: number) => void): Promise<AllHosts> {
  const hosts: HostItem[] = [];
  let cursor: string | undefined;
  do {
    const page: PageOf<HostItem> = await get('hosts', { ...filters, limit: PAGE, cursor: cursor ?? null }, signal);
    hosts.push(...page.items);
    cursor = page.next;
    onRead(hosts.length);
  } while (cursor !== undefined && hosts.length < MOST_HOSTS);
  return { hosts, isWhole: cursor === undefined };
}

/** The worst incident that each host is in, of those that nobody has closed. */
export async function worstIncidents(signal: AbortSignal): Promise<ReadonlyMap<string, IncidentLine>> {
  const { items } = await get<PageOf<IncidentLine>>('incidents', { limit: 500 }, signal);
  const worst = new Map<string, IncidentLine>();
  for (const incident of items) {
    for (const { address } of [...incident.clients, ...incident.servers]) {
      if (!worst.has(address)) worst.set(address, incident);
    }
  }
  return worst;
}

/** An address or a prefix, as far as it has been typed. */
export function looksLikeAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{0,3}){0,3}(\/\d{0,2})?$/.test(text) || (text.includes(':') && /^[0-9a-f:.]+(\/\d{0,3})?$/i.test(text));
}

/** What is typed as the filter that it is: 10.20 is the prefix 10.20.0.0/16. */
export function searchOf(text: string): QueryValues {
  const wanted = text.trim();
  if (wanted === '') return {};
  if (!looksLikeAddress(wanted)) return { name: wanted };
  if (wanted.includes(':') || wanted.includes('/')) return { address: wanted };
  const parts = wanted.split('.').filter(part => part !== '');
  if (parts.some(part => Number(part) > 255)) return { name: wanted };
  return { address: parts.length === 4 ? wanted : `${[...parts, '0', '0', '0', '0'].slice(0, 4).join('.')}/${parts.length * 8}` };
}
