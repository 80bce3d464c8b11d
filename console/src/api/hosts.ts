// Hosts, their roles and edges, as the API answers them.

export type RoleName =
  'domain-controller' | 'directory-synchronizer' | 'server' | 'management-server' | 'scanner' | 'workstation' | 'unknown';

/** Who told a role: the settings, or a person. */
export interface ToldRole {
  readonly role: RoleName;
  readonly by: 'settings' | 'person';
  readonly who?: string;
  readonly why?: string;
  readonly at?: string;
  /** The network that it was told of; absent when of this host alone. */
  readonly prefix?: string;
  readonly setting?: string;
}

export interface HostItem {
  readonly address: string;
  readonly name?: string;
  readonly name_source?: string;
  readonly kind?: string;
  readonly owner?: string;
  readonly site?: string;
  readonly tags?: readonly string[];
  readonly role: RoleName;
  readonly why: string;
  readonly provisional?: RoleName;
  readonly told?: ToldRole;
  readonly learned_role?: RoleName;
  /** Absent when it never was. */
  readonly first_seen?: string;
  readonly last_seen?: string;
  readonly client_edges: number;
  readonly server_edges: number;
  readonly serves: readonly string[];
}

export interface Peer {
  readonly address: string;
  readonly name?: string;
  readonly role: RoleName;
}

/** All that a host does with another as its client, or as its server. */
export interface HostEdge {
  readonly peer: Peer;
  readonly services: readonly { readonly service: string; readonly answered: boolean }[];
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly days: number;
  readonly learned: boolean;
  readonly rarity: number;
}

export interface NamePeriod {
  readonly name: string;
  readonly source: string;
  readonly first_told: string;
  readonly last_told: string;
}

export interface Logon {
  readonly user: string;
  readonly source: string;
  readonly at: string;
  readonly server: string;
  readonly target?: string;
  readonly succeeded?: boolean;
}

/** A service, and with how many others. */
export interface ServiceUse {
  readonly service: string;
  readonly hosts: number;
}

export interface RoleChange {
  readonly host: string;
  readonly from_role: RoleName;
  readonly to_role: RoleName;
  readonly settled: string;
  readonly acts_from: string;
  readonly reason: string;
  readonly num_witnesses: number;
  readonly witnesses: readonly string[];
}

export interface Network {
  readonly hosts: readonly Peer[];
  readonly edges: readonly NetworkEdge[];
  readonly total_edges: number;
  readonly left_out: number;
}

/** Client and server are places in the list of hosts. */
export interface NetworkEdge {
  readonly client: number;
  readonly server: number;
  readonly services: readonly string[];
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly days: number;
  readonly rarity: number;
  readonly learned: boolean;
}
