import { useState } from 'preact/hooks';
import { ApiError, get, send } from '../../api/client';
import { useData } from '../../api/data';
import type { Token, User } from '../../api/system';
import type { PageOf } from '../../api/types';
import { notice } from '../../ui/notices';
import { Button, Copy, Dialog, Failure, Field, Tag, Time, Waiting } from '../../ui/parts';

const roleText: Readonly<Record<string, string>> = {
  reader: 'sees everything, changes nothing', analyst: 'gives verdicts, roles and suppressions',
  admin: 'and manages tokens, sinks and the audit log',
};

/** Who may log in, and which programs may ask. */
export function People(props: { onChanged: () => void }) {
  const { data, error, reload } = useData('people', async signal => {
    const [users, tokens] = await Promise.all([get<PageOf<User>>('users', {}, signal), get<PageOf<Token>>('tokens', {}, signal)]);
    return { users: users.items, tokens: tokens.items };
  });
  const [open, setOpen] = useState<'create' | Token | null>(null);
  const close = () => setOpen(null);
  const changed = () => { reload(); props.onChanged(); };
  if (error) return <Failure error={error} retry={reload} />;
  return (
    <div class="system-pair">
      <section class="card" aria-labelledby="system-users">
        <h2 id="system-users">Users</h2>
        {data === null ? <Waiting /> : <>
          {data.users.length === 0 ? <p class="faint">Nobody has a password here.</p>
            : <table class="listing"><thead><tr><th>Name</th><th>Role</th></tr></thead>
                <tbody>{data.users.map(user => <tr><td><bdi>{user.name}</bdi></td>
                  <td>{user.role} <span class="faint">{roleText[user.role]}</span></td></tr>)}</tbody></table>}
          <p class="faint">They are added and removed on the sensor: <code>RpcCollector users add NAME</code>.</p></>}
      </section>
      <section class="card" aria-labelledby="system-tokens">
        <header><h2 id="system-tokens">Tokens</h2><Button onClick={() => setOpen('create')}>Create a token</Button></header>
        {data === null ? <Waiting /> : data.tokens.length === 0
          ? <p class="faint">No program has a token. Scripts and other systems ask the API with one.</p>
          : <table class="listing">
              <thead><tr><th>Name</th><th>Role</th><th>Created</th><th>Expires</th><th>Last used</th>
                <th><span class="unseen">Revoke</span></th></tr></thead>
              <tbody>{data.tokens.map(token => (
                <tr key={token.id}><td><bdi>{token.name}</bdi></td><td>{token.role}</td>
                  <td><Time at={token.created_at} />{token.created_by && <> <span class="dim">by <bdi>{token.created_by}</bdi></span></>}
                  </td>
                  <td>{!token.expires_at ? <span class="dim">never</span>
                    : Date.parse(token.expires_at) < Date.now() ? <Tag>expired</Tag> : <Time at={token.expires_at} />}</td>
                  <td>{token.last_used_at ? <Time at={token.last_used_at} /> : <span class="faint">never</span>}</td>
                  <td class="row-tools"><Button aria-label={`Revoke ${token.name}`} onClick={() => setOpen(token)}>Revoke</Button></td>
                </tr>))}</tbody>
            </table>}
      </section>
      {open === 'create' && <CreateDialog onChanged={changed} onClose={close} />}
      {open !== null && open !== 'create' && <RevokeDialog token={open} onDone={() => { close(); changed(); }} onClose={close} />}
    </div>
  );
}

function CreateDialog(props: { onChanged: () => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState('reader');
  const [days, setDays] = useState('365');
  const [error, setError] = useState<ApiError | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const create = async () => {
    try {
      const answer = await send<Token>('POST', 'tokens', { name, role, expires_in_days: Number(days) });
      setMade(answer.token ?? '');
      props.onChanged();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(0, String(failure)));
    }
  };
  if (made !== null) {
    return (
      <Dialog title="The token" onClose={props.onClose}>
        <p>Keep it now: it is shown this once, and only its hash is stored.</p>
        <p class="system-token"><code>{made}</code><Copy text={made} label="the token" /></p>
        <p class="dim">A request carries it as <code>Authorization: Bearer …</code></p>
        <div class="actions"><Button tone="main" onClick={props.onClose}>I have kept it</Button></div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Create a token" onClose={props.onClose}>
      <form onSubmit={event => { event.preventDefault(); void create(); }}>
        {error && <Failure error={error} />}
        <Field label="Name" hint="Which program uses it. What it changes is kept with this name.">
          <input type="text" required maxLength={100} value={name} onInput={event => setName(event.currentTarget.value)} /></Field>
        <div class="two-fields">
          <Field label="Role"><select value={role} onChange={event => setRole(event.currentTarget.value)}>
            {Object.keys(roleText).map(one => <option value={one}>{one}</option>)}</select></Field>
          <Field label="Days until it expires"><input type="number" min={1} max={3650} required value={days}
            onInput={event => setDays(event.currentTarget.value)} /></Field>
        </div>
        <p class="faint">{role}: {roleText[role]}.</p>
        <div class="actions"><Button onClick={props.onClose}>Cancel</Button><Button tone="main" type="submit">Create</Button></div>
      </form>
    </Dialog>
  );
}

function RevokeDialog(props: { token: Token; onDone: () => void; onClose: () => void }) {
  const [error, setError] = useState<ApiError | null>(null);
  const revoke = async () => {
    try {
      await send('DELETE', `tokens/${encodeURIComponent(props.token.id)}`);
      notice(`The token ${props.token.name} is revoked.`);
      props.onDone();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(0, String(failure)));
    }
  };
  return (
    <Dialog title="Revoke a token" onClose={props.onClose}>
      {error && <Failure error={error} />}
      <p>Whoever uses “<bdi>{props.token.name}</bdi>” is refused from now on.</p>
      <div class="actions"><Button onClick={props.onClose}>Cancel</Button>
        <Button tone="danger" onClick={() => void revoke()}>Revoke</Button></div>
    </Dialog>
  );
}
