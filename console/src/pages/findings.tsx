import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get, send } from '../api/client';
import type { Finding, FindingsPage } from '../api/findings';
import { useLongList } from '../api/pages';
import { may } from '../api/session';
import { linkTo, place, setQuery } from '../router';
import { useKeys } from '../ui/keys';
import { count, plural } from '../ui/numbers';
import { Button, Empty, Failure, Page, Waiting } from '../ui/parts';
import { Table } from '../ui/table';
import { FilterBar } from './findings/bar';
import { useChosen } from './findings/choice';
import { chipsOf, filtersOf, listKey, noFilters, spanOf } from './findings/filter';
import { useNews } from './findings/news';
import { FindingPanel } from './findings/panel';
import { columnsFor, isQuiet, rowOf, titleOf, type FindingRow } from './findings/row';
import { SuppressionDialog } from '../dialogs';
import { notice } from '../ui/notices';
import { SuppressDialog } from './findings/suppress-dialog';
import { VerdictDialog, type Meaning } from './findings/verdict-dialog';
import '../style/data.css';
import '../style/findings.css';

type Asked = { readonly kind: 'verdict' | 'suppress'; readonly of: 'chosen' | 'current' };

export function Findings() {
  const { query } = place.value;
  const key = listKey(query);
  const open = query.get('open');
  const sort = query.get('sort') ?? 'last-seen';

  // "The last hour" is the hour before the list was read, for all of its pages.
  const now = useRef<{ key: string | null; at: number }>({ key: null, at: 0 });
  if (now.current.key !== key) now.current = { key, at: Date.now() };
  const filters = () => filtersOf(query, now.current.at);
  const { list, error, loading, reload } = useLongList<Finding, FindingsPage, FindingRow>(
    key, (cursor, limit, signal) => get<FindingsPage>('findings', { ...filters(), sort: query.get('sort'), cursor, limit }, signal), rowOf);
  const rows = list?.rows ?? [];
  const total = list?.total ?? null;
  const chosen = useChosen(list?.key ?? '', total ?? rows.length);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [turn, setTurn] = useState(0);
  const { more, isLive } = useNews(`${list?.number ?? 0}`, filters, total, finding => list?.change(finding.id, () => rowOf(finding)));
  const show = useCallback(() => { now.current = { key: null, at: 0 }; setQuery({ open: null }); reload(); }, []);

  const place_ = open === null ? -1 : list?.indexOf(open) ?? -1;
  const current = rows[place_];
  const goTo = (index: number) => {
    list?.need(index + 40);
    const row = rows[index];
    if (row) setQuery({ open: row.id });
  };
  const toggle = (row: FindingRow, index: number, withFormer: boolean) => chosen.toggle(row.id, index, rows, withFormer);
  const canJudge = may('analyst');
  const ask = (kind: Asked['kind']) => {
    if (!canJudge) return;
    if (chosen.number > 0 && kind === 'suppress' && chosen.chosen.isAll && list !== null && !list.isWhole) {
      // Which rules they need is known once all of them are.
      notice('Reading all that match …');
      list.whole(() => undefined, new AbortController().signal).then(() => setAsked({ kind, of: 'chosen' }), () => undefined);
    } else if (chosen.number > 0) setAsked({ kind, of: 'chosen' });
    else if (current) setAsked({ kind, of: 'current' });
  };
  useKeys({
    j: () => goTo(Math.min(place_ + 1, Math.max(0, rows.length - 1))),
    k: () => goTo(Math.max(place_ - 1, 0)),
    x: () => { if (current) toggle(current, place_, false); },
    X: () => { if (current) toggle(current, place_, true); },
    '* a': chosen.toggleAll,
    v: () => ask('verdict'),
    s: () => ask('suppress'),
    '.': show,
    r: show,
    Enter: () => { if (current) document.querySelector<HTMLElement>('.panel')?.focus(); else goTo(0); },
    '/': () => document.getElementById('filter')?.focus(),
    Escape: () => { if (open !== null) setQuery({ open: null }); else chosen.clear(); },
  });
  useEffect(() => { setFailure(null); }, [key]);

  const change = (ids: readonly string[], meaning: Meaning | undefined) => {
    for (const id of ids) list?.change(id, row => ({ ...row, verdict: meaning }));
  };
  const withdraw = async (id: string) => {
    try {
      await send('DELETE', `findings/${id}/verdict`);
      change([id], undefined);
      setTurn(before => before + 1);
    } catch (problem) {
      setFailure(problem instanceof ApiError ? problem : new ApiError(0, String(problem)));
    }
  };
  const idsOf = async (progress: (read: number) => void, signal: AbortSignal): Promise<readonly string[]> => {
    if (asked?.of === 'current') return current ? [current.id] : [];
    if (!chosen.chosen.isAll) return [...chosen.chosen.ids];
    const all = await list!.whole(progress, signal);
    return all.filter(row => chosen.has(row.id)).map(row => row.id);
  };
  const askedRows = asked?.of === 'current' ? (current ? [current] : []) : rows.filter(row => chosen.has(row.id));
  const numAsked = asked?.of === 'current' ? 1 : chosen.number;

  return (
    <Page title="Findings" sub="Each thing that was noticed. Incidents put them together." tools={<Liveness isLive={isLive} />}>
      <FilterBar query={query} />
      <Under query={query} list={list} total={total} chosen={chosen.number} more={more} loading={loading}
        canJudge={canJudge} ask={ask} clear={chosen.clear} show={show} />
      <p class="unseen" role="status" aria-live="polite">
        {more > 0 ? ` ${plural(more, 'new finding')}. ` : ''}{current ? `${count(place_ + 1)} of ${count(total ?? rows.length)}: ${titleOf(current)}` : ''}
      </p>
      {failure && <Failure error={failure} />}
      {error ? <Failure error={error} retry={reload} /> : list === null ? <Waiting what="Reading the findings" />
        : rows.length === 0 && list.isWhole && open === null ? <Nothing query={query} hidden={list.first?.hidden?.findings ?? 0} />
          : (
            <div class="split" aria-busy={list.key !== key}>
              <Table label="Findings" columns={columnsFor(open !== null)} rows={rows} rowKey={row => row.id} rowHeight={40} total={total ?? rows.length}
                rowClass={row => isQuiet(row) ? 'quiet' : ''} sort={sort}
                onSort={by => setQuery({ sort: by === 'last-seen' ? null : by, open: null }, true)}
                current={open} onCurrent={id => setQuery({ open: id })} onNeed={upTo => list.need(upTo + 200)}
                choice={{
                  all: chosen.state, has: row => chosen.has(row.id), nameOf: row => `Select ${titleOf(row)}`, toggle, toggleAll: chosen.toggleAll,
                }} />
              {open !== null && <FindingPanel id={open} row={current} turn={turn} onClose={() => setQuery({ open: null })}
                onVerdict={() => setAsked({ kind: 'verdict', of: 'current' })} onSuppress={() => setAsked({ kind: 'suppress', of: 'current' })}
                onWithdraw={() => void withdraw(open)} />}
            </div>)}
      {asked?.kind === 'verdict' && (
        <VerdictDialog number={numAsked} title={numAsked === 1 ? 'Verdict on the finding' : `Verdict on ${count(numAsked)} findings`} ids={idsOf}
          onGiven={(ids, meaning) => { change(ids, meaning); setTurn(before => before + 1); }}
          onClose={() => { setAsked(null); if (asked.of === 'chosen') chosen.clear(); }} />)}
      {asked?.kind === 'suppress' && askedRows.length === 1 && (
        <SuppressionDialog finding={askedRows[0]!} onClose={() => setAsked(null)}
          onDone={() => { setAsked(null); chosen.clear(); notice('Suppressed.'); show(); }} />)}
      {asked?.kind === 'suppress' && askedRows.length !== 1 && (
        <SuppressDialog rows={askedRows} onClose={() => setAsked(null)}
          onDone={() => { setAsked(null); chosen.clear(); notice('Suppressed.'); show(); }} />)}
    </Page>
  );
}

