const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [
  second, 5 * second, 15 * second, 30 * second, minute, 5 * minute, 15 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day,
  2 * day, 7 * day, 14 * day, 30 * day, 90 * day, 365 * day,
];

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Round times of a window, not more than so many, in UTC; where a day begins, its date. */
export function timeTicks(since: number, until: number, most: number): Tick[] {
  const step = steps.find(one => (until - since) / one <= most) ?? steps.at(-1)!;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(since / step) * step; at <= until; at += step) {
    const text = new Date(at).toISOString();
    ticks.push({ at, text: at % day === 0 ? text.slice(5, 10) : text.slice(11, step < minute ? 19 : 16) });
  }
  return ticks;
}

/** The round number at or above a count, for the top of an axis. */
export function roundUp(count: number): number {
  if (count <= 5) return 5;
  const size = 10 ** Math.floor(Math.log10(count));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map(factor => factor * size).find(top => top >= count && Number.isInteger(top)) ?? 10 * size;
}
