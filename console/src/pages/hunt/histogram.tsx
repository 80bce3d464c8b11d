import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { bases, type Basis, type Histogram } from '../../api/activities';
import { count, plural } from '../../ui/numbers';
import { duration, exact } from '../../ui/time';
import { roundUp, timeTicks } from './scale';

const HEIGHT = 148;
const LEFT = 44;
const RIGHT = 8;
const BOTTOM = 20;
const TOP = 6;

/**
 * Activity over time, stacked by basis. A window is chosen by dragging, or with the arrow keys: the cursor moves, with Shift it leaves the
 * beginning behind, and Enter looks at what lies between.
 */
export function HistogramView(props: { data: Histogram; onWindow: (since: number, until: number) => void; onOut: () => void }) {
  const { data } = props;
  const [since, until] = [Date.parse(data.since), Date.parse(data.until)];
  const size = data.bucket_seconds * 1_000;
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => { if (entry) setWidth(Math.floor(entry.contentRect.width)); });
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  const numBuckets = Math.max(1, Math.ceil((until - since) / size));
  const [marked, setMarked] = useState<{ from: number; to: number } | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const dragging = useRef(false);
  useEffect(() => { setMarked(null); setHover(null); dragging.current = false; }, [data.since, data.until]);

  const inner = Math.max(1, width - LEFT - RIGHT);
  const xOf = (time: number) => LEFT + ((time - since) / (until - since)) * inner;
  const startOf = (bucket: number) => Math.min(since + bucket * size, until);
  const bucketAt = (event: PointerEvent) => {
    const left = box.current!.getBoundingClientRect().left;
    const time = since + ((event.clientX - left - LEFT) / inner) * (until - since);
    return Math.min(numBuckets - 1, Math.max(0, Math.floor((time - since) / size)));
  };
  const byBucket = new Map(data.items.map(bucket => [Math.round((Date.parse(bucket.at) - since) / size), bucket]));
  const top = roundUp(Math.max(...data.items.map(bucket => bucket.count), 1));
  const yOf = (number: number) => HEIGHT - BOTTOM - (number / top) * (HEIGHT - BOTTOM - TOP);
  const apply = (range: { from: number; to: number } | null) => {
    if (range === null) return;
    const [from, to] = [Math.min(range.from, range.to), Math.max(range.from, range.to) + 1];
    setMarked(null);
    if (to - from < numBuckets) props.onWindow(startOf(from), startOf(to));
  };
  const shown = marked ? [Math.min(marked.from, marked.to), Math.max(marked.from, marked.to) + 1] as const : hover !== null ? [hover, hover + 1] as const : null;
  const help = useId();
  const uncounted = data.looked_back_to === undefined ? null : Date.parse(data.looked_back_to);

  return (
    <figure class="histogram">
      <div class="plot" ref={box} tabIndex={0} role="group" aria-label="Activity over time" aria-describedby={help}
        onPointerDown={event => {
          if (event.button !== 0) return;
          const bucket = bucketAt(event);
          dragging.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
          setMarked({ from: bucket, to: bucket });
        }}
        onPointerMove={event => {
          const bucket = bucketAt(event);
          setHover(bucket);
          if (dragging.current) setMarked(before => before === null || before.to === bucket ? before : { from: before.from, to: bucket });
        }}
        onPointerLeave={() => { if (!dragging.current) setHover(null); }}
        onPointerUp={() => {
          if (!dragging.current) return;
          dragging.current = false;

          // A click chooses nothing: one bucket is chosen by two.
          if (marked && marked.from !== marked.to) apply(marked);
          else setMarked(null);
        }}
        onPointerCancel={() => { dragging.current = false; setMarked(null); }}
        onDblClick={event => apply({ from: bucketAt(event as unknown as PointerEvent), to: bucketAt(event as unknown as PointerEvent) })}
        onKeyDown={event => {
          const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -numBuckets, End: numBuckets };
          const step = steps[event.key];
          if (step !== undefined) {
            event.preventDefault();
            event.stopPropagation();
            const at = marked?.to ?? (step > 0 ? -1 : numBuckets);
            const to = Math.min(numBuckets - 1, Math.max(0, at + step));
            setMarked({ from: event.shiftKey && marked ? marked.from : to, to });
          } else if (event.key === 'Enter' && marked) {
            event.preventDefault();
            event.stopPropagation();
            apply(marked);
          } else if (event.key === 'Escape' && marked) {
            event.stopPropagation();
            setMarked(null);
          } else if (event.key === '-') {
            event.preventDefault();
            event.stopPropagation();
            props.onOut();
          }
        }}>
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true">
            {[top, top / 2].filter(Number.isInteger).map(number => (
              <g><line class="grid" x1={LEFT} x2={width - RIGHT} y1={yOf(number)} y2={yOf(number)} />
                <text class="tick" x={LEFT - 6} y={yOf(number) + 4} text-anchor="end">{short(number)}</text></g>))}
            {uncounted !== null && uncounted > since && (
              <rect class="uncounted" x={LEFT} width={Math.max(0, xOf(uncounted) - LEFT)} y={TOP} height={HEIGHT - BOTTOM - TOP} />)}
            {shown && <rect class="marked" x={xOf(startOf(shown[0]))} width={Math.max(1, xOf(startOf(shown[1])) - xOf(startOf(shown[0])))} y={TOP} height={HEIGHT - BOTTOM - TOP} />}
            {bases.map(basis => <path class={`bars ${basis}`} d={barsOf(data, basis, since, until, size, xOf, yOf)} />)}
            <line class="axis" x1={LEFT} x2={width - RIGHT} y1={HEIGHT - BOTTOM + 0.5} y2={HEIGHT - BOTTOM + 0.5} />
            {timeTicks(since, until, Math.max(2, Math.floor(inner / 90))).map(tick => (
              <g><line class="axis" x1={xOf(tick.at)} x2={xOf(tick.at)} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM + 4} />
                <text class="tick" x={Math.min(Math.max(xOf(tick.at), LEFT + 14), width - 24)} y={HEIGHT - 3} text-anchor="middle">{tick.text}</text></g>))}
          </svg>)}
      </div>
      <figcaption>
        <span class="legend">{bases.map(basis => <span class={`key ${basis}`}>{basis} <span class="faint">{count(sumOf(data, basis))}</span></span>)}</span>
        <output class="reading" aria-live="polite">{shown === null
          ? `A bar is ${duration(size)}.${uncounted !== null ? ` Not counted before ${exact(data.looked_back_to!)}: that takes too long.` : ' Drag over bars to look closer.'}`
          : `${exact(new Date(startOf(shown[0])).toISOString())} for ${duration(startOf(shown[1]) - startOf(shown[0]))}: ${plural(countIn(byBucket, shown[0], shown[1]), 'activity', 'activities')}${marked ? '; Enter looks closer' : ''}`}</output>
      </figcaption>
      <p class="unseen" id={help}>Arrow keys move the cursor, with Shift they choose a window, Enter looks at it, minus goes out.</p>
    </figure>
  );
}

