import { useState } from 'preact/hooks';
import { ApiError, get } from '../../api/client';
import { useData } from '../../api/data';
import type { PageOf } from '../../api/types';
import { linkTo } from '../../router';
import { count, plural } from '../../ui/numbers';
import { Copy, Time } from '../../ui/parts';
import { exporterKinds } from './exporter-kinds';

interface Exporter {
  readonly address: string;
  readonly last_seen: string;
  readonly datagrams: number;
  readonly data_records: number;
}

interface SystemPart {
  readonly listeners?: readonly { readonly protocol: string; readonly endpoint: string }[];
}

interface LearningState {
  readonly enabled: boolean;
  readonly days: number;
  readonly learning_days: number;
  readonly settled: boolean;
  readonly next?: string;
}

interface Known {
  readonly exporters: readonly Exporter[];
  readonly udp: readonly string[];
  readonly learning: LearningState | null;
}

// What a sensor that says nothing of its listeners listens on: its defaults.
const defaults = ['2055', '4739', '9995'];

function portOf(endpoint: string): string {
  return endpoint.slice(endpoint.lastIndexOf(':') + 1);
}

async function known(signal: AbortSignal): Promise<Known> {
  const orNull = <T,>(asked: Promise<T>): Promise<T | null> => asked.catch((failure: unknown) => {
    if (failure instanceof ApiError && failure.status !== 0) return null;
    throw failure;
  });
  const [exporters, system, learning] = await Promise.all([
    get<PageOf<Exporter>>('exporters', {}, signal),
    orNull(get<SystemPart>('system', {}, signal)), orNull(get<LearningState>('learning', {}, signal)),
  ]);
  const udp = system?.listeners?.filter(one => one.protocol.toLowerCase().startsWith('udp')).map(one => one.endpoint) ?? [];
  return { exporters: exporters.items, udp, learning };
}

/** What somebody sees who has just installed it: what to do next, and whether it works. */
export function FirstStart() {
  const { data } = useData('first start', known, 3_000);
  const [kind, setKind] = useState(exporterKinds[0]!.name);
  const ports = data === null || data.udp.length === 0 ? defaults : [...new Set(data.udp.map(portOf))];
  const isLocal = /^(localhost|127\.|\[::1\])/.test(location.hostname);
  const sensor = isLocal ? 'SENSOR' : location.hostname;
  const port = ports[0]!;
  const chosen = exporterKinds.find(one => one.name === kind) ?? exporterKinds[0]!;
  const text = chosen.lines(sensor, port);
  const sample = `dotnet run --project src/RpcCollector -- send --now tests/captures/softflowd-ipfix-rpc-activity.pcap --to 127.0.0.1:${port}`;
  const installed = `RpcCollector demo`;
  return (
    <section class="first-start" aria-label="First steps">
      <h2>Nothing has been reported yet</h2>
      <Arrivals data={data} ports={ports} />
      <ol>
        <li>
          <h3>Send it flows</h3>
          <p>Let a router, firewall or probe export NetFlow v5, v9 or IPFIX, <strong>unsampled</strong>, to this machine. The best place is one
            that sees traffic between workstations and servers.</p>
          <div class="bar">
            <select aria-label="Exporter" value={kind} onChange={event => setKind(event.currentTarget.value)}>
              {exporterKinds.map(one => <option key={one.name} value={one.name}>{one.name}</option>)}
            </select>
            <span class="dim">{chosen.where}</span>
          </div>
          <div class="to-copy tall"><pre>{text}</pre><Copy text={text} label={`the lines for ${chosen.name}`} /></div>
          {isLocal && <p class="dim">SENSOR stands for the address of this machine, as the exporter sees it.</p>}
        </li>
        <li>
          <h3>Or see it work now</h3>
          <p>This sends a recorded attack as a router would. It appears on this page within seconds.</p>
          <div class="to-copy"><pre>{sample}</pre><Copy text={sample} label="the command" /></div>
          <p class="dim">From the folder of the sources. Where it was installed as a package, <code>{installed}</code> shows recorded attacks.</p>
        </li>
        <li>
          <h3>Give it time</h3>
          <Learning of={data?.learning ?? null} />
        </li>
      </ol>
      <p class="dim">More: <code>docs/quick-start.md</code>, <code>docs/exporters.md</code> (what each exporter sends, and what is odd about it), and{' '}
        <a href="./openapi/v1.json">the API</a>, which has all that this console shows.</p>
    </section>
  );
}

/** Whether anything has arrived; it has the same height whatever it says. */
function Arrivals(props: { data: Known | null; ports: readonly string[] }) {
  const exporters = props.data?.exporters ?? [];
  const records = exporters.reduce((sum, one) => sum + one.data_records, 0);
  const datagrams = exporters.reduce((sum, one) => sum + one.datagrams, 0);
  const last = exporters.map(one => one.last_seen).sort().at(-1);
  return (
    <p class={`arrivals ${datagrams > 0 ? 'some' : ''}`} role="status" aria-live="polite">
      <span class="dot" aria-hidden="true" />
      {props.data === null ? <span>Looking for exports…</span>
        : datagrams === 0 ? <span>It listens on UDP {props.ports.join(', ')}. <strong>No exporter has sent anything yet.</strong></span>
        : (
          <span><strong>Exports arrive</strong> on UDP {props.ports.join(', ')}: {plural(exporters.length, 'exporter')}, {count(datagrams)} datagrams,{' '}
            {count(records)} records, the last <Time at={last} />. <a href={linkTo(['exporters'])}>Are they complete?</a> Nothing in them was
            worth reporting so far.</span>)}
    </p>
  );
}

function Learning(props: { of: LearningState | null }) {
  const days = props.of?.learning_days ?? 14;
  return (
    <>
      <p>It reports from the first minute on. In the first {plural(days, 'day')} it learns who does what every day, and until then more is new
        to it than will be later: findings that rest on novelty alone are told with low confidence.</p>
      <p class="dim">{props.of === null ? '' : props.of.enabled ? `${props.of.next ?? `Day ${Math.floor(props.of.days) + 1} of ${days}.`} ` : 'Learning is off. '}
        <a href={linkTo(['learning'])}>How far it is</a></p>
    </>
  );
}
