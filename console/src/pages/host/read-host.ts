import { ApiError, get } from '../../api/client';
import type { HostEdge, HostItem, Logon, NamePeriod, RoleChange, ServiceUse } from '../../api/hosts';
import type { IncidentLine, PageOf } from '../../api/types';

/** All that the page of a host shows. */
export interface HostAnswer {
  readonly host: HostItem;
  readonly as_client: readonly HostEdge[];
  readonly as_server: readonly HostEdge[];
  readonly as_client_total?: number;
  readonly as_server_total?: number;
  readonly names?: readonly NamePeriod[];
  readonly users?: readonly Logon[];
  readonly serves?: readonly ServiceUse[];
  readonly uses?: readonly ServiceUse[];
}

export interface WholeHost {
  /** Null where nothing is known of the address. */
  readonly known: HostAnswer | null;
  readonly incidents: readonly IncidentLine[];
  readonly changes: readonly RoleChange[];
}

export async function readHost(address: string, signal: AbortSignal): Promise<WholeHost> {
  const [known, incidents, changes] = await Promise.all([
    get<HostAnswer>(`hosts/${encodeURIComponent(address)}`, {}, signal).catch((failure: unknown) => {
      if (failure instanceof ApiError && failure.status === 404) return null;
      throw failure;
    }),
    get<PageOf<IncidentLine>>('incidents', { host: address, state: ['open', 'acknowledged', 'closed'], limit: 100 }, signal),
    get<PageOf<RoleChange>>('role-changes', { address, limit: 20 }, signal),
  ]);
  return { known, incidents: incidents.items, changes: changes.items };
}
