// The sensor itself, as the API answers it.

export interface PartState {
  readonly part: string;
  readonly name: string;
  readonly state: 'well' | 'stuck' | 'failing' | 'dead' | string;
  readonly since?: string;
  readonly doing?: string;
  readonly reason?: string;
}

export interface SystemAnswer {
  readonly version: string;
  readonly started_at: string;
  readonly now: string;
  readonly parts: readonly PartState[];
  readonly store: {
    readonly enabled: boolean;
    readonly writable?: boolean;
    readonly folder?: string;
    /** Why what is written is lost with the process. */
    readonly loss?: string;
    readonly activities_bytes: number;
    readonly activities_max_bytes?: number;
    readonly state_bytes: number;
    readonly oldest_activity_at?: string;
    readonly newest_activity_at?: string;
    readonly findings: number;
    readonly max_findings?: number;
    readonly incidents: number;
    readonly damaged_rows: number;
  };
  readonly listeners: readonly { readonly protocol: string; readonly endpoint: string; readonly received: number; readonly lost: number }[];
  readonly memory_bytes: number;
  readonly cpu_seconds: number;
  readonly settings_url?: string;
}

export interface Sink {
  readonly name: string;
  readonly kind: string;
  readonly target: string;
  readonly state: 'ok' | 'retrying' | 'off' | string;
  readonly backlog: number;
  readonly oldest_waiting_at?: string;
  readonly last_sent_at?: string;
  readonly last_error?: string;
  readonly last_error_at?: string;
  readonly sent: number;
  readonly failures: number;
  readonly dropped: number;
}

export interface AuditLine {
  readonly id: string;
  readonly at: string;
  readonly who?: string;
  readonly role?: string;
  readonly means?: string;
  readonly from?: string;
  readonly what: string;
  readonly target?: string;
  readonly detail?: string;
}

export interface User {
  readonly name: string;
  readonly role: string;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly created_at: string;
  readonly created_by?: string;
  readonly expires_at?: string;
  readonly last_used_at?: string;
  /** Only in the answer to its creation. */
  readonly token?: string;
}

export interface LearningAnswer {
  readonly enabled: boolean;
  readonly started_at?: string;
  readonly days: number;
  readonly learning_days: number;
  readonly settled: boolean;
  readonly hosts: number;
  readonly pairs: number;
  readonly edges: number;
  readonly edges_learned: number;
  readonly roles: Readonly<Record<string, number>>;
  readonly clock_doubt?: string;
  readonly next: string;
}

export interface Suppression {
  readonly id: string;
  readonly kind?: string;
  readonly client?: string;
  readonly server?: string;
  readonly who: string;
  readonly why: string;
  readonly created_at: string;
  readonly expires_at?: string;
  readonly active: boolean;
  readonly hides: number;
}
