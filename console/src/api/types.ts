// What the API answers, as far as the console reads it; /openapi/v1.json describes all of it. Times are RFC 3339 in UTC.

export type SeverityName = 'critical' | 'high' | 'medium' | 'low';

export interface HostRef {
  readonly address: string;
  readonly name?: string;
}

export interface IncidentLine {
  readonly id: string;
  readonly title: string;
  readonly severity: SeverityName;
  readonly confidence: string;
  readonly reason: string;
  readonly state: 'open' | 'acknowledged' | 'closed-benign' | 'closed-malicious' | string;
  readonly assignee?: string;
  readonly clients: readonly HostRef[];
  readonly num_clients: number;
  readonly servers: readonly HostRef[];
  readonly num_servers: number;
  readonly kinds: readonly string[];
  readonly techniques: readonly string[];
  readonly num_findings: number;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly recorded_at: string;
  readonly updated_at: string;
  readonly hidden: boolean;
  readonly url: string;
}

/** A page of anything; `next` is the cursor of the next one, absent on the last. */
export interface PageOf<T> {
  readonly items: readonly T[];
  readonly next?: string;
  readonly hidden?: number;
  readonly total?: number;
}
