import { useRef } from 'preact/hooks';
import { get } from '../../api/client';
import { useData } from '../../api/data';
import type { Exporter, ExportersPage, OtherSender } from '../../api/exporters';

/** One exporter may be heard by two sensors. */
export function idOf(exporter: Exporter): string {
  return exporter.sensor === undefined ? exporter.address : `${exporter.address}@${exporter.sensor}`;
}

const EVERY = 5_000;
const PAGE = 10_000;

interface Watched {
  readonly items: readonly Exporter[];
  readonly notRead: readonly OtherSender[];
  readonly at: number;
  readonly rates: ReadonlyMap<string, number>;
}

/** All exporters, again every few seconds: how many records a second came is the difference between two answers. */
export function useExporters() {
  const before = useRef<{ at: number; records: ReadonlyMap<string, number> } | null>(null);
  const rates = useRef<ReadonlyMap<string, number>>(new Map());
  return useData<Watched>('exporters', async signal => {
    const items: Exporter[] = [];
    let notRead: readonly OtherSender[] = [];
    for (let cursor: string | undefined; ;) {
      const page: ExportersPage = await get<ExportersPage>('exporters', { limit: PAGE, cursor }, signal);
      items.push(...page.items);
      notRead = page.not_read ?? notRead;
      if (page.next === undefined) break;
      cursor = page.next;
    }
    const at = performance.now();
    const records = new Map(items.map(exporter => [idOf(exporter), exporter.data_records]));
    const former = before.current;
    if (former !== null && at - former.at > 500) {
      rates.current = new Map([...records].flatMap(([id, number]) => {
        const known = former.records.get(id);
        return known === undefined ? [] : [[id, Math.max(0, number - known) / ((at - former.at) / 1_000)] as const];
      }));
    }
    before.current = { at, records };
    return { items, notRead, at: Date.now(), rates: rates.current };
  }, EVERY);
}
