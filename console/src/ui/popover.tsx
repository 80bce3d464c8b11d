import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from './parts';

/** A button that opens something beside it; Escape, a click elsewhere and leaving it close it. */
export function Popover(props: {
  label: ComponentChildren; isOn?: boolean; align?: 'start' | 'end'; children: (close: () => void) => ComponentChildren;
}) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const close = () => {
    setOpen(false);
    box.current?.querySelector('button')?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    const away = (event: Event) => { if (!box.current?.contains(event.target as Node)) setOpen(false); };
    addEventListener('pointerdown', away);
    return () => removeEventListener('pointerdown', away);
  }, [isOpen]);
  return (
    <div class="popover" ref={box}
      onKeyDown={event => {
        if (event.key !== 'Escape' || !isOpen) return;
        event.stopPropagation();
        close();
      }}
      onFocusOut={event => {
        if (event.relatedTarget instanceof Node && !box.current?.contains(event.relatedTarget)) setOpen(false);
      }}>
      <Button aria-expanded={isOpen} class={props.isOn ? 'on' : ''} onClick={() => setOpen(!isOpen)}>
        {props.label}<span class="chevron" aria-hidden="true" /></Button>
      {isOpen && <div class={`popped ${props.align ?? 'start'}`}>{props.children(close)}</div>}
    </div>
  );
}
