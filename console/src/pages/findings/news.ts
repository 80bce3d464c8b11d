import { useEffect, useRef, useState } from 'preact/hooks';
import { apiUrl, get } from '../../api/client';
import { useStream } from '../../api/data';
import type { Finding, FindingsPage } from '../../api/findings';
import type { QueryValues } from '../../router';

const PAUSE = 1_500;

/**
 * What happens to findings meanwhile: those in the list change where they are, and how many more there are is counted by the same filters;
 * they are read when somebody asks for them.
 */
export function useNews(key: string, filters: () => QueryValues, known: number | null, onChange: (finding: Finding) => void) {
  const [total, setTotal] = useState<{ key: string; total: number } | null>(null);
  const [isLive, setLive] = useState<boolean | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const asking = useRef(filters);
  asking.current = filters;
  useEffect(() => () => { if (timer.current !== null) clearTimeout(timer.current); timer.current = null; }, [key]);

  const countSoon = () => {
    if (timer.current !== null) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      get<FindingsPage>('findings', { ...asking.current(), limit: 1 }).then(
        page => { if (page.total !== undefined) setTotal({ key, total: page.total }); }, () => undefined);
    }, PAUSE);
  };
  useStream(apiUrl('findings/stream', { suppressed: true }), ['added', 'revised', 'withdrawn', 'verdict', 'gap'], (name, data) => {
    if (name !== 'gap' && data !== null) onChange(data as Finding);
    if (name !== 'revised') countSoon();
  }, setLive);
  const more = total !== null && total.key === key && known !== null ? Math.max(0, total.total - known) : 0;
  return { more, isLive };
}
