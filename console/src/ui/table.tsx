import { Component, type ComponentChildren, type RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly width?: string;
  readonly numeric?: boolean;
  /** By which name the API sorts by it. */
  readonly sort?: string;
  /** True where the API's order by it is from small to large. */
  readonly ascending?: boolean;
  readonly show: (row: T) => ComponentChildren;
}

/** Which rows are chosen. With Shift a click on a box chooses all from the one before. */
export interface Choice<T> {
  readonly all: 'none' | 'some' | 'all';
  readonly has: (row: T) => boolean;
  readonly nameOf: (row: T) => string;
  readonly toggle: (row: T, index: number, withShift: boolean) => void;
  readonly toggleAll: () => void;
}

interface TableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly rowClass?: (row: T) => string;
  readonly rowHeight?: number;
  /** How many there are; with `onNeed`, those after `rows` have their place already and are asked for when they come into sight. */
  readonly total?: number;
  readonly sort?: string | null;
  readonly onSort?: (sort: string) => void;
  readonly onOpen?: (row: T) => void;
  readonly current?: string | null;
  readonly onCurrent?: (key: string) => void;
  readonly choice?: Choice<T>;
  /** Called when the end comes near: more rows may be asked for. */
  readonly onEnd?: () => void;
  /** Called with the number of rows, from the first on, that are in sight or nearly so. */
  readonly onNeed?: (upTo: number) => void;
}

const BEYOND = 10;
const STEP = 8;
const HEAD = 34;

/** A table of which only the rows in sight are in the page: tens of thousands scroll. Rows are as high as each other. */
export function Table<T>(props: TableProps<T>) {
  const height = props.rowHeight ?? 34;
  const total = props.onNeed ? Math.max(props.total ?? 0, props.rows.length) : props.rows.length;
  const view = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: 60 });
  const measure = () => {
    const box = view.current;
    if (!box) return;

    // By steps, so that not every row that passes makes the page anew.
    const from = Math.max(0, (Math.floor(box.scrollTop / height / STEP) * STEP) - BEYOND);
    const to = (Math.ceil((box.scrollTop + box.clientHeight) / height / STEP) * STEP) + BEYOND;
    setRange(before => before.from === from && before.to === to ? before : { from, to });
    props.onNeed?.(Math.min(to, total));
    if (props.onEnd && to >= props.rows.length - BEYOND) props.onEnd();
  };
  const measured = useRef(measure);
  measured.current = measure;
  useEffect(measure, [props.rows.length, total]);
  useEffect(() => {
    const observer = new ResizeObserver(() => measured.current());
    if (view.current) observer.observe(view.current);
    return () => observer.disconnect();
  }, []);

  const index = useIndex(props.rows, props.rowKey, props.current);
  useEffect(() => {
    const box = view.current;
    if (!box || index < 0) return;
    const top = index * height;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + height + HEAD > box.scrollTop + box.clientHeight) box.scrollTop = top + height + HEAD - box.clientHeight;
  }, [index]);

  const { choice } = props;
  const latest = useRef(props);
  latest.current = props;
  const turn = useTurn();
  const template = (choice ? '2.3rem ' : '') + props.columns.map(column => column.width ?? 'minmax(6rem, 1fr)').join(' ');
  const rows = props.rows.slice(range.from, range.to);
  const numWaiting = Math.max(0, Math.min(range.to, total) - Math.max(range.from, props.rows.length));
  return (
    <div class="table" role="table" aria-label={props.label} aria-rowcount={(props.total ?? props.rows.length) + 1} ref={view}
      onScroll={measure} tabIndex={0}>
      <div class="row head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        {choice && (
          <div role="columnheader" class="cell box">
            <input type="checkbox" aria-label="Select all" checked={choice.all === 'all'} onClick={choice.toggleAll}
              ref={box => { if (box) box.indeterminate = choice.all === 'some'; }} />
          </div>)}
        {props.columns.map(column => <Heading column={column} sort={props.sort} onSort={props.onSort} />)}
      </div>
      <div class="rows" role="rowgroup" style={{ height: `${total * height}px` }}>
        {rows.map((row, i) => {
          const key = props.rowKey(row);
          return (
            <RowView key={key} of={row} id={key} index={range.from + i} height={height} template={template} columns={props.columns} turn={turn}
              isCurrent={key === props.current} isChosen={choice?.has(row) ?? false} tone={props.rowClass?.(row) ?? ''} table={latest} />);
        })}
        {Array.from({ length: numWaiting }, (_, i) => {
          const place = Math.max(range.from, props.rows.length) + i;
          return <div key={`waits ${place}`} class="row waits" aria-hidden="true" style={{ top: `${place * height}px`, height: `${height}px` }} />;
        })}
      </div>
    </div>
  );
}

