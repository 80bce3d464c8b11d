import { session } from '../../api/session';
import { Field } from '../../ui/parts';

const KEY = 'who';

/** True where the sensor does not know the name of who asks. */
export function mustSayWho(): boolean {
  return (session.value?.name ?? null) === null;
}

export function keptWho(): string {
  return localStorage.getItem(KEY) ?? '';
}

export function keepWho(who: string): void {
  if (who !== '') localStorage.setItem(KEY, who);
}

export function WhoField(props: { who: string; onWho: (who: string) => void }) {
  if (!mustSayWho()) return null;
  return (
    <Field label="Who says so" hint="Nobody is logged in, so the sensor does not know.">
      <input type="text" required maxLength={200} value={props.who} onInput={event => props.onWho(event.currentTarget.value)} />
    </Field>
  );
}
