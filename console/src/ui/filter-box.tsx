import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { get } from '../api/client';
import type { PageOf } from '../api/types';
import type { QueryValues } from '../router';

/** What somebody may mean by what is typed. */
export interface Suggestion {
  /** Which filter: "client", "technique". */
  readonly filter: string;
  readonly text: string;
  readonly values: QueryValues;
}

// The types would have a combobox name a datalist, which cannot show what is looked up.
const combobox: object = { role: 'combobox' };

/** One field for all filters: what is typed is offered as each filter that it can be. */
export function FilterBox(props: {
  placeholder: string;
  /** What to try instead, said when nothing fits. */
  nothing?: string;
  suggest: (text: string) => readonly Suggestion[];
  ofHost: (address: string, shown: string) => readonly Suggestion[];
  onPick: (values: QueryValues) => void;
}) {
  const [text, setText] = useState('');
  const [named, setNamed] = useState<{ text: string; items: readonly Suggestion[] }>({ text: '', items: [] });
  const [place, setPlace] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const wanted = text.trim();

  useEffect(() => {
    setPlace(0);
    if (wanted.length < 2 || isAddressLike(wanted)) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      hostsNamed(wanted, stop.signal).then(
        hosts => setNamed({ text: wanted, items: hosts.flatMap(host => props.ofHost(host.address, `${host.name} · ${host.address}`)) }),
        () => undefined);
    }, 120);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [wanted]);

  const items = wanted === '' ? [] : [...props.suggest(wanted), ...(named.text === wanted ? named.items : [])].slice(0, 12);
  const pick = (one: Suggestion) => {
    props.onPick(one.values);
    setText('');
    setOpen(false);
  };
  const isShown = isOpen && wanted !== '';
  return (
    <div class="filter-box" onFocusOut={event => {
      if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOpen(false);
    }}>
      <input {...combobox} ref={input} type="search" id="filter" aria-label="Filter" aria-expanded={isShown} aria-controls={list}
        aria-autocomplete="list" aria-activedescendant={isShown && items.length > 0 ? `${list}-${place}` : undefined}
        placeholder={props.placeholder} value={text} autocomplete="off" spellcheck={false}
        onInput={event => { setText(event.currentTarget.value); setOpen(true); }}
        onFocus={() => setOpen(true)}
        onKeyDown={event => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setOpen(true);
            const step = event.key === 'ArrowDown' ? 1 : -1;
            if (items.length > 0) setPlace((place + step + items.length) % items.length);
          } else if (event.key === 'Enter') {
            event.preventDefault();
            const one = items[place];
            if (one) pick(one);
          } else if (event.key === 'Escape') {
            event.stopPropagation();
            if (text === '') input.current?.blur();
            setText('');
          }
        }} />
      <ul id={list} role="listbox" aria-label="What it can mean" hidden={!isShown}>
        {items.map((one, i) => (
          <li id={`${list}-${i}`} role="option" aria-selected={i === place} onPointerDown={event => { event.preventDefault(); pick(one); }}
            onPointerEnter={() => setPlace(i)}>
            <span class="of">{one.filter}</span><bdi>{one.text}</bdi>
          </li>))}
        {isShown && items.length === 0 && <li class="none" role="option" aria-selected="false" aria-disabled="true">Nothing fits. {props.nothing ?? ''}</li>}
      </ul>
    </div>
  );
}

/** True for what can only be an address or a prefix. */
export function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?(@[a-z0-9][a-z0-9-]{0,15})?$/i.test(text) || (/^[0-9a-f:.]+(\/\d{1,3})?$/i.test(text) && text.includes(':') && text.split(':').length > 2);
}

function isAddressLike(text: string): boolean {
  return isAddress(text) || /^\d{1,3}(\.\d{0,3}){1,3}$/.test(text);
}

/** The address or prefix that is meant: 10.1 is all of 10.1.0.0/16. Null for what is none. */
export function addressOf(text: string): string | null {
  if (isAddress(text)) return text;
  const parts = /^(\d{1,3})(?:\.(\d{1,3}))(?:\.(\d{1,3}))?\.?$/.exec(text);
  if (!parts) return null;
  const known = parts.slice(1).filter(part => part !== undefined);
  return [...known, '0', '0', '0'].slice(0, 4).join('.') + `/${known.length * 8}`;
}

interface NamedHost {
  readonly address: string;
  readonly name?: string;
}

async function hostsNamed(text: string, signal: AbortSignal): Promise<readonly NamedHost[]> {
  return (await get<PageOf<NamedHost>>('hosts', { name: text, limit: 8 }, signal)).items.filter(host => host.name !== undefined);
}
