import { useMemo, useState } from 'preact/hooks';
import { get } from '../api/client';
import { useData } from '../api/data';
import type { Network as NetworkAnswer } from '../api/hosts';
import { setQuery } from '../router';
import { Button, Empty, Failure, Page, Waiting } from '../ui/parts';
import { useKeys } from '../ui/keys';
import { services } from '../ui/services';
import '../style/data.css';
import '../style/network.css';
import { Details, shownText } from './network/details';
import { EdgeTable } from './network/edge-table';
import { Filters, readChoice, timesOf, type Choice } from './network/filters';
import type { Target } from './network/hit';
import { Legend } from './network/legend';
import { Picture } from './network/picture';
import { sceneOf } from './network/scene';

const LIMIT = 5_000;

/** Who drives whom. */
export function Network() {
  const choice = readChoice();
  const asked = {
    role: choice.role, min_rarity: choice.minRarity || null, host: choice.host,
    service: choice.hidden.length === 0 ? [] : services.filter(service => !choice.hidden.includes(service)),
  };
  const key = JSON.stringify([asked, choice.span]);
  const { data, error, loading, reload } = useData(
    key, signal => get<NetworkAnswer>('network', { ...asked, ...timesOf(choice), limit: LIMIT }, signal));
  const [kept, setKept] = useState<{ of: NetworkAnswer; target: Target } | null>(null);
  const scene = useMemo(() => data === null ? null : sceneOf(data), [data]);
  const target = kept !== null && scene !== null && kept.of === data && isThere(kept.target, scene.bows.length) ? kept.target : null;
  useKeys({ '/': () => document.getElementById('filter')?.focus() });
  const isEmpty = data !== null && data.edges.length === 0;

  return (
    <Page title="Network"
      sub={scene === null ? 'Who drives whom' : loading ? 'Loading…' : isEmpty ? 'Nobody drives anybody' : shownText(scene)}>
      <Filters choice={choice} />
      {error ? <Failure error={error} retry={reload} /> : data === null || scene === null ? <Waiting what="Asking who drives whom" />
        : isEmpty ? <Nothing choice={choice} />
        : choice.isTable ? <EdgeTable network={data} />
        : <div class="network">
            <Picture scene={scene} of={key} target={target} 
              onTarget={found => setKept(found === null ? null : { of: data, target: found })} />
            <aside class="network-side"><Legend network={data} hidden={choice.hidden} /><Details scene={scene} target={target} /></aside>
          </div>}
    </Page>
  );
}

function isThere(target: Target, bows: number): boolean {
  return 'host' in target || target.bow < bows;
}

function Nothing(props: { choice: Choice }) {
  const { choice } = props;
  const isTimed = choice.span.last !== null || choice.span.since !== null || choice.span.until !== null;
  const isFiltered = choice.role !== null || choice.host !== null || choice.minRarity > 0 || choice.hidden.length > 0;
  return (
    <Empty title={isFiltered ? 'No edge fits these filters'
      : isTimed ? 'No edges in this window' : 'Nobody was seen to drive anybody yet'}>
      <p>{isFiltered ? 'Take a filter away, or look at a longer time.'
        : 'An edge is a client that drove a server by RPC, SMB or WinRM. They appear seconds after an exporter or Zeek tells of them.'}
      </p>
      <p class="links">
        {isFiltered && <Button onClick={() => setQuery({ role: null, host: null, min_rarity: null, hide: null })}>Without filters</Button>}
        {isTimed && <Button onClick={() => setQuery({ last: null, since: null, until: null })}>All that is known</Button>}
      </p>
    </Empty>
  );
}
