import type { FindingFlow, HowRare, PageOf, SeverityName } from './types';

export type { FindingFlow };

export interface Verdict {
  readonly verdict: 'benign' | 'malicious';
  readonly who: string;
  readonly why: string;
  readonly given_at: string;
  readonly expires_at?: string;
  readonly withdrawn_at?: string;
  readonly from?: string;
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
  readonly users?: readonly { readonly user: string; readonly source: string; readonly at: string; readonly server: string }[];
  readonly servers?: number;
  readonly known_hosts?: number;
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
  readonly recorded_at: string;
  readonly updated_at: string;
  readonly withdrawn_at?: string;
  readonly withdrawn_reason?: string;
  readonly notes?: readonly { readonly at: string; readonly text: string }[];
}

export interface Hidden {
  readonly findings: number;
  readonly benign: number;
  readonly suppressions: readonly { readonly id: string; readonly findings: number }[];
}

export interface FindingsPage extends Omit<PageOf<Finding>, 'hidden'> {
  readonly hidden?: Hidden;
}

export interface Next {
  readonly next_step: string;
  readonly means: string;
  readonly events: readonly { readonly id: number; readonly log: string; readonly title: string; readonly on: { readonly in_words?: string } }[];
  readonly filters: readonly { readonly tool: string; readonly text: string; readonly note: string }[];
  readonly questions: readonly { readonly ask: string; readonly harmless: string; readonly malicious: string }[];
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
