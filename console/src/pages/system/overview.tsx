import type { SystemAnswer } from '../../api/system';
import { count, octets, plural } from '../../ui/numbers';
import { Tag, Time } from '../../ui/parts';
import { duration, exact } from '../../ui/time';

/** Version, parts, store and listeners. */
export function Overview(props: { of: SystemAnswer }) {
  const { of } = props;
  const unwell = of.parts.filter(part => part.state !== 'well');
  return (
    <div class="system-cards">
      <section class="card" aria-labelledby="system-program">
        <h2 id="system-program">Program</h2>
        <dl class="facts">
          <dt>Version</dt><dd>{of.version}</dd>
          <dt>Started</dt>
          <dd><Time at={of.started_at} full /> <span class="dim">up {duration(Date.parse(of.now) - Date.parse(of.started_at))}</span></dd>
          <dt>Memory</dt><dd>{octets(of.memory_bytes)}</dd>
          <dt>Processor</dt><dd>{duration(of.cpu_seconds * 1_000)} <span class="dim">{cpuShare(of)}</span></dd>
          <dt>Its clock</dt><dd>{exact(of.now)}</dd>
        </dl>
        <ul class="plain-list system-links">
          <li><a href="./openapi/v1.json">Description of the API</a> <span class="faint">OpenAPI</span></li>
          <li><a href="./metrics">Metrics</a>, <a href="./metrics/findings">of findings</a> <span class="faint">Prometheus</span></li>
          <li><a href="./readyz">Readiness</a> <span class="faint">for health checks</span></li>
        </ul>
      </section>
      <section class="card" aria-labelledby="system-parts">
        <h2 id="system-parts">Parts <Tag tone={unwell.length === 0 ? 'good' : 'bad'}>
          {unwell.length === 0 ? 'all well' : `${plural(unwell.length, 'part')} not well`}</Tag></h2>
        {unwell.length > 0 && (
          <table class="listing system-unwell">
            <thead><tr><th>Part</th><th>State</th><th>Why</th></tr></thead>
            <tbody>{unwell.map(part => (
              <tr key={part.name}><td>{part.name}</td>
                <td class="whole"><Tag tone="bad">{part.state}</Tag>{' '}
                  {part.since && <span class="dim"><Time at={part.since} /></span>}</td>
                <td>{part.reason ?? part.doing ?? ''}</td></tr>))}</tbody>
          </table>)}
        <ul class="system-well">
          {of.parts.filter(part => part.state === 'well').map(part => (
            <li key={part.name} title={part.doing}><span class="dot" aria-hidden="true" />{part.name}</li>))}
        </ul>
      </section>
      <Store of={of.store} />
    </div>
  );
}

function cpuShare(of: SystemAnswer): string {
  const elapsed = (Date.parse(of.now) - Date.parse(of.started_at)) / 1_000;
  return elapsed > 0 ? `${(of.cpu_seconds / elapsed * 100).toFixed(1)} % of a core since the start` : '';
}

function Store(props: { of: SystemAnswer['store'] }) {
  const { of } = props;
  return (
    <section class="card" aria-labelledby="system-store">
      <h2 id="system-store">Store {!of.enabled ? <Tag tone="warn">in memory: nothing survives a restart</Tag>
        : of.writable === false && <Tag tone="bad">cannot be written</Tag>}</h2>
      {of.loss && <p class="system-loss">{of.loss}</p>}
      <Filled label="Activities" value={of.activities_bytes} most={of.activities_max_bytes} text={octets} />
      <Filled label="Findings" value={of.findings} most={of.max_findings} text={count} />
      <dl class="facts">
        <dt>Oldest</dt><dd>{of.oldest_activity_at ? <><Time at={of.oldest_activity_at} full /></> : 'no activity yet'}</dd>
        <dt>Newest</dt><dd><Time at={of.newest_activity_at} full /></dd>
        <dt>Incidents</dt><dd>{count(of.incidents)}</dd>
        <dt>State</dt><dd>{octets(of.state_bytes)} <span class="dim">what was learned, found and told</span></dd>
        <dt>Damaged rows</dt><dd>{of.damaged_rows === 0 ? 'none' : <Tag tone="bad">{count(of.damaged_rows)}</Tag>}</dd>
        {of.folder && <><dt>Folder</dt><dd class="mono">{of.folder}</dd></>}
      </dl>
    </section>
  );
}

/** So much of so much, where there is a bound. */
function Filled(props: { label: string; value: number; most?: number | undefined; text: (value: number) => string }) {
  const share = props.most ? Math.min(1, props.value / props.most) : 0;
  return (
    <div class="system-filled">
      <p><span>{props.label}</span>
        <span>{props.text(props.value)}{props.most ? <span class="dim"> of {props.text(props.most)}</span> : ''}</span></p>
      {props.most &&
        <span class={`meter${share > 0.95 ? ' warn' : ''}`} aria-hidden="true"><i style={{ width: `${share * 100}%` }} /></span>}
    </div>
  );
}

export function Listeners(props: { of: SystemAnswer['listeners'] }) {
  return (
    <section class="card system-part" aria-labelledby="system-listeners">
      <h2 id="system-listeners">Listeners</h2>
      {props.of.length === 0 ? <p class="faint">Nothing is listened to; Zeek's or Suricata's logs may be followed all the same.</p>
        : <table class="listing">
            <thead><tr><th>Protocol</th><th>Address</th><th class="number">Received</th><th class="number">Lost</th></tr></thead>
            <tbody>{props.of.map(one => (
              <tr><td>{one.protocol}</td><td class="mono">{one.endpoint}</td><td class="number">{count(one.received)}</td>
                <td class="number">{one.lost === 0 ? '0' : <Tag tone="bad">{count(one.lost)}</Tag>}</td></tr>))}</tbody>
          </table>}
    </section>
  );
}
