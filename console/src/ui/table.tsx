import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly width?: string;
  readonly numeric?: boolean;
  readonly sort?: string;
  readonly show: (row: T) => ComponentChildren;
}

interface TableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly rowHeight?: number;
  readonly total?: number;
  readonly sort?: string | null;
  readonly onSort?: (sort: string) => void;
  readonly onOpen?: (row: T) => void;
  readonly current?: string | null;
  readonly onCurrent?: (key: string) => void;
  /** Called when the end comes near: more rows may be asked for. */
  readonly onEnd?: () => void;
}

const BEYOND = 12;

/** A table of which only the rows in sight are in the page: tens of thousands scroll. Rows are as high as each other. */
export function Table<T>(props: TableProps<T>) {
  const height = props.rowHeight ?? 34;
  const view = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: 60 });
  const measure = () => {
    const box = view.current;
    if (!box) return;
    const from = Math.max(0, Math.floor(box.scrollTop / height) - BEYOND);
    const to = Math.ceil((box.scrollTop + box.clientHeight) / height) + BEYOND;
    setRange(before => before.from === from && before.to === to ? before : { from, to });
    if (props.onEnd && to >= props.rows.length - BEYOND) props.onEnd();
  };
  useEffect(measure, [props.rows.length]);
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (view.current) observer.observe(view.current);
    return () => observer.disconnect();
  });
  const index = props.current == null ? -1 : props.rows.findIndex(row => props.rowKey(row) === props.current);
  useEffect(() => {
    const box = view.current;
    if (!box || index < 0) return;
    const head = 34;
    const top = index * height;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + height + head > box.scrollTop + box.clientHeight) box.scrollTop = top + height + head - box.clientHeight;
  }, [index]);
  const rows = props.rows.slice(range.from, range.to);
  const template = props.columns.map(column => column.width ?? 'minmax(6rem, 1fr)').join(' ');
  return (
    <div class="table" role="table" aria-label={props.label} aria-rowcount={(props.total ?? props.rows.length) + 1} ref={view}
      onScroll={measure} tabIndex={0}>
      <div class="row head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        {props.columns.map(column => (
          <div role="columnheader" class={column.numeric ? 'cell number' : 'cell'}
            aria-sort={column.sort !== undefined && column.sort === props.sort ? 'descending' : undefined}>
            {column.sort !== undefined && props.onSort
              ? <button type="button" class="sort" onClick={() => props.onSort?.(column.sort!)}>{column.title}
                <span aria-hidden="true">{column.sort === props.sort ? ' ▾' : ''}</span></button>
              : column.title}
          </div>
        ))}
      </div>
      <div class="rows" role="rowgroup" style={{ height: `${props.rows.length * height}px` }}>
        {rows.map((row, i) => {
          const key = props.rowKey(row);
          return (
            <div key={key} role="row" aria-rowindex={range.from + i + 2} class={key === props.current ? 'row current' : 'row'}
              style={{ gridTemplateColumns: template, top: `${(range.from + i) * height}px`, height: `${height}px` }}
              onClick={event => {
                props.onCurrent?.(key);
                if (props.onOpen && !(event.target instanceof Element && event.target.closest('a, button, input, label'))) props.onOpen(row);
              }}>
              {props.columns.map(column => (
                <div role="cell" class={column.numeric ? 'cell number' : 'cell'}>{column.show(row)}</div>))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
