import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, send } from '../api/client';
import { ended, session, type Session } from '../api/session';
import { go, linkTo } from '../router';
import { Button, Field } from '../ui/parts';
import { Brand } from './log-in';

/** Where the link leads that the program writes to its log while it has no admin: it works once. */
export function FirstAdmin(props: { link: string }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'First admin · RpcCollector';
    first.current?.focus();
  }, []);
  const make = async () => {
    if (password !== again) {
      setProblems(['The two passwords differ.']);
      return;
    }

    setBusy(true);
    setProblems([]);
    try {
      const own = await send<Session>('POST', 'session/first-admin', { link: props.link, name: name.trim(), password });
      ended.value = false;
      go(['incidents']);
      session.value = own;
    } catch (failure) {
      const error = failure instanceof ApiError ? failure : new ApiError(0, String(failure));
      setProblems(error.status === 401
        ? ['This link does not work any more: it does once, for a day, until the next start of the sensor. Its log has the present one.']
        : error.lines);
      setBusy(false);
    }
  };
  if (session.value?.needs_first_admin === false) {
    return (
      <main class="lonely" id="main">
        <Brand />
        <div class="card"><h1>There is an admin already</h1><p>This link has done its work.</p>
          <p><a href={linkTo(['incidents'])}>To the console</a></p></div>
      </main>
    );
  }

  return (
    <main class="lonely" id="main">
      <Brand />
      <form class="card log-in" onSubmit={event => { event.preventDefault(); void make(); }}>
        <h1>Become the first admin</h1>
        <p class="dim">You can make further users with <code>RpcCollector users add</code>.</p>
        <Field label="Name"><input ref={first} type="text" required maxLength={64} autoComplete="username" spellcheck={false}
          autoCapitalize="none" value={name} onInput={event => setName(event.currentTarget.value)} /></Field>
        <Field label="Password" hint="At least 8 characters; a sentence is better."><input type="password" required minLength={8} autoComplete="new-password"
          value={password} onInput={event => setPassword(event.currentTarget.value)} /></Field>
        <Field label="The same password again"><input type="password" required autoComplete="new-password" value={again}
          onInput={event => setAgain(event.currentTarget.value)} /></Field>
        <Button type="submit" tone="main" disabled={busy}>{busy ? 'Working…' : 'Become admin'}</Button>
        <div class="log-in-problem" role="alert">{problems.map(line => <p>{line}</p>)}</div>
      </form>
    </main>
  );
}
