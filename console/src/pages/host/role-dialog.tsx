import { useState } from 'preact/hooks';
import { send, ApiError } from '../../api/client';
import type { RoleName } from '../../api/hosts';
import { notice } from '../../ui/notices';
import { Button, Dialog, Failure, Field } from '../../ui/parts';
import { roleEffects, roles, roleTitle } from '../../ui/roles';
import { mustSayWho, ownName, remember, WhoField } from '../../who';

interface RoleDialogProps {
  /** With an empty address it is asked for. */
  readonly host: { readonly address: string; readonly name?: string; readonly role: RoleName };
  /** True where the role that is there already is confirmed. */
  readonly confirms?: boolean;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function isNetwork(address: string): boolean {
  return address.includes('/');
}

/** Tells the sensor which role a host has, or all hosts of a network. */
export function RoleDialog(props: RoleDialogProps) {
  const { host } = props;
  const [role, setRole] = useState<RoleName>(host.role);
  const [why, setWhy] = useState('');
  const [who, setWho] = useState(ownName());
  const [error, setError] = useState<ApiError | null>(null);
  const [isSending, setSending] = useState(false);
  const [address, setAddress] = useState(host.address);
  const name = host.name ?? host.address;
  const tell = async () => {
    setSending(true);
    try {
      const told = { role, why, ...(mustSayWho() ? { who } : {}) };
      if (isNetwork(address)) await send('PUT', 'roles', { address: address.trim(), ...told });
      else await send('PUT', `hosts/${encodeURIComponent(address.trim())}/role`, told);
      remember(who);
      notice(`${name === '' ? address.trim() : name}: ${roleTitle(role).toLowerCase()} from now on.`);
      props.onDone();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(0, String(failure)));
      setSending(false);
    }
  };
  return (
    <Dialog onClose={props.onClose}
      title={name === '' ? 'Tell a role' : props.confirms ? `Confirm the role of ${name}` : `Correct the role of ${name}`}>
      <form onSubmit={event => { event.preventDefault(); void tell(); }}>
        {error && <Failure error={error} />}
        {host.address === '' && (
          <Field label="Host or network">
            <input type="text" required spellcheck={false} placeholder="10.20.0.10 or 10.20.1.0/24" value={address}
              onInput={event => setAddress(event.currentTarget.value)} /></Field>)}
        <Field label="Role">
          <select value={role} onChange={event => setRole(event.currentTarget.value as RoleName)}>
            {roles.map(one => <option value={one}>{roleTitle(one)}</option>)}
          </select>
        </Field>
        <p class="hint role-effect">{roleEffects[role]}</p>
        <Field label="Why" hint="Who comes after you reads this.">
          <textarea required maxLength={2000} value={why} onInput={event => setWhy(event.currentTarget.value)} />
        </Field>
        <WhoField value={who} onValue={setWho} />
        <p class="faint">It is kept over restarts, beats what was learned, and can be taken back. What was found before stays as it is.</p>
        <div class="actions"><Button onClick={props.onClose}>Cancel</Button>
          <Button tone="main" type="submit" disabled={isSending}>{props.confirms ? 'Confirm' : 'Tell'}</Button></div>
      </form>
    </Dialog>
  );
}

/** Asks, and takes back what a person told. */
export function WithdrawDialog(props: {
  host: { readonly address: string; readonly name?: string }; onDone: () => void; onClose: () => void;
}) {
  const [error, setError] = useState<ApiError | null>(null);
  const name = props.host.name ?? props.host.address;
  const withdraw = async () => {
    try {
      const of = encodeURIComponent(props.host.address);
      await send('DELETE', isNetwork(props.host.address) ? `roles?address=${of}` : `hosts/${of}/role`);
      notice(`What was told of ${name} is taken back; what the sensor learns holds again.`);
      props.onDone();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(0, String(failure)));
    }
  };
  return (
    <Dialog title={`Take back the role of ${name}`} onClose={props.onClose}>
      {error && <Failure error={error} />}
      <p>The host has the role again that the sensor learned, if it learned one.</p>
      <div class="actions"><Button onClick={props.onClose}>Cancel</Button>
        <Button tone="danger" onClick={() => void withdraw()}>Take back</Button></div>
    </Dialog>
  );
}
