import { useRef } from 'preact/hooks';
import { type ActivitiesPage, type Activity, bases, type Histogram } from '../api/activities';
import { get } from '../api/client';
import { useData } from '../api/data';
import { useLongList } from '../api/pages';
import { place, setQuery, type QueryValues } from '../router';
import { FilterBox } from '../ui/filter-box';
import { HostCell } from '../ui/host-cell';
import { useKeys } from '../ui/keys';
import { count, share } from '../ui/numbers';
import { Button, Failure, Page, Tag, Waiting } from '../ui/parts';
import { Popover } from '../ui/popover';
import { SpanPicker } from '../ui/span';
import { type Column, Table } from '../ui/table';
import { precise } from '../ui/time';
import { basisWords, byDefault, chipsOf, filtersOf, listKey, noFilters, spanOf, suggestFilters, suggestHost, windowOf, windowValues, type Window } from './hunt/filter';
import { HistogramView } from './hunt/histogram';
import { NoActivity } from './hunt/nothing';
import { ActivityPanel } from './hunt/panel';
import '../style/data.css';
import '../style/hunt.css';

const BUCKETS = 120;

export function Hunt() {
  const { query } = place.value;
  const key = listKey(query);
  const open = query.get('open');
  const span = spanOf(query);

  // What "the last hour" is does not change while one reads.
  const turn = useRef<{ key: string | null; at: number }>({ key: null, at: 0 });
  if (turn.current.key !== key) turn.current = { key, at: Date.now() };
  const window = windowOf(span, turn.current.at);
  const asked: QueryValues = { ...filtersOf(query), ...windowValues(window) };
  const histogram = useData(`hunt ${key}`, signal => get<Histogram>('activities/histogram', { ...asked, buckets: BUCKETS }, signal));
  const { list, error, loading, reload } = useLongList<Activity, ActivitiesPage, Activity>(
    key, (cursor, limit, signal) => get<ActivitiesPage>('activities', { ...asked, cursor, limit }, signal), activity => activity);
  const rows = list?.rows ?? [];
  const index = open === null ? -1 : list?.indexOf(open) ?? -1;
  const current = rows[index];

  const look = (next: Window) => setQuery({ ...windowValues(next), last: null, open: null }, true);
  const zoomOut = () => {
    const [middle, half] = [(window.since + window.until) / 2, (window.until - window.since) * 1.5];
    const until = Math.min(middle + half, Math.max(Date.now(), window.until));
    look({ since: Math.round(until - 2 * half), until: Math.round(until) });
  };
  const goTo = (to: number) => {
    list?.need(to + 40);
    const row = rows[to];
    if (row) setQuery({ open: row.id });
  };
  const again = () => { turn.current = { key: null, at: 0 }; histogram.reload(); reload(); };
  useKeys({
    'j': () => goTo(Math.min(index + 1, Math.max(0, rows.length - 1))),
    'k': () => goTo(Math.max(index - 1, 0)),
    '/': () => document.getElementById('filter')?.focus(),
    '-': zoomOut,
    'r': again,
    '.': again,
    'Enter': () => { if (current) document.querySelector<HTMLElement>('.panel')?.focus(); else goTo(0); },
    'Escape': () => setQuery({ open: null }),
  });
  const set = (values: QueryValues) => setQuery({ ...values, open: null }, true);
  const chosen = query.getAll('basis');
  const isEmpty = list !== null && rows.length === 0 && list.isWhole && list.key === key;

  return (
    <Page title="Hunt" sub="Every RPC activity that was put together from flows, whether anything was found in it or not.">
      <div class="bar" role="search" aria-label="Activity">
        <FilterBox placeholder="an address, prefix, host, port, interface, Community ID …  ( / )"
          nothing="Try an address, a prefix such as 10.1, a host's name, a port, a basis, an interface or a Community ID."
          suggest={text => suggestFilters(text, query)} ofHost={suggestHost} onPick={set} />
        <SpanPicker span={span} byDefault="Last 24 hours" offersAll={false}
          onPick={next => set({ ...next, last: next.last === byDefault ? null : next.last })} />
        <Popover label={chosen.length === 0 ? 'Basis' : `Basis (${chosen.length})`} isOn={chosen.length > 0}>
          {() => (
            <fieldset class="checks basis"><legend class="unseen">Basis</legend>
              {bases.map(basis => (
                <label><input type="checkbox" checked={chosen.includes(basis)}
                  onChange={() => set({ basis: chosen.includes(basis) ? chosen.filter(one => one !== basis) : [...chosen, basis] })} />
                  <span><span class={`key ${basis}`}>{basis}</span><span class="hint">{basisWords[basis]}</span></span></label>))}
            </fieldset>)}
        </Popover>
        <span class="zoom">
          <Button onClick={zoomOut} title="Three times the time ( - )">Zoom out</Button>
          <Button onClick={() => history.back()} title="To the window before">Back</Button>
          <Button onClick={again} title="Up to now ( r )">Refresh</Button>
        </span>
      </div>
      <div class="under-bar">
        <span>{list === null ? '' : total(list.first, rows.length, list.isWhole)}</span>
        {chipsOf(query).map(chip => (
          <span class="filter-chip"><span class="of">{chip.of}</span><bdi title={chip.text}>{chip.text}</bdi>
            <button type="button" aria-label={`Without ${chip.of} ${chip.text}`} onClick={() => set(chip.without)}>×</button></span>))}
        {chipsOf(query).length > 1 && <button type="button" class="link" onClick={() => set(noFilters())}>Clear all</button>}
        {loading && rows.length > 100 && <span class="faint">reading on …</span>}
      </div>
      <div class="histogram-place">
        {histogram.data ? <HistogramView data={histogram.data} onWindow={(since, until) => look({ since, until })} onOut={zoomOut} />
          : histogram.error && !error ? <Failure error={histogram.error} retry={histogram.reload} /> : null}
      </div>
      {error ? <Failure error={error} retry={reload} /> : list === null ? <Waiting what="Reading the activity" />
        : isEmpty ? <NoActivity query={query} window={window} />
          : (
            <div class="split" aria-busy={list.key !== key}>
              <Table label="Activity" columns={columnsFor(current !== undefined)} rows={rows} rowKey={row => row.id} rowHeight={40} total={list.total ?? rows.length}
                current={open} onCurrent={id => setQuery({ open: id })} onNeed={upTo => list.need(upTo + 200)}
                onEnd={() => { if (!list.isWhole) list.need(rows.length + 200); }} />
              {current && <ActivityPanel activity={current} onClose={() => setQuery({ open: null })} />}
            </div>)}
    </Page>
  );
}

