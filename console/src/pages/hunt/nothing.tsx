import { useEffect, useState } from 'preact/hooks';
import type { ActivitiesPage } from '../../api/activities';
import { get } from '../../api/client';
import type { PageOf } from '../../api/types';
import { linkTo, setQuery } from '../../router';
import { Button, Empty } from '../../ui/parts';
import { exact } from '../../ui/time';
import { chipsOf, filtersOf, noFilters, type Window, windowOf, windowValues } from './filter';

const wider: readonly [string, string][] = [['7d', 'the last 7 days'], ['30d', 'the last 30 days']];

/** Says what to try when nothing was found: which activity there is nearby, and which filter is in the way. */
export function NoActivity({ query, window }: { query: URLSearchParams; window: Window }) {
  const [hint, setHint] = useState<{ latest: string | null; isFiltered: boolean; numExporters: number } | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const latest = (values: object) => get<ActivitiesPage>('activities', { ...values, limit: 1 }, stop.signal)
      .then(page => page.items[0], () => undefined).then(one => one?.endpoint?.start ?? one?.mapper?.start ?? null);
    void Promise.all([
      latest(filtersOf(query)), latest({}),
      get<PageOf<unknown>>('exporters', { limit: 1 }, stop.signal).then(page => page.items.length, () => 1),
    ]).then(([same, any, numExporters]) => {
      if (!stop.signal.aborted) setHint({ latest: same ?? any, isFiltered: same !== null, numExporters });
    });
    return () => stop.abort();
  }, [query.toString()]);

  const chips = chipsOf(query);
  const length = window.until - window.since;
  const near = (at: string) => setQuery({ ...windowValues({ since: Date.parse(at) - 1_800_000, until: Date.parse(at) + 1_800_000 }), last: null, open: null }, true);
  return (
    <Empty title="No activity here">
      {hint?.numExporters === 0 && <p>No exporter has sent anything yet: <a href={linkTo(['exporters'])}>how to point one at this sensor</a>.</p>}
      {hint?.latest && (
        <p>{hint.isFiltered ? 'What matches these filters was last seen' : 'Nothing ever matched these filters. The latest activity of all was seen'} {exact(hint.latest)}:{' '}
          <button type="button" class="link" onClick={() => near(hint.latest!)}>look at the hour around it</button>.</p>)}
      {hint !== null && hint.latest === null && hint.numExporters > 0 && (
        <p>Exporters send, but no RPC activity was recognized yet. It needs flows to TCP 135 and to dynamic ports; <a href={linkTo(['exporters'])}>see what they send</a>.</p>)}
      <div class="tries">
        {wider.filter(([last]) => windowOf({ last, since: null, until: null }, 1e13).until - windowOf({ last, since: null, until: null }, 1e13).since > length).map(([last, text]) => (
          <Button onClick={() => setQuery({ last, since: null, until: null, open: null }, true)}>Look at {text}</Button>))}
        {chips.map(chip => (
          <Button onClick={() => setQuery({ ...chip.without, open: null }, true)}>Without {chip.of} <bdi>{chip.text}</bdi></Button>))}
        {chips.length > 1 && <Button onClick={() => setQuery({ ...noFilters(), open: null }, true)}>Without any filter</Button>}
      </div>
    </Empty>
  );
}
