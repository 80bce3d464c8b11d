import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './client';

/** What was asked for, as far as it is there; while it is asked for again, the former answer stays: nothing jumps. */
export interface Loaded<T> {
  readonly data: T | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
  readonly reload: () => void;
}

/**
 * Asks when it is shown and whenever the key changes; an answer that has been overtaken is dropped. Every so many milliseconds again,
 * while the page is visible, if `every` says so.
 */
export function useData<T>(key: string, ask: (signal: AbortSignal) => Promise<T>, every?: number): Loaded<T> {
  const [state, setState] = useState<{ key: string; data: T | null; error: ApiError | null; loading: boolean }>(
    { key, data: null, error: null, loading: true });
  const [turn, setTurn] = useState(0);
  const asking = useRef(ask);
  asking.current = ask;
  useEffect(() => {
    const stop = new AbortController();
    setState(before => ({ ...before, loading: true }));
    asking.current(stop.signal).then(
      data => { if (!stop.signal.aborted) setState({ key, data, error: null, loading: false }); },
      (failure: unknown) => {
        if (stop.signal.aborted) return;
        const error = failure instanceof ApiError ? failure : new ApiError(0, String(failure));
        setState(before => ({ ...before, error, loading: false }));
      });
    return () => stop.abort();
  }, [key, turn]);
  useEffect(() => {
    if (every === undefined) return;
    const timer = setInterval(() => { if (!document.hidden) setTurn(before => before + 1); }, every);
    return () => clearInterval(timer);
  }, [every]);
  return { data: state.data, error: state.error, loading: state.loading, reload: () => setTurn(before => before + 1) };
}

const AGAIN = 5_000;

/**
 * Listens to a stream of events of the API while it is shown; says when the connection is lost and comes back. A browser connects again by
 * itself unless it was refused: then a new one is tried. "gap" says that events may have been missed, also when it begins.
 */
export function useStream(
  url: string, names: readonly string[], onEvent: (name: string, data: unknown) => void, onState?: (live: boolean) => void): void {
  const handlers = useRef({ onEvent, onState });
  handlers.current = { onEvent, onState };
  useEffect(() => {
    let source: EventSource;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(url);
      let isNew = true;
      source.onopen = () => {
        handlers.current.onState?.(true);

        // What happened between what was read and now was told to nobody here.
        if (isNew) handlers.current.onEvent('gap', null);
        isNew = false;
      };
      source.onerror = () => {
        handlers.current.onState?.(false);
        if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN);
      };
      for (const name of names) {
        source.addEventListener(name, event => {
          let data: unknown = null;
          try { data = JSON.parse((event as MessageEvent<string>).data); } catch { /* A gap has no data. */ }
          handlers.current.onEvent(name, data);
        });
      }
    };
    open();
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [url]);
}
