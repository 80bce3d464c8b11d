import type { Network } from '../../api/hosts';
import { rarityClass, type RarityClass } from '../../ui/rarity';
import { mainService } from '../../ui/services';
import { layOut, type Layout } from './layout';

/** An edge as it is drawn: a bow towards the middle. */
export interface Bow {
  readonly edge: number;
  readonly client: number;
  readonly server: number;
  readonly service: string;
  readonly rarity: RarityClass;
  readonly x1: number;
  readonly y1: number;
  readonly cx: number;
  readonly cy: number;
  readonly x2: number;
  readonly y2: number;
}

/** Edges of one look, drawn by one stroke. */
export interface Strand {
  readonly service: string;
  readonly rarity: RarityClass;
  readonly path: Path2D;
  readonly size: number;
}

/** Everything that is drawn, in the units of the picture; made once for an answer. */
export interface Scene {
  readonly network: Network;
  readonly layout: Layout;
  readonly bows: readonly Bow[];
  readonly numByRarity: Readonly<Record<RarityClass, number>>;
  /** What is common first, so that what is rare lies above it. */
  readonly strands: readonly Strand[];
  /** The edges of a host, the rarest first. */
  readonly edgesOf: readonly (readonly number[])[];
}

/** As many edges in a stroke as are drawn within a few milliseconds. */
const STRAND = 60;
// How near to the middle an edge bends: 1 is straight. Within a ring it turns inwards, so that it is seen apart from the ring.
const BEND = 0.85;
const BEND_WITHIN_RING = 0.45;

export function sceneOf(network: Network): Scene {
  const layout = layOut(network);
  const bows: Bow[] = [];
  const edgesOf: number[][] = network.hosts.map(() => []);
  network.edges.forEach((edge, i) => {
    const from = layout.places[edge.client];
    const to = layout.places[edge.server];
    if (!from || !to) return;
    const bend = from.ring === to.ring ? BEND_WITHIN_RING : BEND;
    bows.push({
      edge: i, client: edge.client, server: edge.server, service: mainService(edge.services), rarity: rarityClass(edge.rarity),
      x1: from.x, y1: from.y, cx: (from.x + to.x) / 2 * bend, cy: (from.y + to.y) / 2 * bend, x2: to.x, y2: to.y,
    });
    edgesOf[edge.client]!.push(bows.length - 1);
    if (edge.server !== edge.client) edgesOf[edge.server]!.push(bows.length - 1);
  });
  const numByRarity = { 0: 0, 1: 0, 2: 0 };
  for (const bow of bows) numByRarity[bow.rarity]++;
  const rarityOf = (bow: number) => network.edges[bows[bow]!.edge]!.rarity;
  for (const own of edgesOf) own.sort((a, b) => rarityOf(b) - rarityOf(a));
  return { network, layout, bows, numByRarity, strands: strandsOf(bows), edgesOf };
}

function strandsOf(bows: readonly Bow[]): Strand[] {
  const groups = new Map<string, Bow[]>();
  for (const bow of bows) {
    const key = `${bow.rarity} ${bow.service}`;
    const group = groups.get(key);
    if (group) group.push(bow);
    else groups.set(key, [bow]);
  }
  const strands: Strand[] = [];
  for (const key of [...groups.keys()].sort()) {
    const group = groups.get(key)!;
    for (let at = 0; at < group.length; at += STRAND) {
      const part = group.slice(at, at + STRAND);
      const path = new Path2D();
      for (const bow of part) trace(path, bow);
      strands.push({ service: part[0]!.service, rarity: part[0]!.rarity, path, size: part.length });
    }
  }
  return strands;
}

export function trace(path: Path2D | CanvasRenderingContext2D, bow: Bow): void {
  path.moveTo(bow.x1, bow.y1);
  path.quadraticCurveTo(bow.cx, bow.cy, bow.x2, bow.y2);
}
