import { queryOf, type QueryValues } from '../router';
import { antiForgery, isSessionOver, sessionEnded } from './session';

/** What the API answered instead of what was asked for. */
export class ApiError extends Error {
  /** @param retryAfter In how many seconds to try again, where the sensor says so. */
  constructor(
    readonly status: number, title: string, readonly errors: Readonly<Record<string, readonly string[]>> = {},
    readonly retryAfter: number | null = null) {
    super(title);
  }

  /** All that is wrong, a line each. */
  get lines(): string[] {
    const lines = Object.entries(this.errors).flatMap(([field, texts]) => texts.map(text => field === '' ? text : `${field}: ${text}`));
    return lines.length > 0 ? lines : [this.message];
  }
}

/** The address of a resource of the API, relative to the page: it works under any prefix. */
export function apiUrl(path: string, values: QueryValues = {}): string {
  const query = queryOf(values).toString();
  return `./api/v1/${path}${query === '' ? '' : (path.includes('?') ? '&' : '?') + query}`;
}

export async function get<T>(path: string, values: QueryValues = {}, signal?: AbortSignal): Promise<T> {
  return await ask('GET', apiUrl(path, values), undefined, signal) as T;
}

export async function send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  return await ask(method, apiUrl(path), body) as T;
}

async function ask(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  // Pages that wait behind the log-in do not ask on.
  if (isSessionOver() && !/\/session(\/|$)/.test(url)) throw new ApiError(401, 'The session has ended: log in again.');
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const proof = antiForgery();
  if (method !== 'GET' && proof !== null) headers['X-Anti-Forgery'] = proof;
  let answer: Response;
  try {
    answer = await fetch(url, {
      method, headers, credentials: 'same-origin', cache: 'no-store',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError(0, 'The sensor does not answer. Is it running, and is the network up?');
  }

  if (answer.ok) return answer.status === 204 ? undefined : await answer.json();
  const problem = await answer.json().catch(() => ({})) as { title?: string; detail?: string; errors?: Record<string, string[]> };
  if (answer.status === 401) sessionEnded();
  const wait = Number(answer.headers.get('Retry-After') ?? NaN);
  throw new ApiError(
    answer.status, problem.title ?? problem.detail ?? `The sensor answered ${answer.status}.`, problem.errors ?? {},
    Number.isFinite(wait) && wait > 0 ? wait : null);
}
