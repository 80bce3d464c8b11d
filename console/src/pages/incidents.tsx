import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../api/client';
import { useLongList } from '../api/pages';
import { isAnalyst } from '../api/session';
import type { IncidentLine, PageOf } from '../api/types';
import { setState, take, tellVerdict } from '../deeds';
import { NoteDialog, VerdictDialog } from '../dialogs';
import { go, linkTo, place, setQuery } from '../router';
import { useKeys } from '../ui/keys';
import { count, plural } from '../ui/numbers';
import { Button, Empty, Failure, Page, Waiting } from '../ui/parts';
import { Table } from '../ui/table';
import { FilterBar } from './incidents/bar';
import { askedPath, askedValues, belongs, chipsOf, hasFilters, listKey, noFilters } from './incidents/filter';
import { FirstStart } from './incidents/first-start';
import { Live, useIncidentNews } from './incidents/live';
import { neighbour, order } from './incidents/order';
import { columns, linkId, ROW_HEIGHT } from './incidents/row';

const MOST = 500;

// What comes together is shown together.
const TOGETHER = 600;

export function Incidents() {
  const { query } = place.value;
  const key = listKey(query);
  const asked = useRef(query);
  asked.current = query;

  // "The last hour" is the hour before the list was read, for all of its pages.
  const began = useRef({ key: '', at: 0 });
  const { list, error, reload } = useLongList<IncidentLine, PageOf<IncidentLine>, IncidentLine>(key, (cursor, limit, signal) => {
    if (cursor === null || began.current.key !== key) began.current = { key, at: Date.now() };
    return get<PageOf<IncidentLine>>(
      askedPath(query), { ...askedValues(query, began.current.at), limit: Math.min(limit, MOST), cursor }, signal);
  }, item => item);
  const [current, setCurrent] = useState<string | null>(order.current);
  const [dialog, setDialog] = useState<{ kind: 'verdict' | 'note'; of: IncidentLine } | null>(null);
  const [changed, setChanged] = useState(0);
  const rows = list?.rows ?? [];
  const wanted = useRef(false);

  const news = useIncidentNews(
    list === null ? null : list.rows.length,
    id => (list?.indexOf(id) ?? -1) >= 0,
    line => belongs(asked.current, line),
    line => {
      list?.change(line.id, () => line);
      if (!belongs(asked.current, line)) setChanged(before => before + 1);
    },
    async () => (await get<PageOf<IncidentLine>>(askedPath(asked.current), askedValues(asked.current, Date.now()))).items);
  const refresh = () => {
    news.forget();
    setChanged(0);
    reload();
  };

  // Where there is nothing that could move, what is new is shown at once; so it is while nobody looks.
  useEffect(() => {
    if (news.waiting === 0 || !(rows.length === 0 || document.hidden)) return;
    const timer = setTimeout(refresh, TOGETHER);
    return () => clearTimeout(timer);
  }, [news.waiting, rows.length === 0]);
  useEffect(() => {
    order.ids = rows.map(row => row.id);
    order.query = location.hash;
  }, [rows.length, list?.key, list]);
  useEffect(() => {
    order.current = current;
    if (!wanted.current || current === null) return;
    wanted.current = false;

    // The row comes into the page first where it was out of sight.
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(linkId(current))?.focus({ preventScroll: true })));
  }, [current]);

  const row = rows.find(one => one.id === current) ?? null;
  const move = (step: 1 | -1) => {
    wanted.current = true;
    setCurrent(neighbour(current, step));
  };
  const withRow = (deed: (of: IncidentLine) => void) => () => { if (row !== null) deed(row); };
  const keys: Record<string, (event: KeyboardEvent) => void> = {
    j: () => move(1), k: () => move(-1), Enter: withRow(of => go(['incidents', of.id])), '.': refresh,
    '/': () => document.getElementById('filter')?.focus(),
  };
  if (isAnalyst.value) {
    keys['a'] = withRow(of => void setState(of, of.state === 'acknowledged' ? 'open' : 'acknowledged'));
    keys['m'] = withRow(of => void take(of));
    keys['n'] = withRow(of => setDialog({ kind: 'note', of }));
    keys['v'] = withRow(of => setDialog({ kind: 'verdict', of }));
  }
  useKeys(keys);

  const hidden = list?.first?.hidden ?? 0;
  const isEmpty = list !== null && rows.length === 0 && error === null;
  return (
    <Page title="Incidents" tools={<Live isLive={news.isLive} />}>
      <FilterBar query={query} />
      <div class="under-bar">
        {list === null ? <span /> : (
          <span><strong>{count(list.total ?? rows.length)}</strong> {list.total === 1 ? 'incident' : 'incidents'}
            {rows.length > 0 && (query.get('sort') === 'last-seen' ? ', the latest first' : ', the worst first')}</span>)}
        {hidden > 0 && (
          <span class="dim">· {count(hidden)} hidden{' '}
            <button type="button" class="link" onClick={() => setQuery({ hidden: '1' }, true)}>show {hidden === 1 ? 'it' : 'them'}</button></span>)}
        {chipsOf(query).map(chip => (
          <span class="filter-chip" key={chip.of + chip.text}><span class="of">{chip.of}</span><bdi>{chip.text}</bdi>
            <button type="button" aria-label={`Without ${chip.of} ${chip.text}`} onClick={() => setQuery(chip.without, true)}>×</button></span>))}
        {hasFilters(query) && <button type="button" class="link" onClick={() => setQuery(noFilters, true)}>Clear</button>}
        <span class="right" role="status" aria-live="polite">
          {(news.waiting > 0 || changed > 0) && (
            <Button class="news" onClick={refresh} title="Key: .">
              {[news.waiting > 0 ? `${count(news.waiting)} new` : '', changed > 0 ? 'some changed' : ''].filter(text => text !== '').join(', ')}: show</Button>)}
        </span>
      </div>
      {error && <Failure error={error} retry={reload} />}
      {list === null ? (error === null && <Waiting what="Reading incidents" />)
        : isEmpty ? <Nothing query={query} hidden={hidden} />
        : (
          <Table label="Incidents" rows={rows} columns={columns} rowKey={one => one.id} rowHeight={ROW_HEIGHT} total={list.total ?? rows.length}
            sort={query.get('sort') ?? 'severity'} onSort={sort => setQuery({ sort: sort === 'severity' ? null : sort })}
            rowClass={one => belongs(query, one) ? '' : 'quiet'} current={current} onCurrent={setCurrent}
            onOpen={one => go(['incidents', one.id])} onNeed={upTo => list.need(upTo)} />)}
      {dialog?.kind === 'verdict' && (
        <VerdictDialog incident={dialog.of} onClose={() => setDialog(null)} onDone={answer => {
          setDialog(null);
          tellVerdict(answer, refresh);
          refresh();
        }} />)}
      {dialog?.kind === 'note' && <NoteDialog incident={dialog.of} onClose={() => setDialog(null)} onDone={() => setDialog(null)} />}
    </Page>
  );
}

