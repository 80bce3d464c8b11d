import { computed, signal } from '@preact/signals';

/** Who is asking, as /api/v1/session says. */
export interface Session {
  readonly name: string | null;
  readonly role: 'reader' | 'analyst' | 'admin' | null;
  readonly means: 'loopback' | 'anonymous' | 'password' | 'token' | 'proxy' | null;
  readonly can_log_in: boolean;
  readonly needs_first_admin: boolean;
  readonly anti_forgery: string | null;
  readonly expires_at: string | null;
}

/** Null until the sensor has said who one is. */
export const session = signal<Session | null>(null);

const ranks = { reader: 1, analyst: 2, admin: 3 } as const;

export function may(role: 'reader' | 'analyst' | 'admin'): boolean {
  const own = session.value?.role;
  return own !== null && own !== undefined && ranks[own] >= ranks[role];
}

export const isAnalyst = computed(() => may('analyst'));
export const isAdmin = computed(() => may('admin'));

export function antiForgery(): string | null {
  return session.value?.anti_forgery ?? null;
}

/** True when there was a session on this page and it ended by itself: who logs in again finds the page as it was. */
export const ended = signal(false);

export function isSessionOver(): boolean {
  return session.value !== null && session.value.role === null;
}

/** The sensor no longer knows who is asking: the page to log in comes. */
export function sessionEnded(): void {
  const known = session.value;
  if (known !== null && known.role !== null) ended.value = true;
  if (known !== null) session.value = { ...known, name: null, role: null, means: null, anti_forgery: null, expires_at: null };
}
