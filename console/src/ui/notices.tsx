import { signal } from '@preact/signals';
import { Button } from './parts';

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: 'done' | 'failed';
  readonly undo?: () => void;
}

const shown = signal<readonly Notice[]>([]);
let last = 0;

/** Says for some seconds what has been done, in a corner where nothing moves for it. */
export function notice(text: string, more: { tone?: 'done' | 'failed'; undo?: () => void } = {}): void {
  const made: Notice = { id: ++last, text, tone: more.tone ?? 'done', ...(more.undo ? { undo: more.undo } : {}) };
  shown.value = [...shown.value.slice(-2), made];
  setTimeout(() => dismiss(made.id), made.tone === 'failed' || more.undo ? 12_000 : 5_000);
}

function dismiss(id: number): void {
  shown.value = shown.value.filter(one => one.id !== id);
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.value.map(one => (
        <p key={one.id} class={`notice ${one.tone}`}>
          <span>{one.text}</span>
          {one.undo && <Button tone="quiet" onClick={() => { dismiss(one.id); one.undo?.(); }}>Undo</Button>}
          <Button tone="quiet" aria-label="Dismiss" onClick={() => dismiss(one.id)}>×</Button>
        </p>))}
    </div>
  );
}
