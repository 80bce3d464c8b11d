import { useEffect, useRef, useState } from 'preact/hooks';
import { apiUrl } from '../../api/client';
import { useStream } from '../../api/data';
import type { IncidentLine } from '../../api/types';

const events = ['added', 'revised', 'state', 'merged', 'withdrawn', 'gap'];

export interface IncidentNews {
  /** Null until it is known. */
  readonly isLive: boolean | null;
  /** Incidents that belong to the list and are not in it. */
  readonly waiting: number;
  readonly forget: () => void;
}

/**
 * What happens to incidents meanwhile. Those in the list change where they stand; new ones wait until somebody wants them, so that no row
 * moves away under a pointer.
 */
export function useIncidentNews(
  numRead: number | null, knows: (id: string) => boolean, belongs: (line: IncidentLine) => boolean, onChange: (line: IncidentLine) => void,
  latest: () => Promise<readonly IncidentLine[]>): IncidentNews {
  const calls = useRef({ knows, belongs, onChange, latest });
  calls.current = { knows, belongs, onChange, latest };
  const [gaps, setGaps] = useState(0);
  const [isLive, setLive] = useState<boolean | null>(null);
  const waiting = useRef(new Set<string>());
  const [count, setCount] = useState(0);
  useStream(apiUrl('incidents/stream', { suppressed: true }), events, (name, data) => {
    if (name === 'gap') setGaps(before => before + 1);
    else if (data !== null) told(data as IncidentLine);
  }, setLive);
  const told = (line: IncidentLine) => {
    if (calls.current.knows(line.id)) calls.current.onChange(line);
    else if (calls.current.belongs(line)) waiting.current.add(line.id);
    else waiting.current.delete(line.id);
    setCount(waiting.current.size);
  };

  // What was missed is in the first page, once there is a list to compare it with.
  useEffect(() => {
    if (gaps > 0 && numRead !== null) calls.current.latest().then(lines => lines.forEach(told), () => undefined);
  }, [gaps, numRead === null]);

  // What was told while the list was being read is in it.
  useEffect(() => {
    for (const id of waiting.current) if (calls.current.knows(id)) waiting.current.delete(id);
    setCount(waiting.current.size);
  }, [numRead]);
  return {
    isLive, waiting: count,
    forget: () => {
      waiting.current.clear();
      setCount(0);
    },
  };
}

/** Whether news arrive by themselves; its room is always the same. */
export function Live(props: { isLive: boolean | null }) {
  return (
    <span class={`live-state ${props.isLive === null ? '' : props.isLive ? 'on' : 'off'}`}
      title={props.isLive === false ? 'The connection to the sensor is lost; it is tried again every few seconds.' : 'What is new arrives by itself.'}>
      <span class="dot" aria-hidden="true" />{props.isLive === false ? 'Reconnecting' : 'Live'}</span>
  );
}
