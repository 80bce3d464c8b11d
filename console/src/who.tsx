import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { session } from './api/session';
import { Button, Dialog, Field } from './ui/parts';

// Where nobody has to log in, whoever changes something says who they are; this browser remembers it.

const KEY = 'who';
const asked = signal<((name: string | null) => void) | null>(null);

/** The name that changes are kept by; empty when it is not known yet. */
export function ownName(): string {
  return session.value?.name ?? localStorage.getItem(KEY) ?? '';
}

/** True where the sensor does not know who it is, so that they have to say it. */
export function mustSayWho(): boolean {
  return session.value?.name === null;
}

export function remember(name: string): void {
  if (name.trim() !== '') localStorage.setItem(KEY, name.trim());
}

/** What a request has to say of who makes it; asks where that is not known, and is null when the question was closed. */
export async function whoSays(): Promise<{ who?: string } | null> {
  if (!mustSayWho()) return {};
  const known = ownName();
  if (known !== '') return { who: known };
  const told = await new Promise<string | null>(answer => { asked.value = answer; });
  return told === null ? null : { who: told };
}

/** The question who it is; part of the frame of all pages. */
export function AskWho() {
  const answer = asked.value;
  if (answer === null) return null;
  const close = (name: string | null) => {
    asked.value = null;
    answer(name);
  };
  return <AskWhoDialog onAnswer={close} />;
}

function AskWhoDialog(props: { onAnswer: (name: string | null) => void }) {
  const [name, setName] = useState('');
  return (
    <Dialog title="Who are you?" onClose={() => props.onAnswer(null)}>
      <form onSubmit={event => {
        event.preventDefault();
        if (name.trim() === '') return;
        remember(name);
        props.onAnswer(name.trim());
      }}>
        <p class="dim">Nobody has to log in here, so what is changed is kept with the name that you give. This browser remembers it.</p>
        <Field label="Your name"><input type="text" required maxLength={200} autoComplete="name" value={name}
          onInput={event => setName(event.currentTarget.value)} /></Field>
        <div class="actions"><Button onClick={() => props.onAnswer(null)}>Cancel</Button>
          <Button type="submit" tone="main">Go on</Button></div>
      </form>
    </Dialog>
  );
}

/** The field for it in a dialog that asks other things, too; nothing where the sensor knows who it is. */
export function WhoField(props: { value: string; onValue: (name: string) => void }) {
  if (!mustSayWho()) return null;
  return (
    <Field label="Your name" hint="Kept with what you say; nobody has to log in here.">
      <input type="text" required maxLength={200} autoComplete="name" value={props.value}
        onInput={event => props.onValue(event.currentTarget.value)} />
    </Field>
  );
}
