import type { Exporter } from '../../api/exporters';
import { linkTo } from '../../router';
import { count, share } from '../../ui/numbers';
import { Button, Copy, Tag, Time } from '../../ui/parts';
import { type Judged, lossOf, seconds, trustInWords } from './judge';
import { Meter } from './meter';
import { Templates } from './templates';

const standings: Readonly<Record<string, string>> = {
  unproven: 'nothing of it could be read yet',
  seen: 'seen within a quarter of an hour',
  proven: 'proven',
  settled: 'settled: read for an hour or longer',
};

/** All about one exporter: first whether it can be trusted, then why. */
export function ExporterPanel({ of, onClose }: { of: Judged; onClose: () => void }) {
  const { exporter, troubles } = of;
  return (
    <aside class="panel" aria-label="The exporter" tabIndex={-1}>
      <header>
        <h2 class="mono">{exporter.address}</h2>
        <Button tone="quiet" aria-label="Close the panel" title="Escape" onClick={onClose}>×</Button>
      </header>
      <p>{trustInWords(exporter.join_trust)}</p>
      {troubles.length === 0 ? <p><Tag tone="good">all well</Tag></p>
        : <ul class="troubles">{troubles.map(trouble => <li class={trouble.level}><strong>{trouble.word}</strong><span>{trouble.means}</span></li>)}</ul>}
      <section>
        <h3>What arrives</h3>
        <dl class="facts wide">
          <dt>Rate now</dt><dd>{of.rate === null ? '…' : `${of.rate.toFixed(of.rate < 10 ? 1 : 0)} records a second`}</dd>
          <dt>Usable, last minute</dt><dd><Meter share={exporter.completeness_last_minute} /></dd>
          <dt>Usable, last hour</dt><dd><Meter share={exporter.completeness_last_hour} /></dd>
          <dt>Lost on the way</dt><dd class={lossOf(exporter) > 0.01 ? 'less' : ''}>{count(exporter.lost_units)} {unitsOf(exporter)}</dd>
          <dt>Late, twice</dt><dd>{count(exporter.late_units)}, {count(exporter.duplicated_units)}</dd>
          <dt>Datagrams</dt><dd>{count(exporter.datagrams)} with {count(exporter.data_records)} flow records</dd>
          <dt>First, last</dt><dd><Time at={exporter.first_seen} />, <Time at={exporter.last_seen} /></dd>
          <dt>Standing</dt><dd>{standings[exporter.standing] ?? exporter.standing}</dd>
        </dl>
      </section>
      <section>
        <h3>Clock</h3>
        <dl class="facts wide">
          <dt>Offset</dt><dd>{seconds(exporter.arrival_offset_seconds)} {exporter.arrival_offset_seconds >= 0 ? 'from the stated export to the arrival' : 'ahead of the sensor'}</dd>
          <dt>Correction</dt><dd>{exporter.clock_correction_seconds === 0 ? 'none' : `${seconds(exporter.clock_correction_seconds)}, give or take ${seconds(exporter.clock_uncertainty_seconds)}`}</dd>
          <dt>Set, restarted</dt><dd>{times(exporter.clock_steps)}, {times(exporter.restarts)}{exporter.sequence_resets > 0 ? `; its sequence began anew ${times(exporter.sequence_resets)}` : ''}</dd>
          {exporter.start_skews.map(skew => (
            <><dt>Against</dt><dd><span class="mono">{skew.relative_to}</span>: {seconds(skew.seconds)} {skew.seconds >= 0 ? 'later' : 'earlier'} <span class="faint">by {count(skew.samples)} connections that both saw</span></dd></>))}
        </dl>
      </section>
      <section>
        <h3>Observation domains</h3>
        <table class="small"><thead><tr><th>Domain</th><th>Protocol</th><th class="number">Records</th><th>Sampling</th><th>Last</th></tr></thead>
          <tbody>{exporter.domains.map(domain => (
            <tr><td>{domain.observation_domain_id}</td><td>{protocolOf(domain.version)}</td><td class="number">{count(domain.data_records)}</td>
              <td>{samplingText(domain.sampling_interval)}{domain.selectors.length > 0 && <span class="faint"> {domain.selectors.slice(0, 8).map(selector => `${selector.kind} ${selector.id}: 1 in ${selector.sampling_interval}`).join(', ')}</span>}</td>
              <td><Time at={domain.last_seen} /></td></tr>))}</tbody></table>
      </section>
      <Templates exporter={exporter.address} number={exporter.domains.reduce((sum, domain) => sum + domain.templates, 0)} />
      <section><h3>Address</h3><p><code>{exporter.address}</code><Copy text={exporter.address} label="the address" /></p>
        <p><a href={linkTo(['hunt'], { exporter: exporter.address })}>Activity that it saw</a></p></section>
    </aside>
  );
}

function times(number: number): string {
  return number === 0 ? 'never' : number === 1 ? 'once' : `${count(number)} times`;
}

/** What sequence numbers count, by the protocol. */
function unitsOf(exporter: Exporter): string {
  const versions = new Set(exporter.domains.map(domain => domain.version));
  if (versions.size !== 1) return 'units';
  return versions.has(5) ? 'flows' : versions.has(9) ? 'datagrams' : 'records';
}

export function protocolOf(version: number): string {
  return version === 10 ? 'IPFIX' : `NetFlow v${version}`;
}

export function samplingText(interval: number): string {
  return interval > 1 ? `1 in ${count(interval)}` : interval === 1 ? 'none' : 'not stated';
}

/** For the table. */
export function shareText(value: number | undefined): string {
  return value === undefined ? '–' : share(value);
}
