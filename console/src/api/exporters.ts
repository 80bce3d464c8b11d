export interface Exporter {
  readonly address: string;
  /** The sensor that hears it; absent where the process itself does. */
  readonly sensor?: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly datagrams: number;
  readonly data_records: number;
  readonly options_records: number;
  readonly domains: readonly Domain[];
  readonly lost_units: number;
  readonly late_units: number;
  readonly duplicated_units: number;
  readonly sequence_resets: number;
  readonly waiting_sets: number;
  readonly standing: 'unproven' | 'seen' | 'proven' | 'settled' | string;
  readonly arrival_offset_seconds: number;
  readonly clock_correction_seconds: number;
  readonly clock_uncertainty_seconds: number;
  readonly restarts: number;
  readonly clock_steps: number;
  readonly completeness_last_minute?: number;
  readonly completeness_last_hour?: number;
  readonly sampling_interval: number;
  readonly join_trust: string;
  readonly looks_like_many_exporters: boolean;
  readonly contested: {
    readonly now: boolean; readonly templates: number; readonly options: boolean; readonly sampling_interval?: number;
    readonly template_times: number; readonly options_times: number; readonly clock_times: number;
  };
  readonly start_skews: readonly { readonly relative_to: string; readonly seconds: number; readonly samples: number }[];
}

export interface Domain {
  readonly version: number;
  readonly observation_domain_id: number;
  readonly last_seen: string;
  readonly datagrams: number;
  readonly data_records: number;
  readonly options_records: number;
  readonly sampling_interval: number;
  readonly templates: number;
  readonly selectors: readonly { readonly kind: string; readonly id: number; readonly sampling_interval: number }[];
}

export interface OtherSender {
  readonly address: string;
  readonly sensor?: string;
  readonly format: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly datagrams: number;
  readonly advice: string;
}

/** A process that receives for a judge. */
export interface Sensor {
  readonly name: string;
  readonly state: 'reporting' | 'silent' | 'not_reporting' | string;
  /** Where it stands; absent where its addresses are not a site's own. */
  readonly site?: string;
  readonly last_report_at?: string;
  readonly silent_since?: string;
  readonly ready?: boolean;
  readonly reasons?: readonly string[];
  readonly version?: string;
  readonly exporters?: number;
  readonly buffer_bytes?: number;
  readonly buffer_max_bytes?: number;
  readonly dropped_flow_starts?: number;
  readonly lost_flow_starts?: number;
  readonly lag_seconds?: number;
  readonly left_out_of_partitions?: readonly number[];
  /** The nats-server beside it, where it has one. */
  readonly leaf?: Leaf;
}

export interface Leaf {
  readonly domain: string;
  readonly held_bytes: number;
  readonly held_max_bytes: number;
  /** As the hubs say; absent while they have not been asked. */
  readonly waiting_messages?: number;
  readonly silent_seconds?: number;
}

export interface SensorsPage {
  readonly items: readonly Sensor[];
}

export interface ExportersPage {
  readonly items: readonly Exporter[];
  readonly next?: string;
  readonly not_read?: readonly OtherSender[];
}

export interface TemplateField {
  readonly name: string;
  readonly element_id: number;
  readonly enterprise_number: number;
  readonly length: number;
  readonly scope: boolean;
}

export interface Template {
  readonly exporter: string;
  readonly exporter_port: number;
  readonly collector_port: number;
  readonly version: number;
  readonly observation_domain_id: number;
  readonly template_id: number;
  readonly options: boolean;
  readonly first_received: string;
  readonly last_received: string;
  readonly data_records: number;
  readonly fields: readonly TemplateField[];
  readonly in_doubt: boolean;
  readonly rivals: readonly { readonly options: boolean; readonly last_received: string; readonly data_records: number; readonly sets: number; readonly fields: readonly TemplateField[] }[];
}

export interface Coverage {
  readonly prefixes: readonly { readonly prefix: string; readonly hosts: number; readonly last_seen: string; readonly exporters?: readonly string[] }[];
  readonly never_seen: readonly string[];
}

export interface Listener {
  readonly protocol: string;
  readonly endpoint: string;
}