/** No incident in the list: because nothing has come yet, because nothing is open, or because of the filters. */
function Nothing(props: { query: URLSearchParams; hidden: number }) {
  const [ever, setEver] = useState<number | null>(null);
  const isFiltered = hasFilters(props.query);
  useEffect(() => {
    if (isFiltered) return;
    const stop = new AbortController();
    get<PageOf<IncidentLine>>(
      'incidents', { state: ['open', 'acknowledged', 'closed', 'withdrawn'], suppressed: 'true', limit: 1 }, stop.signal)
      .then(page => setEver(page.total ?? page.items.length), () => undefined);
    return () => stop.abort();
  }, [isFiltered]);
  if (isFiltered) {
    return (
      <Empty title="No incident is like that">
        <p>The filters leave nothing. <button type="button" class="link" onClick={() => setQuery(noFilters, true)}>Without them</button>
          {props.hidden > 0 && <>, or <button type="button" class="link" onClick={() => setQuery({ hidden: '1' }, true)}>
            with {plural(props.hidden, 'hidden one')}</button></>}.</p>
      </Empty>
    );
  }

  if (ever === null) return <Waiting what="Reading incidents" />;
  if (ever === 0) return <FirstStart />;
  return (
    <Empty title="Nothing is open">
      <p>Every incident is closed or hidden. What comes next appears here by itself.</p>
      <p><a href={linkTo(['incidents'], { state: 'closed' })}>Closed incidents</a>
        {props.hidden > 0 && <> · <a href={linkTo(['incidents'], { hidden: '1' })}>{plural(props.hidden, 'hidden incident')}</a></>}
        {' · '}<a href={linkTo(['incidents'], { state: 'all', hidden: '1' })}>all of them</a></p>
    </Empty>
  );
}
