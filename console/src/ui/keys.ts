import { useEffect, useRef } from 'preact/hooks';

function isTyping(target: EventTarget | null): boolean {
  // Nobody types into a box that is ticked.
  if (target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type)) return false;
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Enter and the blank belong to the link or button that has the focus. */
function isPressing(event: KeyboardEvent): boolean {
  return (event.key === 'Enter' || event.key === ' ') && event.target instanceof Element
    && event.target.closest('a, button, summary, label, [role="button"]') !== null;
}

/**
 * Keys of the page that is shown: a name is one key, such as "j", or two after each other, such as "g i". Keys that somebody types into a
 * field, or with Ctrl, Alt or Meta, are left alone.
 */
export function useKeys(keys: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)
        || isPressing(event) || document.querySelector('dialog[open]')) return;
      const pair = first !== null && event.timeStamp - first.at < 1_000 ? `${first.key} ${event.key}` : null;

      // After "g" a key names a page, also where it would do something by itself.
      const chosen = (pair !== null ? current.current[pair] : undefined) ?? (pair?.startsWith('g ') ? undefined : current.current[event.key]);
      first = { key: event.key, at: event.timeStamp };
      if (!chosen) return;
      first = null;
      event.preventDefault();
      chosen(event);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}
