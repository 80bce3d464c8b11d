import type { HostRef, IncidentDetail, IncidentFinding, SeverityName } from '../../api/types';

// What happened, read from the findings of an incident: who did what to whom, in order.

/** One client, doing one kind of thing: a step of the story. */
export interface Deed {
  readonly client: string;
  readonly kind: string;
  readonly servers: readonly string[];
  readonly severity: SeverityName;
  readonly first: string;
  readonly last: string;
  readonly count: number;
  readonly findings: readonly IncidentFinding[];
  /** Who drove this client before, where that is known and this is the first that it did afterwards. */
  readonly drivenBy: string | null;
}

const ranks: Readonly<Record<string, number>> = { low: 1, medium: 2, high: 3, critical: 4 };

export function rankOf(severity: string): number {
  return ranks[severity] ?? 0;
}

export function worst(findings: readonly IncidentFinding[]): SeverityName {
  return findings.reduce<SeverityName>((before, one) => rankOf(one.severity) > rankOf(before) ? one.severity : before, 'low');
}

/** The deeds in the order in which they began. */
export function deedsOf(detail: IncidentDetail): readonly Deed[] {
  const groups = new Map<string, IncidentFinding[]>();
  for (const finding of detail.findings) {
    const key = `${finding.client} ${finding.kind}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }

  const drivers = new Map(detail.steps.map(step => [step.to.address, step.from.address]));
  const told = new Set<string>();
  return [...groups.values()]
    .map(findings => ({
      client: findings[0]!.client, kind: findings[0]!.kind, findings, severity: worst(findings),
      servers: [...new Set(findings.map(one => one.server).filter(server => server !== undefined))],
      first: findings.map(one => one.first_seen).sort()[0]!, last: findings.map(one => one.last_seen).sort().at(-1)!,
      count: findings.reduce((sum, one) => sum + one.count, 0),
    }))
    .sort((one, other) => one.first.localeCompare(other.first))
    .map(deed => {
      const driver = drivers.get(deed.client);
      const isFirst = driver !== undefined && !told.has(deed.client);
      told.add(deed.client);
      return { ...deed, drivenBy: isFirst ? driver : null };
    });
}

/** What every host of an incident is called. */
export function namesOf(detail: IncidentDetail): ReadonlyMap<string, HostRef> {
  const names = new Map<string, HostRef>();
  const add = (host: HostRef | undefined) => {
    if (host !== undefined && (!names.has(host.address) || host.name !== undefined)) names.set(host.address, host);
  };
  detail.incident.clients.forEach(add);
  detail.incident.servers.forEach(add);
  for (const act of detail.acts) {
    add(act.client);
    add(act.server);
  }
  for (const step of detail.steps) {
    add(step.from);
    add(step.to);
  }
  return names;
}

export interface Node {
  readonly id: string;
  readonly host: HostRef | null;
  /** How many hosts it stands for, where there are too many. */
  readonly more: number;
  readonly column: number;
  readonly row: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly severity: SeverityName;
  readonly kinds: readonly string[];
}

export interface Picture {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly columns: number;
  readonly rows: number;
}

const MOST_IN_COLUMN = 8;
const MOST_COLUMNS = 6;

/** Hosts from left to right: who drove, who was driven, who was reached from there. */
export function pictureOf(detail: IncidentDetail): Picture {
  const names = namesOf(detail);
  const pairs = new Map<string, { from: string; to: string; findings: IncidentFinding[] }>();
  for (const finding of detail.findings) {
    if (finding.server === undefined) continue;
    const key = `${finding.client} ${finding.server}`;
    const pair = pairs.get(key) ?? { from: finding.client, to: finding.server, findings: [] };
    pair.findings.push(finding);
    pairs.set(key, pair);
  }

  // 1. How far each host is from those that nobody drove.
  const clients = [...new Set([...detail.acts.map(act => act.client.address), ...detail.findings.map(one => one.client)])];
  const driven = new Set(detail.steps.map(step => step.to.address));
  const depth = new Map<string, number>();
  for (const client of clients.filter(one => !driven.has(one))) depth.set(client, 0);
  if (depth.size === 0 && clients.length > 0) depth.set(clients[0]!, 0);
  for (let turn = 0; turn < MOST_COLUMNS; turn++) {
    for (const { from, to } of pairs.values()) {
      const of = depth.get(from);
      if (of !== undefined && !depth.has(to)) depth.set(to, Math.min(of + 1, MOST_COLUMNS - 1));
    }
    for (const step of detail.steps) {
      const of = depth.get(step.from.address);
      if (of !== undefined && !depth.has(step.to.address)) depth.set(step.to.address, Math.min(of + 1, MOST_COLUMNS - 1));
    }
  }

  // Whom a driven host went on to stands right of it, also where others reached it, too.
  const isDriver = new Set(clients);
  for (let turn = 0; turn < MOST_COLUMNS; turn++) {
    for (const { from, to } of pairs.values()) {
      if (driven.has(from) && !isDriver.has(to)) depth.set(to, Math.min(Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1), MOST_COLUMNS - 1));
    }
  }
  for (const { from, to } of pairs.values()) {
    if (!depth.has(from)) depth.set(from, 0);
    if (!depth.has(to)) depth.set(to, 1);
  }

  // 2. Clients first in each column: they are where the story goes on. The rest are one node.
  const columns = new Map<number, string[]>();
  for (const [host, column] of depth) columns.set(column, [...(columns.get(column) ?? []), host]);
  const isClient = new Set(clients);
  const shownAs = new Map<string, string>();
  const nodes: Node[] = [];
  for (const [column, hosts] of columns) {
    hosts.sort((one, other) => Number(isClient.has(other)) - Number(isClient.has(one)));
    const shown = hosts.length <= MOST_IN_COLUMN ? hosts : hosts.slice(0, MOST_IN_COLUMN - 1);
    shown.forEach((host, row) => {
      shownAs.set(host, host);
      nodes.push({ id: host, host: names.get(host) ?? { address: host }, more: 0, column, row });
    });
    const left = hosts.slice(shown.length);
    if (left.length > 0) {
      const id = `more ${column}`;
      for (const host of left) shownAs.set(host, id);
      nodes.push({ id, host: null, more: left.length, column, row: shown.length });
    }
  }

  // 3. One edge between two nodes, of the worst severity.
  const edges = new Map<string, { from: string; to: string; findings: IncidentFinding[] }>();
  for (const pair of pairs.values()) {
    const [from, to] = [shownAs.get(pair.from)!, shownAs.get(pair.to)!];
    const edge = edges.get(`${from} ${to}`) ?? { from, to, findings: [] };
    edge.findings.push(...pair.findings);
    edges.set(`${from} ${to}`, edge);
  }
  return {
    nodes, columns: Math.max(1, ...nodes.map(node => node.column + 1)), rows: Math.max(1, ...nodes.map(node => node.row + 1)),
    edges: [...edges.values()].map(edge => ({
      from: edge.from, to: edge.to, severity: worst(edge.findings), kinds: [...new Set(edge.findings.map(one => one.kind))],
    })),
  };
}
