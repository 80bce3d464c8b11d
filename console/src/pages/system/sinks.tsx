import { useState } from 'preact/hooks';
import { ApiError, get, send } from '../../api/client';
import { useData } from '../../api/data';
import { isAdmin } from '../../api/session';
import type { Sink } from '../../api/system';
import type { PageOf } from '../../api/types';
import { count } from '../../ui/numbers';
import { notice } from '../../ui/notices';
import { Button, Failure, Tag, Time, Waiting } from '../../ui/parts';

const tones: Readonly<Record<string, 'good' | 'warn' | 'plain'>> = { ok: 'good', retrying: 'warn', off: 'plain' };

/** Whom the sensor tells, and whether they hear it. */
export function Sinks(props: { onTested: () => void }) {
  const { data, error, reload } = useData('sinks', signal => get<PageOf<Sink>>('sinks', {}, signal), 10_000);
  return (
    <section class="card system-part" aria-labelledby="system-sinks">
      <h2 id="system-sinks">Sinks</h2>
      {error ? <Failure error={error} retry={reload} /> : data === null ? <Waiting what="Asking the sinks" />
        : data.items.length === 0
          ? <p class="faint">Incidents are told to nobody yet. The settings under Sinks name an Alertmanager, a webhook,
            a syslog server or a file.</p>
        : <table class="listing">
            <thead><tr><th>Name</th><th>Kind</th><th>To</th><th>State</th><th class="number">Waiting</th><th class="number">Sent</th>
              <th class="number">Failures</th>
              <th class="number">Dropped</th><th>Last sent</th>{isAdmin.value && <th><span class="unseen">Test</span></th>}</tr></thead>
            <tbody>{data.items.map(sink => <Line key={sink.name} sink={sink} onTested={() => { reload(); props.onTested(); }} />)}</tbody>
          </table>}
    </section>
  );
}

function Line(props: { sink: Sink; onTested: () => void }) {
  const { sink } = props;
  const [isTesting, setTesting] = useState(false);
  const test = async () => {
    setTesting(true);
    try {
      const { delivered, answer } = await send<{ delivered: boolean; answer?: string }>(
        'POST', `sinks/${encodeURIComponent(sink.name)}/test`);
      notice(`${sink.name}: ${delivered ? 'the example arrived' : 'the example did not arrive'}${answer ? ` (${answer})` : ''}.`,
        { tone: delivered ? 'done' : 'failed' });
    } catch (failure) {
      notice(`${sink.name}: ${failure instanceof ApiError ? failure.lines.join(' ') : String(failure)}`, { tone: 'failed' });
    }
    setTesting(false);
    props.onTested();
  };
  return (
    <tr>
      <td>{sink.name}</td><td>{sink.kind}</td><td class="mono">{sink.target}</td>
      <td><Tag tone={tones[sink.state] ?? 'plain'}>{sink.state}</Tag>
        {sink.state !== 'ok' && sink.last_error && <p class="faint">{sink.last_error} <Time at={sink.last_error_at} /></p>}</td>
      <td class="number">{count(sink.backlog)}{sink.oldest_waiting_at && <p class="faint">since <Time at={sink.oldest_waiting_at} /></p>}
      </td>
      <td class="number">{count(sink.sent)}</td><td class="number">{count(sink.failures)}</td>
      <td class="number">{sink.dropped === 0 ? '0' : <Tag tone="bad">{count(sink.dropped)}</Tag>}</td>
      <td><Time at={sink.last_sent_at} /></td>
      {isAdmin.value && (
        <td class="row-tools"><Button disabled={isTesting} aria-label={`Test ${sink.name}`} onClick={() => void test()}>
          {isTesting ? 'Sending…' : 'Test'}</Button></td>)}
    </tr>
  );
}
