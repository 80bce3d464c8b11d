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
  readonly raised_because?: string;
  readonly lowered_because?: string;
  readonly proposed_role?: string;
  readonly reason: string;
  readonly state: 'open' | 'acknowledged' | 'closed' | string;
  readonly verdict?: 'benign' | 'malicious' | string;
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
  readonly withdrawn_at?: string;
  readonly merged_into?: string;
  readonly merged_from?: string;
  readonly related?: string;
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

export interface IncidentAct {
  readonly client: HostRef;
  readonly role?: string;
  readonly kind: string;
  readonly server?: HostRef;
  readonly num_servers: number;
  readonly finding: string;
}

export interface IncidentStep {
  readonly from: HostRef;
  readonly to: HostRef;
  readonly driven_by: string;
  readonly went_on_by: string;
}

/** How rare a finding is, by what was known before its first hour; what is absent was not known. */
export interface HowRare {
  readonly service: string;
  readonly days: number;
  readonly server_clients?: number;
  readonly server_clients_like?: number;
  readonly pair_first_seen?: string;
  readonly pair_days?: number;
  readonly pair_flows?: number;
  readonly client_servers_like?: number;
  readonly octets?: number;
  readonly octets_way?: 'upload' | 'download';
  readonly octets_service?: string;
  readonly octets_percentile?: number;
  readonly octets_flows?: number;
  readonly octets_of?: string;
}

export interface IncidentFinding {
  readonly id: string;
  readonly kind: string;
  readonly severity: SeverityName;
  readonly confidence: string;
  readonly client: string;
  readonly server?: string;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly reason: string;
  readonly techniques: readonly string[];
  readonly verdict?: string;
  readonly hidden: boolean;
  readonly rarity?: HowRare;
}

/** A flow, or the operations of a finding, on the time line. */
export interface IncidentEntry {
  readonly at: string;
  readonly what: 'flow' | 'operations' | string;
  readonly finding: string;
  readonly client: string;
  readonly server?: string;
  readonly end?: string;
  readonly client_port?: number;
  readonly server_port?: number;
  readonly octets?: number;
  readonly community_id?: string;
  readonly exporters?: readonly string[];
  readonly operations?: readonly string[];
}

export interface IncidentUser {
  readonly user: string;
  readonly client: string;
  readonly at: string;
  readonly source: string;
  readonly succeeded?: boolean;
}

export interface HistoryLine {
  readonly at: string;
  readonly what: string;
  readonly who?: string;
  readonly from?: string;
  readonly value?: string;
  readonly text?: string;
  readonly of?: string;
}

export interface IncidentDetail {
  readonly incident: IncidentLine;
  readonly acts: readonly IncidentAct[];
  readonly steps: readonly IncidentStep[];
  readonly findings: readonly IncidentFinding[];
  readonly timeline: readonly IncidentEntry[];
  readonly users: readonly IncidentUser[];
  readonly next: readonly { readonly finding: string; readonly text: string }[];
  readonly history: readonly HistoryLine[];
}

/** A person's verdict. */
export interface Verdict {
  readonly verdict: string;
  readonly who: string;
  readonly why: string;
  readonly given_at: string;
  readonly expires_at?: string;
}

export interface Logon {
  readonly user: string;
  readonly source: string;
  readonly at: string;
  readonly server: string;
  readonly target?: string;
  readonly succeeded?: boolean;
}

export interface FindingFlow {
  readonly client: string;
  readonly client_port: number;
  readonly server: string;
  readonly server_port: number;
  readonly start: string;
  readonly end: string;
  readonly community_id: string;
  readonly exporters: readonly string[];
  readonly sampling_interval: number;
}

export interface Finding {
  readonly id: string;
  readonly kind: string;
  readonly severity: SeverityName;
  readonly confidence: string;
  readonly client: string;
  readonly client_name?: string;
  readonly server?: string;
  readonly server_name?: string;
  readonly users?: readonly Logon[];
  readonly servers?: number;
  readonly rarity?: HowRare;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly techniques: readonly string[];
  readonly analytics: readonly string[];
  readonly reason: string;
  readonly flows: readonly FindingFlow[];
  readonly operations: readonly string[];
  readonly exporters: readonly string[];
  readonly sampled: boolean;
  readonly sampling_interval: number;
  readonly completeness?: number;
  readonly verdict?: Verdict;
  readonly suppressed_by: readonly string[];
  readonly incident?: string;
  readonly withdrawn_at?: string;
  readonly withdrawn_reason?: string;
  readonly notes?: readonly { readonly at: string; readonly text: string }[];
}

export interface Source {
  readonly name: string;
  readonly url: string;
}

/** Where to look, or where something is set. */
export interface LookAt {
  readonly role: string;
  readonly in_words?: string;
  readonly addresses?: readonly string[];
}

export interface NextSteps {
  readonly finding: string;
  readonly kind: string;
  readonly client: string;
  readonly server?: string;
  readonly deed: string;
  readonly next_step: string;
  readonly since: string;
  readonly until: string;
  readonly events: readonly {
    readonly id: number; readonly log: string; readonly provider: string; readonly title: string; readonly on: LookAt;
    readonly read: string; readonly policy: string; readonly source: Source;
  }[];
  readonly processes: readonly { readonly name: string; readonly on: LookAt; readonly what: string; readonly source: Source }[];
  readonly filters: readonly { readonly tool: string; readonly on?: LookAt; readonly text: string; readonly note: string }[];
  readonly means: string;
  readonly malicious: readonly { readonly text: string; readonly source: Source }[];
  readonly harmless: readonly { readonly text: string; readonly source: Source }[];
  readonly business: string;
  readonly questions: readonly { readonly ask: string; readonly harmless: string; readonly malicious: string }[];
  readonly hardening: readonly {
    readonly name: string; readonly on: LookAt; readonly prevents: string; readonly how: string; readonly caution: string;
    readonly source: Source;
  }[];
  readonly techniques: readonly string[];
}

/** What is known of a kind of finding, whatever the hosts. */
export interface Kind {
  readonly kind: string;
  readonly deed: string;
  readonly means: string;
}