function Liveness({ isLive }: { isLive: boolean | null }) {
  return (
    <span class={`live-state${isLive === null ? '' : isLive ? ' on' : ' off'}`} role="status">
      {isLive !== null && <><span class="dot" aria-hidden="true" />{isLive ? 'Live' : 'Connection lost, trying again'}</>}</span>
  );
}

/** The line under the filters, as high whatever it says: how many there are, what is chosen, which filters are set. */
function Under(props: {
  query: URLSearchParams; list: ReturnType<typeof useLongList<Finding, FindingsPage, FindingRow>>['list']; total: number | null;
  chosen: number; more: number; loading: boolean; canJudge: boolean;
  ask: (kind: Asked['kind']) => void; clear: () => void; show: () => void;
}) {
  const { query, list, total, chosen } = props;
  if (chosen > 0) {
    return (
      <div class="under-bar">
        <strong>{count(chosen)}</strong> selected
        {props.canJudge && <><Button tone="main" onClick={() => props.ask('verdict')}>Verdict…</Button>
          <Button onClick={() => props.ask('suppress')}>Suppress…</Button></>}
        <Button tone="quiet" onClick={props.clear}>Clear selection</Button>
      </div>
    );
  }
  const hidden = list?.first?.hidden;
  const chips = chipsOf(query);
  return (
    <div class="under-bar">
      <span>{list === null ? '' : total === null ? <><strong>{count(list.rows.length)}</strong> so far</>
        : <><strong>{count(total)}</strong> {total === 1 ? 'finding' : 'findings'}</>}
        {list !== null && !list.isWhole && props.loading && list.rows.length > 100 ? `, ${count(list.rows.length)} read` : ''}</span>
      {hidden !== undefined && hidden.findings > 0 && <span>· {count(hidden.findings)} hidden ({hiddenText(hidden.benign, hidden.findings)}) {' '}
        <button type="button" class="link" onClick={() => setQuery({ suppressed: true }, true)}>Show</button></span>}
      {chips.map(chip => (
        <span class="filter-chip"><span class="of">{chip.of}</span><bdi title={chip.text}>{chip.text}</bdi>
          <button type="button" aria-label={`Without ${chip.of} ${chip.text}`} onClick={() => setQuery({ ...chip.without, open: null }, true)}>×</button></span>))}
      {(chips.length > 1 || (chips.length > 0 && spanOf(query).last !== null)) && (
        <button type="button" class="link" onClick={() => setQuery({ ...noFilters(), open: null }, true)}>Clear all</button>)}
      <span class="right">{props.more > 0 && <Button class="news" title="Full stop" onClick={props.show}>{plural(props.more, 'new finding')}, show</Button>}</span>
    </div>
  );
}