function sumOf(data: Histogram, basis: Basis): number {
  return data.items.reduce((sum, bucket) => sum + (bucket.by_basis[basis] ?? 0), 0);
}

function countIn(byBucket: ReadonlyMap<number, { readonly count: number }>, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += byBucket.get(i)?.count ?? 0;
  return sum;
}

/** All bars of one basis as one path; what is there at all is at least two pixels high. */
function barsOf(
  data: Histogram, basis: Basis, since: number, until: number, size: number, xOf: (time: number) => number, yOf: (number: number) => number): string {
  let path = '';
  for (const bucket of data.items) {
    const number = bucket.by_basis[basis] ?? 0;
    if (number === 0) continue;
    let below = 0;
    for (const other of bases) {
      if (other === basis) break;
      below += bucket.by_basis[other] ?? 0;
    }
    const at = Math.max(since, Date.parse(bucket.at));
    const [left, right] = [xOf(at), xOf(Math.min(at + size, until))];
    const bottom = yOf(below);
    const top = Math.min(yOf(below + number), bottom - 2);
    const gap = right - left > 4 ? 1 : 0;
    path += `M${left.toFixed(1)} ${bottom.toFixed(1)}V${top.toFixed(1)}H${Math.max(left + 1, right - gap).toFixed(1)}V${bottom.toFixed(1)}Z`;
  }
  return path;
}

function short(number: number): string {
  return number >= 1_000_000 ? `${number / 1_000_000}M` : number >= 10_000 ? `${number / 1_000}k` : count(number);
}
