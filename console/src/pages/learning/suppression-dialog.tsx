import { useState } from 'preact/hooks';
import { ApiError, send } from '../../api/client';
import type { Suppression } from '../../api/system';
import { Button, Dialog, Failure, Field } from '../../ui/parts';
import { exact } from '../../ui/time';
import { Until, untilTime } from '../../ui/until';
import { mustSayWho, ownName, remember, WhoField } from '../../who';
import { kindName, kinds } from '../../ui/kinds';
import { notice } from '../../ui/notices';

const kindsByName = [...kinds].sort((a, b) => kindName(a).localeCompare(kindName(b), 'en'));

/** What a suppression hides, in one sentence. */
export function hidesText(of: Partial<Pick<Suppression, 'kind' | 'client' | 'server'>>): string {
  const from = of.client ? ` from ${of.client}` : '';
  const to = of.server ? ` to ${of.server}` : '';
  return `${of.kind ? kindName(of.kind) : 'Every kind'}${from}${to}`;
}

/** Adds a suppression, or changes one. */
export function SuppressionDialog(props: { of: Suppression | null; onDone: () => void; onClose: () => void }) {
  const { of } = props;
  const [kind, setKind] = useState(of?.kind ?? '');
  const [client, setClient] = useState(of?.client ?? '');
  const [server, setServer] = useState(of?.server ?? '');
  const [why, setWhy] = useState(of?.why ?? '');
  const [who, setWho] = useState(ownName());
  const [days, setDays] = useState(of === null ? '30d' : of.expires_at && of.active ? of.expires_at.slice(0, 10) : '');
  const [error, setError] = useState<ApiError | null>(null);
  const isEmpty = kind === '' && client.trim() === '' && server.trim() === '';
  const keep = async () => {
    const text = (value: string) => value.trim() === '' ? undefined : value.trim();
    // Whoever changes only the reason keeps the very time.
    const expires = of?.expires_at && days === of.expires_at.slice(0, 10) ? of.expires_at : untilTime(days);
    const body = {
      kind: text(kind), client: text(client), server: text(server), why, expires_at: expires, ...(mustSayWho() ? { who } : {}),
    };
    try {
      if (of === null) await send('POST', 'suppressions', body);
      else await send('PUT', `suppressions/${encodeURIComponent(of.id)}`, body);
      remember(who);
      notice(of === null ? 'The suppression holds from now on.' : 'The suppression is changed.');
      props.onDone();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(0, String(failure)));
    }
  };
  return (
    <Dialog title={of === null ? 'Suppress findings' : 'Change a suppression'} onClose={props.onClose}>
      <form onSubmit={event => { event.preventDefault(); void keep(); }}>
        {error && <Failure error={error} />}
        <p class="dim">Findings that fit all of it are hidden from lists, alerts and sinks, and counted here. They are not deleted.</p>
        <Field label="Kind">
          <select value={kind} onChange={event => setKind(event.currentTarget.value)}>
            <option value="">Every kind</option>
            {kindsByName.map(one => <option value={one}>{kindName(one)}</option>)}
          </select>
        </Field>
        <div class="two-fields">
          <Field label="Client"><input type="text" placeholder="any" spellcheck={false} value={client}
            onInput={event => setClient(event.currentTarget.value)} /></Field>
          <Field label="Server"><input type="text" placeholder="any" spellcheck={false} value={server}
            onInput={event => setServer(event.currentTarget.value)} /></Field>
        </div>
        <p class="faint">Addresses or prefixes, such as 10.20.1.15 or 10.20.0.0/16. At least one of the three has to be given.</p>
        <Until label="Until" mayBeForever days={days} onDays={setDays} />
        {of?.expires_at && !of.active && <p class="faint">It expired at {exact(of.expires_at)}.</p>}
        <Field label="Why" hint="Who comes after you reads this.">
          <textarea required maxLength={2000} value={why} onInput={event => setWhy(event.currentTarget.value)} /></Field>
        <WhoField value={who} onValue={setWho} />
        <div class="actions"><Button onClick={props.onClose}>Cancel</Button>
          <Button tone="main" type="submit" disabled={isEmpty}>{of === null ? 'Suppress' : 'Change'}</Button></div>
      </form>
    </Dialog>
  );
}

export function DeleteSuppressionDialog(props: { of: Suppression; onDone: () => void; onClose: () => void }) {
  const [error, setError] = useState<ApiError | null>(null);
  const remove = async () => {
    try {
      await send('DELETE', `suppressions/${encodeURIComponent(props.of.id)}`);
      notice('The suppression is gone; what it hid is shown again.');
      props.onDone();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(0, String(failure)));
    }
  };
  return (
    <Dialog title="Delete a suppression" onClose={props.onClose}>
      {error && <Failure error={error} />}
      <p>{hidesText(props.of)}: {props.of.hides === 0 ? 'it hides nothing now.'
        : `${props.of.hides} findings that it hides are shown again.`}</p>
      <div class="actions"><Button onClick={props.onClose}>Cancel</Button>
        <Button tone="danger" onClick={() => void remove()}>Delete</Button></div>
    </Dialog>
  );
}
