import { get } from '../../api/client';
import { useData } from '../../api/data';
import type { Leaf, Sensor, SensorsPage } from '../../api/exporters';
import { count, share } from '../../ui/numbers';
import { Tag, Time } from '../../ui/parts';
import { seconds } from './judge';

/** The processes that receive for this one: nothing where it receives itself. */
export function Sensors() {
  const { data } = useData('sensors', signal => get<SensorsPage>('sensors', {}, signal), 10_000);
  if (data === null || data.items.length === 0) return null;
  const haveLeaves = data.items.some(sensor => sensor.leaf !== undefined);
  const haveSites = data.items.some(sensor => sensor.site !== undefined);
  return (
    <section class="card sensors" aria-label="Sensors">
      <h2>Sensors</h2>
      <table class="small">
        <thead><tr><th>Sensor</th>{haveSites && <th title="Its hosts are known as ADDRESS@SITE">Site</th>}<th>State</th><th>Last report</th><th class="number">Lag</th><th class="number">Lost flow starts</th><th class="number">Dropped</th>
          <th class="number">Buffer</th>{haveLeaves && <th title="The nats-server beside it, which keeps on disk what the hubs have not taken">Leaf</th>}<th class="number">Exporters</th><th>Version</th></tr></thead>
        <tbody>{data.items.map(sensor => (
          <tr key={sensor.name}>
            <td class="mono strong">{sensor.name}</td>{haveSites && <td class="mono">{sensor.site ?? '–'}</td>}<td><State of={sensor} /></td>
            <td>{sensor.last_report_at === undefined ? 'never' : <Time at={sensor.last_report_at} />}</td>
            <td class="number">{sensor.lag_seconds === undefined ? '–' : seconds(sensor.lag_seconds)}</td>
            <td class="number">{number(sensor.lost_flow_starts)}</td><td class="number">{number(sensor.dropped_flow_starts)}</td>
            <td class="number">{sensor.buffer_bytes === undefined || !sensor.buffer_max_bytes ? '–' : share(sensor.buffer_bytes / sensor.buffer_max_bytes)}</td>
            {haveLeaves && <td>{sensor.leaf === undefined ? '–' : <LeafState of={sensor.leaf} />}</td>}
            <td class="number">{number(sensor.exporters)}</td><td>{sensor.version ?? '–'}</td>
          </tr>))}</tbody>
      </table>
    </section>
  );
}

function number(value: number | undefined) {
  return value === undefined ? '–' : count(value);
}

// Within a minute a leaf that changes from one hub to another is heard again.
const silentAfterSeconds = 60;

function LeafState({ of: { domain, held_bytes: held, held_max_bytes: most, waiting_messages: waiting, silent_seconds: silent } }: { of: Leaf }) {
  const isSilent = silent !== undefined && silent >= silentAfterSeconds;
  return <>
    <span title={`${domain}: of the disk that it may take. It keeps what the hubs have taken, too, until it is old or in the way.`}>{share(most > 0 ? held / most : 0)} full</span>
    {waiting === undefined && <Tag tone="warn" title="The judge does not ask it for anything: it is not in Scale:Nats:Leaves.">not asked</Tag>}
    {isSilent && <Tag tone="bad" title="What the sensor sees waits in it; beyond its bound the oldest goes.">not heard by the hubs for {seconds(silent)}</Tag>}
    {waiting !== undefined && waiting > 0 && <Tag tone="warn" title="Messages that the hubs have not taken, as they heard last.">{count(waiting)} wait</Tag>}
  </>;
}

function State({ of: { state, ready, reasons, left_out_of_partitions: leftOut } }: { of: Sensor }) {
  if (state === 'silent') return <Tag tone="bad" title="It is down or cut off from the broker: what its exporters send now is not seen.">silent</Tag>;
  if (state === 'not_reporting') return <Tag tone="warn" title="Its flow starts come, but it does not say how it is: it is of a former version, or may not append to ACT.told.NAME.">does not report</Tag>;
  return <>
    {ready === false ? <Tag tone="bad" title={reasons?.join('; ') ?? ''}>not ready</Tag> : <Tag tone="good">reports</Tag>}
    {leftOut !== undefined && <Tag tone="warn" title="Its time and the broker's lie more than five minutes apart: the others do not wait for it.">left out of the clock</Tag>}
  </>;
}