function hiddenText(benign: number, all: number): string {
  if (benign === 0) return 'suppressed';
  return benign >= all ? 'called benign' : `${count(benign)} called benign`;
}

function Nothing({ query, hidden }: { query: URLSearchParams; hidden: number }) {
  const hasFilters = chipsOf(query).length > 0 || query.has('since') || query.has('until') || query.has('last');
  if (!hasFilters) {
    return (
      <Empty title={hidden > 0 ? 'Nothing but what is hidden' : 'No findings yet'}>
        {hidden > 0 && <p><button type="button" class="link" onClick={() => setQuery({ suppressed: true }, true)}>Show the {count(hidden)} hidden</button></p>}
        <p>A finding appears here within seconds of the flows behind it. In the first days little is known of the network, and the sensor says so
          by a low confidence; <a href={linkTo(['learning'])}>how far it has learned</a>.</p>
        <p>If nothing comes at all, see whether <a href={linkTo(['exporters'])}>the exporters</a> send.</p>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing matches">
      <p>Take a filter away, or widen the time.</p>
      {hidden > 0 && <p>{plural(hidden, 'finding')} would match but {hidden === 1 ? 'is' : 'are'} hidden: {' '}
        <button type="button" class="link" onClick={() => setQuery({ suppressed: true }, true)}>show {hidden === 1 ? 'it' : 'them'}</button>.</p>}
      <p><Button onClick={() => setQuery({ ...noFilters(), open: null }, true)}>Clear all filters</Button></p>
    </Empty>
  );
}
