import { useEffect, useMemo, useState } from 'preact/hooks';
import { ApiError, get, send } from '../../api/client';
import type { FindingsPage } from '../../api/findings';
import { kindName } from '../../ui/kinds';
import { count, plural } from '../../ui/numbers';
import { Button, Dialog, Failure, Field } from '../../ui/parts';
import type { FindingRow } from './row';
import { mustSayWho, ownName, remember, WhoField } from '../../who';
import { Until, untilTime } from '../../ui/until';

/** More rules at once than these are a rule that is too narrow. */
const MOST = 20;

interface Rule {
  readonly kind?: string;
  readonly client?: string;
  readonly server?: string;
}

/** Makes suppressions of what is alike in the chosen findings. */
export function SuppressDialog(props: { rows: readonly FindingRow[]; onDone: () => void; onClose: () => void }) {
  const [by, setBy] = useState({ kind: true, client: true, server: true });
  const [why, setWhy] = useState('');
  const [who, setWho] = useState(ownName());
  const [days, setDays] = useState('30d');
  const [error, setError] = useState<ApiError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const rules = useMemo(() => rulesOf(props.rows, by), [props.rows, by]);
  const canDo = rules.length > 0 && rules.length <= MOST && (by.kind || by.client || by.server);

  const add = async () => {
    setBusy(true);
    setError(null);
    if (mustSayWho()) remember(who);
    let added = 0;
    try {
      for (const rule of rules) {
        await send('POST', 'suppressions', {
          ...rule, why: why.trim(), ...(mustSayWho() ? { who: who.trim() } : {}),
          expires_at: untilTime(days),
        });
        added++;
      }
      props.onDone();
    } catch (failure) {
      const text = failure instanceof ApiError ? failure.lines.join(' ') : String(failure);
      setError(new ApiError(0, added > 0 ? `${text} ${added} of ${rules.length} suppressions were made.` : text));
      setBusy(false);
    }
  };

  const part = (name: 'kind' | 'client' | 'server', title: string) => (
    <label><input type="checkbox" checked={by[name]} onChange={() => setBy({ ...by, [name]: !by[name] })} /> {title}</label>);
  return (
    <Dialog title={props.rows.length === 1 ? 'Suppress findings like this one' : `Suppress findings like these ${count(props.rows.length)}`} onClose={props.onClose}>
      <form onSubmit={event => { event.preventDefault(); void add(); }}>
        {error && <Failure error={error} />}
        <p class="dim">Hides findings, also those to come, that have the same</p>
        <fieldset class="checks three"><legend class="unseen">What must be the same</legend>
          {part('kind', 'kind')}{part('client', 'client')}{part('server', 'server')}</fieldset>
        {rules.length === 0 ? <p class="wrong" role="alert">Choose at least one: a rule without any would hide everything.</p>
          : rules.length > MOST
            ? <p class="wrong" role="alert">These are {count(rules.length)} different rules, {MOST} at most at once. Choose fewer things that must be the same.</p>
            : <ul class="rules" aria-label={plural(rules.length, 'rule')}>{rules.map(rule => <RuleLine key={JSON.stringify(rule)} rule={rule} />)}</ul>}
        <Field label="Why?" hint="Whoever wonders why something is not shown will read it."><textarea required maxLength={2000} rows={3} value={why}
          onInput={event => setWhy(event.currentTarget.value)} /></Field>
        <Until label="Until when?" mayBeForever days={days} onDays={setDays} />
        <WhoField value={who} onValue={setWho} />
        <div class="actions">
          <Button onClick={props.onClose}>Cancel</Button>
          <Button tone="main" type="submit" disabled={!canDo || isBusy}>{rules.length > 1 ? `Suppress by ${rules.length} rules` : 'Suppress'}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function rulesOf(rows: readonly FindingRow[], by: { kind: boolean; client: boolean; server: boolean }): Rule[] {
  const rules = new Map<string, Rule>();
  for (const row of rows) {
    const rule: Rule = {
      ...(by.kind ? { kind: row.kind } : {}),
      ...(by.client ? { client: row.client } : {}),
      ...(by.server && row.server !== undefined ? { server: row.server } : {}),
    };
    if (Object.keys(rule).length > 0) rules.set(JSON.stringify(rule), rule);
  }
  return [...rules.values()];
}

function RuleLine({ rule }: { rule: Rule }) {
  const [hides, setHides] = useState<number | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    get<FindingsPage>('findings', { kind: rule.kind, client: rule.client, server: rule.server, limit: 1, state: 'all' }, stop.signal)
      .then(page => setHides(page.total ?? null), () => undefined);
    return () => stop.abort();
  }, []);
  return (
    <li>
      <span>{rule.kind ? kindName(rule.kind) : 'Any kind'} from {rule.client ? <code>{rule.client}</code> : 'any client'} to {rule.server ? <code>{rule.server}</code> : 'any server'}</span>
      <span class="faint">{hides === null ? '' : `hides ${count(hides)} now`}</span>
    </li>
  );
}
