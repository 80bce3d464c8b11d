import type { HowRare } from '../api/types';
import { count, plural } from './numbers';
import { Time } from './parts';

// Of fewer clients a share says little, and of fewer flows the sensor gives no percentile.
const FEW = 5;

/** How rare a finding is: terms and numbers, to stand in a list of facts. */
export function HowRareFacts({ of }: { of: HowRare }) {
  return (
    <>
      {of.server_clients !== undefined && <><dt>Done by</dt><dd><Clients of={of} /></dd></>}
      {of.server_clients !== undefined && <><dt>This pair</dt><dd><Pair of={of} /></dd></>}
      {of.octets !== undefined && <><dt>Largest flow</dt><dd><Octets of={of} /></dd></>}
      {of.client_servers_like !== undefined && <><dt>The client</dt><dd>used {of.service} with {of.client_servers_like === 0
        ? `no ${of.server_clients === undefined ? '' : 'other '}server` : plural(of.client_servers_like, of.server_clients === undefined ? 'server' : 'other server')}</dd></>}
      <dt>Known for</dt><dd>{of.days < 2 ? plural(Math.round(of.days * 24), 'hour') : plural(Math.floor(of.days), 'day')} when it began</dd>
    </>
  );
}

/** The same in half a line; null where it says nothing of a pair. */
export function howRareLine(of: HowRare | undefined): string | null {
  if (of?.server_clients === undefined) return null;
  const pair = of.pair_first_seen === undefined ? 'this pair never' : of.pair_days === undefined ? 'this pair before' : `this pair on ${plural(of.pair_days, 'day')}`;
  const clients = of.server_clients === 0 ? 'no other known client' : `${of.service} by ${count(of.server_clients_like ?? 0)} of ${plural(of.server_clients, 'known client')}`;
  return `${clients}, ${pair}`;
}

function Clients({ of }: { of: HowRare }) {
  const all = of.server_clients ?? 0;
  const like = of.server_clients_like ?? 0;
  if (all === 0) return <>nobody that was known: the server had no known client</>;
  const percent = Math.round(100 * like / all);
  return (
    <>
      <span class="rarity-bar" aria-hidden="true"><span style={{ width: `${percent}%` }} /></span>{' '}
      {count(like)} of {all < FEW && 'only '}{plural(all, 'known client')} of the server, by {of.service}
    </>
  );
}

function Pair({ of }: { of: HowRare }) {
  if (of.pair_first_seen === undefined) return <>never before, by {of.service}</>;
  return (
    <>
      {of.pair_days !== undefined && `${plural(of.pair_days, 'day')}, `}
      {of.pair_flows !== undefined && `${plural(of.pair_flows, 'flow')}, `}
      first <Time at={of.pair_first_seen} full />
    </>
  );
}

function Octets({ of }: { of: HowRare }) {
  const size = `${of.octets_way} of ${amount(of.octets ?? 0)} by ${of.octets_service}`;
  if (of.octets_percentile === undefined) return <>{size}; too few were known to compare</>;
  const whose = of.octets_of === 'this-server' ? 'this server' : (of.octets_of ?? '').replaceAll('-', ' ');
  const more = of.octets_percentile === 100 ? 'all' : `${of.octets_percentile} %`;
  return <>{size}: more than {more} of the {count(of.octets_flows ?? 0)} that {whose} {of.octets_way === 'upload' ? 'got' : 'gave'}</>;
}

// As the reason has it: in thousands.
function amount(octets: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let size = octets;
  let unit = 0;
  for (; size >= 1_000 && unit < units.length - 1; unit++) size = Math.floor(size / 1_000);
  return `${size} ${units[unit]}`;
}
