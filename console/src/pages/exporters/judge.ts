import type { Exporter } from '../../api/exporters';
import { count, plural, share } from '../../ui/numbers';
import { duration } from '../../ui/time';
import { idOf } from './watch';

export type Level = 'good' | 'warn' | 'bad';

/** What makes an exporter less than trustworthy: a word for the table, and what it means for what one sees. */
export interface Trouble {
  readonly level: 'warn' | 'bad';
  readonly word: string;
  readonly means: string;
}

/** As the sensor's own setting Flows:SilentAfter has it unless somebody changed it. */
const SILENT_AFTER = 600_000;

/** Below this, the sensor itself no longer trusts joins in full. */
const COMPLETE = 0.99;
const CLOCK_SECONDS = 30;

export function troublesOf(exporter: Exporter, now: number): Trouble[] {
  const troubles: Trouble[] = [];
  const add = (level: Trouble['level'], word: string, means: string) => { troubles.push({ level, word, means }); };
  const { completeness_last_minute: minute, completeness_last_hour: hour, contested } = exporter;
  const silence = now - Date.parse(exporter.last_seen);
  if (silence > SILENT_AFTER) {
    add('bad', `silent for ${duration(silence).split(' ').slice(0, 2).join(' ')}`,
      'It stopped sending, or something between it and the sensor is down. Nothing that it alone sees is seen now.');
  }
  if (minute !== undefined && minute < COMPLETE && silence < 180_000) {
    add('bad', `loses ${share(1 - minute)} now`,
      `Only ${share(minute)} of what it sent in its latest minute could be used. ${lossAdvice}`);
  } else if (hour !== undefined && hour < COMPLETE) {
    add('bad', `lost ${share(1 - hour)}`, `Only ${share(hour)} of what it sent in its last hour could be used. ${lossAdvice}`);
  }
  if (exporter.standing === 'unproven') {
    add('bad', 'nothing readable', 'None of its flow records could be read yet. Where it sends v9 or IPFIX, its templates may not have come: they are repeated every few minutes.');
  }
  if (exporter.sampling_interval > 1) {
    add('warn', `samples 1 in ${count(exporter.sampling_interval)}`,
      'A mapper flow and its endpoint flow are rarely both among the samples, so most RPC activity through it is missed. Have it export every packet, or mirror its traffic to a probe.');
  }
  if (exporter.clock_correction_seconds !== 0) {
    add('warn', `clock wrong by ${seconds(exporter.clock_correction_seconds)}`,
      `Its times are moved by that much, give or take ${seconds(exporter.clock_uncertainty_seconds)}. Give it a time server (NTP).`);
  } else if (Math.abs(exporter.arrival_offset_seconds) > CLOCK_SECONDS) {
    add('warn', `clock ${seconds(exporter.arrival_offset_seconds)} ${exporter.arrival_offset_seconds > 0 ? 'behind' : 'ahead'}`,
      'Its flows do not fit in time with those of other exporters. Give it a time server (NTP).');
  }
  if (contested.now) {
    add('warn', 'contested', contestedText(exporter));
  }
  if (exporter.looks_like_many_exporters) {
    add('warn', 'several behind one address', 'Several devices seem to send from this address, as behind address translation: their flows may be mixed up. Let each send from its own address.');
  }
  if (exporter.waiting_sets > 0) {
    add('warn', `${plural(exporter.waiting_sets, 'set')} waiting`, 'Records came before the template that says how to read them; they are read once it has come.');
  }
  return troubles;
}

const lossAdvice = 'The rest was lost on the way, dropped by the kernel, or not readable. Look at links and queues between it and the sensor, and at the receive buffer (Udp:ReceiveBufferBytes).';

function contestedText({ contested }: Exporter): string {
  const what = [
    ...(contested.templates > 0 ? [`the layout of ${plural(contested.templates, 'template')}`] : []),
    ...(contested.sampling_interval !== undefined ? [`a sampling interval of ${count(contested.sampling_interval)}`] : contested.options ? ['its options'] : []),
  ];
  return `Something from its address contradicts what stood: ${what.join(' and ') || 'its start'}. What stood is used until the other has been confirmed. Either it was configured anew, or somebody forges its address.`;
}

export function seconds(value: number): string {
  const size = Math.abs(value);
  return size < 1 ? `${Math.round(size * 1000)} ms` : size < 120 ? `${size.toFixed(size < 10 ? 1 : 0)} s` : duration(size * 1_000);
}

export function levelOf(troubles: readonly Trouble[]): Level {
  return troubles.some(trouble => trouble.level === 'bad') ? 'bad' : troubles.length > 0 ? 'warn' : 'good';
}

/** Of what it sent in the last hour, what could not be used. */
export function lossOf(exporter: Exporter): number {
  return 1 - Math.min(exporter.completeness_last_minute ?? 1, exporter.completeness_last_hour ?? 1);
}

/** In words how far joins of its flows can be trusted. */
export function trustInWords(joinTrust: string): string {
  if (joinTrust === 'full') return 'Joins of its flows can be trusted: mapper and endpoint flows are put together as they happened.';
  if (joinTrust.startsWith('sampled')) return 'Joins of its flows cannot be trusted: it samples, so that one of the two flows is mostly missing.';
  if (joinTrust.startsWith('incomplete')) return 'Some joins are missed: a part of its flows never came or could not be read.';
  if (joinTrust.startsWith('several')) return 'Joins may mix devices: several seem to be behind this address.';
  return joinTrust;
}

export interface Judged {
  readonly exporter: Exporter;
  readonly id: string;
  readonly troubles: readonly Trouble[];
  readonly level: Level;
  /** Records a second between the two latest answers; null until there are two. */
  readonly rate: number | null;
}

const order: Readonly<Record<Level, number>> = { bad: 0, warn: 1, good: 2 };

/** The worst first. */
export function judged(exporters: readonly Exporter[], rates: ReadonlyMap<string, number>, now: number): Judged[] {
  return exporters.map(exporter => {
    const troubles = troublesOf(exporter, now);
    const id = idOf(exporter);
    return { exporter, id, troubles, level: levelOf(troubles), rate: rates.get(id) ?? null };
  }).sort((one, other) => order[one.level] - order[other.level] || lossOf(other.exporter) - lossOf(one.exporter)
    || other.troubles.length - one.troubles.length || one.id.localeCompare(other.id, 'en', { numeric: true }));
}

/** The answer to "can I trust what I see?", in one line. */
export function summary(all: readonly Judged[]): string {
  const bad = all.filter(one => one.level === 'bad').length;
  const warn = all.filter(one => one.level === 'warn').length;
  if (bad === 0 && warn === 0) return `${plural(all.length, 'exporter')}, all well: what they see can be trusted.`;
  const parts = [...(bad > 0 ? [`${count(bad)} with losses or silent`] : []), ...(warn > 0 ? [`${count(warn)} to be taken with care`] : [])];
  const good = all.length - bad - warn;
  return `${plural(all.length, 'exporter')}: ${parts.join(', ')}${good > 0 ? `, ${count(good)} well` : ''}.`;
}
