import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, send } from '../api/client';
import { ended, session, type Session } from '../api/session';
import { Button, Field } from '../ui/parts';

/** The page to log in; where one was, one is again afterwards: the address does not change. */
export function LogIn() {
  const known = session.value;
  useEffect(() => { document.title = 'Log in · RpcCollector'; }, []);
  return (
    <main class="lonely" id="main">
      <Brand />
      {known?.needs_first_admin === true ? <NobodyYet />
        : known?.can_log_in === true ? <LogInForm /> : <NoWayIn />}
    </main>
  );
}

export function Brand() {
  return <p class="brand large"><img src="./icon.svg" alt="" width="28" height="28" />RpcCollector</p>;
}

function LogInForm() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [until, setUntil] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const left = useCountdown(until);
  useEffect(() => { field.current?.focus(); }, []);
  const logIn = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const own = await send<Session>('POST', 'session', { name: name.trim(), password });
      ended.value = false;
      session.value = own;
    } catch (failure) {
      const error = failure instanceof ApiError ? failure : new ApiError(0, String(failure));
      if (error.status === 429) {
        const wait = error.retryAfter ?? 30;
        setUntil(Date.now() + wait * 1_000);
        setProblem(null);
      } else setProblem(error.status === 401 ? 'This name and password do not go together.' : error.lines.join(' '));
      setPassword('');
      setBusy(false);
      secret.current?.focus();
    }
  };
  return (
    <form class="card log-in" onSubmit={event => { event.preventDefault(); if (left === 0) void logIn(); }}>
      <h1>Log in</h1>
      {ended.value && <p class="dim">Your session has ended. Log in again, and the page is where you left it.</p>}
      <Field label="Name"><input ref={field} type="text" name="name" required autoComplete="username" spellcheck={false}
        autoCapitalize="none" value={name} onInput={event => setName(event.currentTarget.value)} /></Field>
      <Field label="Password"><input ref={secret} type="password" name="password" required autoComplete="current-password"
        value={password} onInput={event => setPassword(event.currentTarget.value)} /></Field>
      <Button type="submit" tone="main" disabled={busy || left > 0}>{busy ? 'Logging in…' : 'Log in'}</Button>
      <p class="log-in-problem" role="alert">
        {left > 0 ? `Too many attempts. Try again in ${left} s, at ${clock(until!)} UTC.` : problem ?? ''}</p>
    </form>
  );
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** Whole seconds that are left until then. */
function useCountdown(until: number | null): number {
  const [now, setNow] = useState(Date.now());
  const left = until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1_000));
  useEffect(() => {
    if (until === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}

function NobodyYet() {
  return (
    <div class="card">
      <h1>Nobody can log in yet</h1>
      <p>This sensor waits for its first admin. Either of these makes one:</p>
      <ul>
        <li>Open the link that it wrote to its log when it started. It works once.</li>
        <li>On the machine itself: <code>RpcCollector users add NAME --role admin</code></li>
      </ul>
    </div>
  );
}

function NoWayIn() {
  return (
    <div class="card">
      <h1>Not open to you from here</h1>
      {location.protocol === 'http:' ? (
        <p>Over plain HTTP no passwords are taken: whoever listens in the network would read them. Open it by https, through the proxy that
          logs people in, or on the machine itself.</p>) : (
        <p>This sensor has no users who log in by name and password. Open it on the machine itself, or through the proxy that logs people in.</p>)}
      <p class="dim">On the machine, <code>RpcCollector users add NAME --role reader</code> makes a user, and the settings
        under <code>Http:Tls</code> turn https on.</p>
    </div>
  );
}
