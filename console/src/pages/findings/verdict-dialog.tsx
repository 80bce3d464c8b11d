import { useRef, useState } from 'preact/hooks';
import { ApiError, send } from '../../api/client';
import { count, plural } from '../../ui/numbers';
import { Button, Dialog, Failure, Field } from '../../ui/parts';
import { mustSayWho, ownName, remember, WhoField } from '../../who';
import { Until, untilTime } from '../../ui/until';

export type Meaning = 'benign' | 'malicious';

/** Ids of so many findings fit into one request. */
const BATCH = 1_000;

/** Asks for a verdict on many findings and gives it, in parts; says how far it is, and can be stopped between two parts. */
export function VerdictDialog(props: {
  number: number;
  title: string;
  /** Reads the ids: of all that match, they may not be known yet. */
  ids: (progress: (read: number) => void, signal: AbortSignal) => Promise<readonly string[]>;
  onGiven: (ids: readonly string[], meaning: Meaning) => void;
  onClose: () => void;
}) {
  const [meaning, setMeaning] = useState<Meaning | null>(null);
  const [why, setWhy] = useState('');
  const [who, setWho] = useState(ownName());
  const [days, setDays] = useState('');
  const [work, setWork] = useState<{ doing: string; done: number } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [missing, setMissing] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);

  const give = async () => {
    if (meaning === null) return;
    const stopper = new AbortController();
    stop.current = stopper;
    setError(null);
    if (mustSayWho()) remember(who);
    let given = 0;
    let gone = 0;
    try {
      setWork({ doing: 'Reading which they are', done: 0 });
      const ids = await props.ids(read => setWork({ doing: 'Reading which they are', done: read }), stopper.signal);
      for (let i = 0; i < ids.length; i += BATCH) {
        if (stopper.signal.aborted) throw new DOMException('Stopped', 'AbortError');
        setWork({ doing: 'Giving the verdict', done: i });
        const part = ids.slice(i, i + BATCH);
        const answer = await send<{ given: number; missing: readonly string[] }>('POST', 'findings/verdicts', {
          ids: part, verdict: meaning, why: why.trim(), ...(mustSayWho() ? { who: who.trim() } : {}),
          expires_at: untilTime(days),
        });
        given += answer.given;
        gone += answer.missing.length;
        const lost = new Set(answer.missing);
        props.onGiven(part.filter(id => !lost.has(id)), meaning);
      }
      if (gone > 0) setMissing(gone);
      else props.onClose();
    } catch (failure) {
      const stopped = failure instanceof DOMException && failure.name === 'AbortError';
      const title = stopped ? 'Stopped' : failure instanceof ApiError ? failure.lines.join(' ') : String(failure);
      setError(new ApiError(0, given > 0 ? `${title}. ${plural(given, 'finding')} had the verdict by then.` : title));
    } finally {
      setWork(null);
    }
  };

  return (
    <Dialog title={props.title} onClose={() => { stop.current?.abort(); props.onClose(); }}>
      {missing !== null
        ? <><p>{plural(missing, 'finding')} had gone before the verdict came; all others have it.</p>
          <div class="actions"><Button tone="main" onClick={props.onClose}>Close</Button></div></>
        : <form onSubmit={event => { event.preventDefault(); void give(); }}>
          {error && <Failure error={error} />}
          <fieldset class="field choice" disabled={work !== null}>
            <legend class="label">{props.number === 1 ? 'What is it?' : 'What are they?'}</legend>
            <div class="answers two">
              <Answer title="Benign" text={`Somebody was meant to do this. ${props.number === 1 ? 'It is' : 'They are'} hidden, and may be learned as normal.`}
                checked={meaning === 'benign'} onPick={() => setMeaning('benign')} />
              <Answer title="Malicious" text={props.number === 1 ? 'It is what it looks like. Nothing is hidden.' : 'They are what they look like. Nothing is hidden.'}
                checked={meaning === 'malicious'} onPick={() => setMeaning('malicious')} />
            </div>
          </fieldset>
          <Field label="Why?" hint="Whoever sees this again will read it."><textarea required maxLength={2000} rows={3} value={why} disabled={work !== null}
            onInput={event => setWhy(event.currentTarget.value)} /></Field>
          <Until label="Until when?" mayBeForever days={days} onDays={setDays} />
          <WhoField value={who} onValue={setWho} />
          <div class="work" role="status">
            {work && <><progress class="progress" max={props.number} value={work.done} aria-label={work.doing} />
              <span>{work.doing}: {count(work.done)} of {count(props.number)}</span></>}
          </div>
          <div class="actions">
            <Button onClick={() => { if (work) stop.current?.abort(); else props.onClose(); }}>{work ? 'Stop' : 'Cancel'}</Button>
            <Button tone="main" type="submit" disabled={work !== null || meaning === null}>
              {props.number === 1 ? 'Give verdict' : `Give verdict on ${count(props.number)}`}</Button>
          </div>
        </form>}
    </Dialog>
  );
}

function Answer(props: { title: string; text: string; checked: boolean; onPick: () => void }) {
  return (
    <label class={`answer${props.checked ? ' chosen' : ''}`}>
      <input type="radio" name="verdict" checked={props.checked} onChange={props.onPick} />
      <span><strong>{props.title}</strong><span class="text">{props.text}</span></span>
    </label>
  );
}