function total(first: ActivitiesPage | null, read: number, isWhole: boolean) {
  if (isWhole) return <><strong>{count(read)}</strong> {read === 1 ? 'activity' : 'activities'}</>;
  const least = first?.total_at_least;
  if (least !== undefined) return <>at least <strong>{count(Math.max(least, read))}</strong> activities</>;
  return first?.total === undefined ? <><strong>{count(read)}</strong> activities so far</> : <><strong>{count(first.total)}</strong> activities</>;
}

function startOf(activity: Activity): string {
  return activity.mapper?.start ?? activity.endpoint?.start ?? activity.recorded_at;
}

function columnsFor(hasPanel: boolean): Column<Activity>[] {
  const columns: (Column<Activity> | null)[] = [
    { key: 'start', title: 'Start (UTC)', width: '14.4rem', show: row => <time class="mono" dateTime={startOf(row)}>{precise(startOf(row))}</time> },
    { key: 'basis', title: 'Basis', width: '9.9rem', show: row => <span class={`key ${row.basis}`}>{row.basis}</span> },
    { key: 'client', title: 'Client', width: 'minmax(8rem, 1fr)', show: row => <HostCell address={row.client} name={row.client_name} /> },
    { key: 'server', title: 'Server', width: 'minmax(8rem, 1fr)', show: row => <HostCell address={row.server} name={row.server_name} /> },
    { key: 'port', title: 'Port', width: '4.6rem', numeric: true, show: row => row.endpoint?.server_port ?? <span class="faint">–</span> },
    hasPanel ? null : { key: 'interfaces', title: 'Interface', width: '7rem', show: row => row.interfaces?.join(', ') ?? <span class="faint">–</span> },
    hasPanel ? null : { key: 'gap', title: 'Gap', width: '6.4rem', numeric: true, show: row => row.mapper && row.endpoint
      ? `${count(Date.parse(row.endpoint.start) - Date.parse(row.mapper.start))} ms` : <span class="faint">–</span> },
    hasPanel ? null : { key: 'complete', title: 'Usable', width: '5.4rem', numeric: true, show: row => row.completeness === undefined
      ? <span class="faint">–</span> : <span class={row.completeness < 1 ? 'less' : ''}>{share(row.completeness)}</span> },
    hasPanel ? null : { key: 'exporters', title: 'Exporters', width: 'minmax(6rem, 0.7fr)', show: row => <span class="mono dim">{row.exporters.join(', ')}</span> },
    { key: 'marks', title: 'Notes', width: '7rem', show: row => <>
      {row.refused && <Tag tone="warn">refused</Tag>}{row.sampled && <Tag tone="warn">sampled</Tag>}{row.translated && <Tag>NAT</Tag>}</> },
  ];
  return columns.filter(column => column !== null);
}
