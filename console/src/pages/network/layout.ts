import type { Network, RoleName } from '../../api/hosts';

// Rings by role: domain controllers in the middle, what serves and administers around them, workstations outside. Who drives a server
// points inwards; a workstation that drives another is a chord along the outside, which is what one looks for. The same answer always
// gives the same picture: places follow from role and address alone.

export interface Place {
  readonly x: number;
  readonly y: number;
  /** The direction from the middle, in radians. */
  readonly angle: number;
  readonly ring: number;
}

/** The part of a ring that one role has. */
export interface Sector {
  readonly role: RoleName;
  readonly count: number;
  readonly inner: number;
  readonly outer: number;
  readonly from: number;
  readonly to: number;
}

export interface Layout {
  readonly places: readonly Place[];
  readonly sectors: readonly Sector[];
  /** From the middle to the outermost host. */
  readonly radius: number;
}

const rings: readonly (readonly RoleName[])[] = [
  ['domain-controller'],
  ['server', 'management-server', 'directory-synchronizer', 'scanner'],
  ['workstation', 'unknown'],
];

const shares: readonly number[] = [0.16, 0.5, 1];

/** Between two neighbours, in the units of the picture. */
export const SPACING = 15;
const ROW = 15;
const BAND = 16;
const BETWEEN_RINGS = 110;
const BETWEEN_SECTORS = 26;
const FULL = Math.PI * 2;

export function layOut(network: Pick<Network, 'hosts'>): Layout {
  const byRole = new Map<RoleName, number[]>();
  network.hosts.forEach((host, i) => {
    const role = rings.flat().includes(host.role) ? host.role : 'unknown';
    const others = byRole.get(role);
    if (others) others.push(i);
    else byRole.set(role, [i]);
  });
  const keys = network.hosts.map(host => sortKey(host.address));
  for (const members of byRole.values()) members.sort((a, b) => keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b);

  const places = new Array<Place>(network.hosts.length);
  const sectors: Sector[] = [];
  let radius = 0;
  const inners = radii(byRole);
  rings.forEach((roles, ring) => {
    const present = roles.filter(role => byRole.has(role));
    const inner = inners[ring]!;
    const rows = rowsOf(present.reduce((sum, role) => sum + byRole.get(role)!.length, 0));
    if (present.length === 0) return;
    if (inner === 0) {
      places[byRole.get(present[0]!)![0]!] = { x: 0, y: 0, angle: Math.PI / 2, ring };
      sectors.push({ role: present[0]!, count: 1, inner: 0, outer: BAND, from: 0, to: FULL });
      radius = BAND;
      return;
    }

    const outer = inner + (rows - 1) * ROW;
    const gap = present.length > 1 ? Math.max(BETWEEN_SECTORS / inner, 0.03) : 0;
    let angle = -Math.PI / 2 + gap / 2;
    for (const role of present) {
      const members = byRole.get(role)!;
      const span = shareOf(members.length, present.map(other => byRole.get(other)!.length)) * (FULL - gap * present.length);
      const step = span / members.length;
      members.forEach((host, i) => {
        const distance = inner + (i % rows) * ROW;
        const at = angle + (i + 0.5) * step;
        places[host] = { x: Math.cos(at) * distance, y: Math.sin(at) * distance, angle: at, ring };
      });
      sectors.push({ role, count: members.length, inner: inner - BAND, outer: outer + BAND, from: angle, to: angle + span });
      angle += span + gap;
    }

    radius = outer + BAND;
  });
  return { places, sectors, radius: Math.max(radius, 60) };
}

function rowsOf(hosts: number): number {
  return hosts <= 160 ? 1 : hosts <= 500 ? 2 : hosts <= 1_500 ? 3 : hosts <= 4_000 ? 5 : 8;
}

/** Where each ring begins: its hosts have room, and the inner ones keep their share of the whole however many stand outside. */
function radii(byRole: ReadonlyMap<RoleName, readonly number[]>): number[] {
  const counts = rings.map(roles => roles.reduce((sum, role) => sum + (byRole.get(role)?.length ?? 0), 0));
  const needed = counts.map((hosts, ring) => {
    const sectors = rings[ring]!.filter(role => byRole.has(role)).length;
    return (Math.ceil(hosts / rowsOf(hosts)) * SPACING + (sectors > 1 ? sectors * BETWEEN_SECTORS : 0)) / FULL;
  });
  const widest = Math.max(...needed);
  const inners: number[] = [];
  let edge = 0;
  counts.forEach((hosts, ring) => {
    const least = edge === 0 ? 40 : edge + BETWEEN_RINGS;
    const share = shares[ring]! * widest;
    const inner = ring === 0 && hosts === 1 ? 0 : Math.max(least, needed[ring]!, share);
    inners.push(inner);
    if (hosts > 0) edge = inner + (rowsOf(hosts) - 1) * ROW + BAND;
  });
  return inners;
}

/** What a group gets of its ring: by its size, but never so little that it cannot be seen. */
function shareOf(own: number, all: readonly number[]): number {
  const total = all.reduce((sum, one) => sum + one, 0);
  const weight = (size: number) => Math.max(size / total, 0.06);
  return weight(own) / all.reduce((sum, one) => sum + weight(one), 0);
}

/** Addresses in the order of their numbers, those of a site behind others: what is in one prefix stands together. */
export function sortKey(address: string): string {
  const [plain = '', site = ''] = address.split('@');
  const parts = plain.split('.');
  return parts.length === 4 ? `4${site} ` + parts.map(part => part.padStart(3, '0')).join('') : '6' + address;
}
