const units: readonly [number, string][] = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1_000, 's']];

/** "5 min ago"; what is ahead says "in 5 min". */
export function ago(at: string, now = Date.now()): string {
  const milliseconds = now - Date.parse(at);
  const size = Math.abs(milliseconds);
  for (const [unit, name] of units) {
    if (size >= unit) {
      const text = `${Math.floor(size / unit)} ${name}`;
      return milliseconds >= 0 ? `${text} ago` : `in ${text}`;
    }
  }
  return 'now';
}

/** The time to the second, UTC, as logs have it. */
export function exact(at: string): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? at : time.toISOString().replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

/** The time to the millisecond, UTC. */
export function precise(at: string): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? at : time.toISOString().replace('T', ' ').replace('Z', '');
}

export function duration(milliseconds: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, milliseconds);
  for (const [unit, name] of units) {
    if (rest >= unit && parts.length < 2) {
      parts.push(`${Math.floor(rest / unit)} ${name}`);
      rest %= unit;
    }
  }
  return parts.length > 0 ? parts.join(' ') : `${Math.round(rest)} ms`;
}
