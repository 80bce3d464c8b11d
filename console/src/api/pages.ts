import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { ApiError } from './client';
/** What pages of every list have in common. */
export interface PageLike<T> {
  readonly items: readonly T[];
  readonly next?: string;
  readonly total?: number;
}

/** One page of an answer: from a cursor on, null for the first. */
export type AskPage<TItem, TPage extends PageLike<TItem>> = (cursor: string | null, limit: number, signal: AbortSignal) => Promise<TPage>;

const FIRST = 100;
const NEXT = 1_000;
let numLists = 0;

/**
 * A long list of the API, read page by page as far as somebody looks. Its rows keep their places: what is told later changes a row, and
 * moves none.
 */
class LongList<TItem, TPage extends PageLike<TItem>, TRow extends { readonly id: string }> {
  /** Tells lists of the same key apart: it was read anew. */
  readonly number = ++numLists;
  readonly rows: TRow[] = [];
  first: TPage | null = null;
  error: ApiError | null = null;
  isWhole = false;
  isAsking = false;
  #cursor: string | null = null;
  #wanted = 1;
  #isDue = false;
  readonly #places = new Map<string, number>();
  readonly #stop = new AbortController();

  constructor(readonly key: string, readonly ask: AskPage<TItem, TPage>, readonly rowOf: (item: TItem) => TRow, readonly changed: () => void) {}

  get total(): number | null {
    if (this.isWhole) return this.rows.length;
    return this.first?.total === undefined ? null : Math.max(this.first.total, this.rows.length);
  }

  need(upTo: number): void {
    this.#wanted = Math.max(1, upTo);
    if (!this.isAsking && this.error === null) void this.#read();
  }

  /** Reads all of it. */
  async whole(progress: (read: number) => void, signal: AbortSignal): Promise<readonly TRow[]> {
    while (!this.isWhole) {
      if (signal.aborted) throw new DOMException('Stopped', 'AbortError');
      this.need(this.rows.length + NEXT);
      await new Promise(done => setTimeout(done, 20));
      if (this.error) throw this.error;
      progress(this.rows.length);
    }
    return this.rows;
  }

  change(id: string, change: (row: TRow) => TRow): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.rows[place] = change(this.rows[place]!);
    this.#changedSoon();
  }

  // A verdict on thousands tells of each of them: once a picture is enough.
  #changedSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.changed();
    });
  }

  indexOf(id: string): number {
    return this.#places.get(id) ?? -1;
  }

  retry(): void {
    this.error = null;
    this.need(this.#wanted);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #read(): Promise<void> {
    this.isAsking = true;
    try {
      while (!this.isWhole && this.rows.length < this.#wanted && !this.#stop.signal.aborted) {
        // The first page is what somebody waits for; later ones are as long as they may be.
        const page = await this.ask(this.#cursor, this.first === null ? FIRST : NEXT, this.#stop.signal);
        if (this.#stop.signal.aborted) return;
        for (const item of page.items) this.#add(this.rowOf(item));
        this.first ??= page;
        this.#cursor = page.next ?? null;
        this.isWhole = page.next === undefined || page.next === null;
        this.changed();
      }
    } catch (failure) {
      if (this.#stop.signal.aborted) return;
      this.error = failure instanceof ApiError ? failure : new ApiError(0, String(failure));
    } finally {
      this.isAsking = false;
      if (!this.#stop.signal.aborted) this.changed();
    }
  }

  // What was seen again while one reads on comes twice: it stays where it was.
  #add(row: TRow): void {
    if (this.#places.has(row.id)) return;
    this.#places.set(row.id, this.rows.length);
    this.rows.push(row);
  }
}

export interface ListInSight<TItem, TPage extends PageLike<TItem>, TRow extends { readonly id: string }> {
  /** Null until there is a first answer; the former list while another is asked for. */
  readonly list: LongList<TItem, TPage, TRow> | null;
  /** What went wrong with the list that is asked for. */
  readonly error: ApiError | null;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** The list that belongs to a key, such as the filters. While another one is asked for, the former stays in sight. */
export function useLongList<TItem, TPage extends PageLike<TItem>, TRow extends { readonly id: string }>(
  key: string, ask: AskPage<TItem, TPage>, rowOf: (item: TItem) => TRow): ListInSight<TItem, TPage, TRow> {
  const [, redraw] = useReducer<number, void>(turns => turns + 1, 0);
  const [turn, setTurn] = useState(0);
  const shown = useRef<LongList<TItem, TPage, TRow> | null>(null);
  const asked = useRef<LongList<TItem, TPage, TRow> | null>(null);
  useEffect(() => {
    const list: LongList<TItem, TPage, TRow> = new LongList(key, ask, rowOf, () => {
      if (list.first !== null) shown.current = list;
      redraw();
    });
    asked.current = list;
    list.need(1);
    redraw();
    return () => list.stop();
  }, [key, turn]);
  return {
    list: shown.current,
    error: asked.current?.error ?? null,
    loading: asked.current?.isAsking ?? true,
    reload: () => setTurn(before => before + 1),
  };
}
