export const bases = ['car', 'extended', 'known-endpoint', 'mapper-only'] as const;
export type Basis = (typeof bases)[number];

export interface ActivityFlow {
  readonly client_port: number;
  readonly server_port?: number;
  readonly start: string;
  readonly end: string;
  readonly community_id?: string;
}

export interface Activity {
  readonly id: string;
  readonly basis: Basis;
  readonly client: string;
  readonly client_name?: string;
  readonly server: string;
  readonly server_name?: string;
  readonly mapper?: ActivityFlow;
  readonly endpoint?: ActivityFlow;
  readonly exporters: readonly string[];
  readonly sampling_interval: number;
  readonly recorded_at: string;
  readonly completeness?: number;
  readonly sampled: boolean;
  readonly interfaces?: readonly string[];
  readonly refused?: boolean;
  readonly translated?: { readonly client?: string; readonly client_port?: number; readonly server?: string; readonly server_port?: number };
}

export interface ActivitiesPage {
  readonly items: readonly Activity[];
  readonly next?: string;
  readonly total?: number;
  /** In its place, where counting takes long. */
  readonly total_at_least?: number;
  readonly looked_back_to?: string;
}

export interface Bucket {
  readonly at: string;
  readonly count: number;
  readonly by_basis: Readonly<Partial<Record<Basis, number>>>;
}

export interface Histogram {
  readonly since: string;
  readonly until: string;
  readonly bucket_seconds: number;
  /** What began before it was not counted. */
  readonly looked_back_to?: string;
  readonly items: readonly Bucket[];
}
