import type { Bow, Scene } from './scene';

/** What the pointer or the keyboard is at: a host, or an edge by its place among the bows. */
export type Target = { readonly host: number } | { readonly bow: number };

export function isSame(one: Target | null, other: Target | null): boolean {
  if (one === null || other === null) return one === other;
  return 'host' in one ? 'host' in other && one.host === other.host : 'bow' in other && one.bow === other.bow;
}

/** The nearest host within reach, or else the nearest edge; what is rare goes before what is common. */
export function targetAt(scene: Scene, x: number, y: number, hostReach: number, edgeReach: number): Target | null {
  let best = -1;
  let nearest = hostReach * hostReach;
  scene.layout.places.forEach((place, host) => {
    const distance = (place.x - x) ** 2 + (place.y - y) ** 2;
    if (distance <= nearest) [best, nearest] = [host, distance];
  });
  if (best >= 0) return { host: best };

  let bestBow = -1;
  let least = edgeReach;
  scene.bows.forEach((bow, i) => {
    if (!isNear(bow, x, y, edgeReach)) return;
    const distance = distanceTo(bow, x, y) / (1 + bow.rarity * 0.6);
    if (distance <= least) [bestBow, least] = [i, distance];
  });
  return bestBow >= 0 ? { bow: bestBow } : null;
}

// A bow lies within the triangle of its ends and its bend.
function isNear(bow: Bow, x: number, y: number, reach: number): boolean {
  return x >= Math.min(bow.x1, bow.cx, bow.x2) - reach && x <= Math.max(bow.x1, bow.cx, bow.x2) + reach
    && y >= Math.min(bow.y1, bow.cy, bow.y2) - reach && y <= Math.max(bow.y1, bow.cy, bow.y2) + reach;
}

const STEPS = 16;

function distanceTo(bow: Bow, x: number, y: number): number {
  let nearest = Infinity;
  let [fromX, fromY] = [bow.x1, bow.y1];
  for (let i = 1; i <= STEPS; i++) {
    const t = i / STEPS;
    const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
    const [toX, toY] = [a * bow.x1 + b * bow.cx + c * bow.x2, a * bow.y1 + b * bow.cy + c * bow.y2];
    nearest = Math.min(nearest, distanceToLine(fromX, fromY, toX, toY, x, y));
    [fromX, fromY] = [toX, toY];
  }
  return nearest;
}

function distanceToLine(x1: number, y1: number, x2: number, y2: number, x: number, y: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x1 + t * dx - x, y1 + t * dy - y);
}

/** From one host to the next in a direction of the screen: the arrows of the keyboard. */
export function neighbour(scene: Scene, from: number, dx: number, dy: number): number {
  const here = scene.layout.places[from];
  if (!here) return from;
  let best = from;
  let least = Infinity;
  scene.layout.places.forEach((place, host) => {
    if (host === from) return;
    const along = (place.x - here.x) * dx + (place.y - here.y) * dy;
    if (along <= 0) return;
    const across = Math.abs((place.x - here.x) * dy - (place.y - here.y) * dx);
    const cost = along + across * 2.5;
    if (cost < least) [best, least] = [host, cost];
  });
  return best;
}
