import { get } from '../../api/client';
import type { HostItem } from '../../api/hosts';
import type { IncidentLine, PageOf } from '../../api/types';
import type { QueryValues } from '../../router';
import { addressOf } from '../../ui/filter-box';

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

/** What is typed as the filter that it is. */
export function searchOf(text: string): QueryValues {
  const wanted = text.trim();
  if (wanted === '') return {};
  const address = addressOf(wanted);
  return address === null ? { name: wanted } : { address };
}
