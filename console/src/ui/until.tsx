import { useState } from 'preact/hooks';

const choices: readonly (readonly [string, string, number])[] = [
  ['1d', 'a day', 1], ['7d', 'a week', 7], ['30d', '30 days', 30], ['90d', '90 days', 90], ['365d', 'a year', 365],
];

/** Until when something holds, chosen in days from now or as a date; null for ever, where that may be. */
export function Until(props: { label: string; mayBeForever: boolean; days: string; onDays: (days: string) => void }) {
  const [date, setDate] = useState('');
  const isDate = !choices.some(([key]) => key === props.days) && props.days !== '';
  return (
    <fieldset class="field choice">
      <legend class="label">{props.label}</legend>
      <div class="picks">
        {props.mayBeForever && (
          <label class="pick"><input type="radio" name="until" checked={props.days === ''} onChange={() => props.onDays('')} />
            without end</label>)}
        {choices.map(([key, text]) => (
          <label key={key} class="pick">
            <input type="radio" name="until" checked={props.days === key} onChange={() => props.onDays(key)} />{text}</label>))}
        <label class="pick"><input type="radio" name="until" checked={isDate}
          onChange={() => props.onDays(date === '' ? new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10) : date)} />
          until</label>
        <input type="date" aria-label="Until the end of this day (UTC)" value={isDate ? props.days : date}
          onInput={event => { setDate(event.currentTarget.value); props.onDays(event.currentTarget.value); }} />
      </div>
    </fieldset>
  );
}

/** The time that was chosen, as the API wants it; undefined for ever. */
export function untilTime(days: string): string | undefined {
  if (days === '') return undefined;
  const known = choices.find(([key]) => key === days);
  return known ? new Date(Date.now() + known[2] * 86_400_000).toISOString() : `${days}T23:59:59Z`;
}