interface RowProps<T> {
  readonly of: T;
  readonly id: string;
  readonly index: number;
  readonly height: number;
  readonly template: string;
  readonly columns: readonly Column<T>[];
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly tone: string;
  readonly turn: number;
  readonly table: RefObject<TableProps<T>>;
}

/** A row, made again only when something of it has changed: while one scrolls, those that stay in sight cost nothing. */
class RowView<T> extends Component<RowProps<T>> {
  override shouldComponentUpdate(next: RowProps<T>): boolean {
    return (Object.keys(next) as (keyof RowProps<T>)[]).some(name => next[name] !== this.props[name]);
  }

  override render({ of: row, id, index, height, template, columns, isCurrent, isChosen, tone, table }: RowProps<T>) {
    const choice = table.current?.choice;
    return (
      <div role="row" aria-rowindex={index + 2} aria-current={isCurrent ? 'true' : undefined}
        class={`row${isCurrent ? ' current' : ''}${isChosen ? ' chosen' : ''} ${tone}`}
        style={{ gridTemplateColumns: template, top: `${index * height}px`, height: `${height}px` }}
        onClick={event => {
          const props = table.current;
          if (!props || (event.target instanceof Element && event.target.closest('.cell.box'))) return;
          props.onCurrent?.(id);
          if (props.onOpen && !(event.target instanceof Element && event.target.closest('a, button, input, label'))) props.onOpen(row);
        }}>
        {choice && (
          <div role="cell" class="cell box">
            <input type="checkbox" aria-label={choice.nameOf(row)} checked={isChosen}
              onClick={event => table.current?.choice?.toggle(row, index, event.shiftKey)} />
          </div>)}
        {columns.map(column => <div role="cell" class={column.numeric ? 'cell number' : 'cell'}>{column.show(row)}</div>)}
      </div>
    );
  }
}

/** Changes now and then, so that "5 min ago" stays true. */
function useTurn(): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn(before => before + 1), 20_000);
    return () => clearInterval(timer);
  }, []);
  return turn;
}

function Heading<T>({ column, sort, onSort }: { column: Column<T>; sort: string | null | undefined; onSort: ((sort: string) => void) | undefined }) {
  const isSorted = column.sort !== undefined && column.sort === sort;
  return (
    <div role="columnheader" class={column.numeric ? 'cell number' : 'cell'}
      aria-sort={isSorted ? (column.ascending ? 'ascending' : 'descending') : undefined}>
      {column.sort !== undefined && onSort
        ? <button type="button" class="sort" onClick={() => onSort(column.sort!)}>{column.title}
          {isSorted && <span aria-hidden="true" class="sort-mark">{column.ascending ? '▴' : '▾'}</span>}</button>
        : column.title}
    </div>
  );
}

/** Where the row with a key stands: nearly always where it stood. -1 when it is not among them. */
function useIndex<T>(rows: readonly T[], rowKey: (row: T) => string, key: string | null | undefined): number {
  const last = useRef(-1);
  if (key == null) last.current = -1;
  else {
    const there = rows[last.current];
    if (there === undefined || rowKey(there) !== key) last.current = rows.findIndex(row => rowKey(row) === key);
  }
  return last.current;
}
