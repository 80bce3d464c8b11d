import { signal } from '@preact/signals';
import { Button } from './parts';

type Theme = 'auto' | 'light' | 'dark';

function read(): Theme {
  const kept = localStorage.getItem('theme');
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

export const theme = signal<Theme>(read());

function show(): void {
  if (theme.value === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme.value);
}

show();

const next: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' };

export function ThemeButton() {
  return (
    <Button tone="quiet" onClick={() => {
      theme.value = next[theme.value];
      localStorage.setItem('theme', theme.value);
      show();
    }}>{theme.value === 'auto' ? 'Auto' : theme.value === 'light' ? 'Light' : 'Dark'}</Button>
  );
}
