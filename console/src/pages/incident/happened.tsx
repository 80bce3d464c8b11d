import { useMemo } from 'preact/hooks';
import { get } from '../../api/client';
import { useData } from '../../api/data';
import type { HostRef, IncidentDetail, Kind } from '../../api/types';
import { howRareLine } from '../../ui/how-rare';
import { plural } from '../../ui/numbers';
import { Host, Severity } from '../../ui/parts';
import { duration, precise } from '../../ui/time';
import { HostGraph } from './graph';
import { deedsOf, namesOf, type Deed } from './story';

const MOST = 12;

/** What each kind says that a client did, to be followed by the server: asked once for all pages. */
let kinds: Promise<ReadonlyMap<string, string>> | null = null;

function deedWords(): Promise<ReadonlyMap<string, string>> {
  kinds ??= get<{ items: readonly Kind[] }>('kinds').then(
    page => new Map(page.items.map(kind => [kind.kind, kind.deed])),
    failure => {
      kinds = null;
      throw failure;
    });
  return kinds;
}

/** The story in order, in plain sentences, beside a picture of its hosts. */
export function Happened(props: { detail: IncidentDetail }) {
  const { detail } = props;
  const words = useData('kinds', deedWords);
  const [deeds, names] = useMemo(() => [deedsOf(detail), namesOf(detail)], [detail]);
  const day = (at: string) => precise(at).slice(0, 10);
  return (
    <section class="card happened" aria-labelledby="happened">
      <h2 id="happened">What happened</h2>
      <HostGraph detail={detail} />
      <ol class="story">
        {deeds.slice(0, MOST).map((deed, i) => (
          <li key={deed.client + deed.kind} class={deed.severity}>
            <time dateTime={deed.first} title={`${precise(deed.first)} UTC`}>
              {(i === 0 || day(deed.first) !== day(deeds[i - 1]!.first)) && <span class="day">{day(deed.first)}</span>}
              {precise(deed.first).slice(11)}</time>
            <div>
              <p class="sentence">
                {deed.drivenBy !== null && <span class="went-on">Having been driven by <Name of={names.get(deed.drivenBy) ?? { address: deed.drivenBy }} />, </span>}
                <Name of={names.get(deed.client) ?? { address: deed.client }} /> {words.data?.get(deed.kind) ?? '…'}{' '}
                <Servers of={deed} names={names} />.
              </p>
              <p class="faint">{[amount(deed), rarestOf(deed)].filter(part => part !== null).join('; ')}</p>
            </div>
            <Severity of={deed.severity} />
          </li>))}
      </ol>
      {deeds.length > MOST && <p class="dim">and {plural(deeds.length - MOST, 'further step')}, in the evidence below.</p>}
    </section>
  );
}

function amount(deed: Deed): string {
  const lasted = Date.parse(deed.last) - Date.parse(deed.first);
  return `${plural(deed.count, 'time')}${lasted >= 1_000 ? ` within ${duration(lasted)}` : ''}, ${plural(deed.findings.length, 'finding')}`;
}

/** Of several findings the worst one's, the earliest of those; only one pair can be said in half a line. */
function rarestOf(deed: Deed): string | null {
  return deed.servers.length === 1 ? howRareLine(deed.findings.find(one => one.severity === deed.severity)?.rarity) : null;
}

function Name(props: { of: HostRef }) {
  return <Host of={props.of} quiet />;
}

function Servers(props: { of: Deed; names: ReadonlyMap<string, HostRef> }) {
  const { servers } = props.of;
  if (servers.length === 0) return <span>other hosts</span>;
  const shown = servers.slice(0, 4);
  const more = servers.length - shown.length;
  return (
    <>{shown.map((server, i) => (
      <span key={server}>{i === 0 ? '' : i === shown.length - 1 && more === 0 ? ' and ' : ', '}
        <Name of={props.names.get(server) ?? { address: server }} /></span>))}
      {more > 0 && ` and ${plural(more, 'other')}`}</>
  );
}
