import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get } from './api/client';
import { ended, session, type Session } from './api/session';
import { go, linkTo, page, place } from './router';
import { useKeys } from './ui/keys';
import { Button, Dialog, Failure, Waiting } from './ui/parts';
import { ThemeButton } from './ui/theme';
import { ApiError } from './api/client';
import { Incidents } from './pages/incidents';
import { IncidentPage } from './pages/incident';
import { Findings } from './pages/findings';
import { Hosts } from './pages/hosts';
import { HostPage } from './pages/host';
import { Network } from './pages/network';
import { Hunt } from './pages/hunt';
import { Exporters } from './pages/exporters';
import { Learning } from './pages/learning';
import { System } from './pages/system';
import { FindingLink } from './pages/finding-link';
import { FirstAdmin } from './pages/first-admin';
import { LogIn } from './pages/log-in';
import { WhoIsHere } from './pages/who-is-here';
import { Notices } from './ui/notices';
import { AskWho } from './who';

interface Entry {
  readonly name: string;
  readonly title: string;
  readonly key: string;
  readonly list: ComponentType;
  readonly one?: ComponentType<{ id: string }>;
}

/** Every page, in the order of the navigation. */
const entries: readonly Entry[] = [
  { name: 'incidents', title: 'Incidents', key: 'i', list: Incidents, one: IncidentPage },
  { name: 'findings', title: 'Findings', key: 'f', list: Findings, one: FindingLink },
  { name: 'hosts', title: 'Hosts', key: 'h', list: Hosts, one: HostPage },
  { name: 'network', title: 'Network', key: 'n', list: Network },
  { name: 'hunt', title: 'Hunt', key: 'u', list: Hunt },
  { name: 'exporters', title: 'Exporters', key: 'e', list: Exporters },
  { name: 'learning', title: 'Learning', key: 'l', list: Learning },
  { name: 'system', title: 'System', key: 's', list: System },
];

let lastName = '';

export function App() {
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [help, setHelp] = useState(false);
  const begin = () => {
    setFailure(null);
    get<Session>('session').then(
      known => { session.value = known; },
      (error: unknown) => setFailure(error instanceof ApiError ? error : new ApiError(0, String(error))));
  };
  useEffect(begin, []);
  useKeys({
    '?': () => setHelp(true),
    ...Object.fromEntries(entries.map(entry => [`g ${entry.key}`, () => go([entry.name])])),
  });

  if (failure !== null) return <main class="lonely"><Failure error={failure} retry={begin} /></main>;
  if (session.value === null) return <main class="lonely"><Waiting what="Asking the sensor" /></main>;
  if (page.value === 'first-admin') return <FirstAdmin link={place.value.path[1] ?? ''} />;

  // A session that ended by itself leaves the page as it is, out of sight: who logs in again goes on where they were.
  const isOut = session.value.role === null;
  if (isOut && !ended.value) return <LogIn />;

  // Somebody else finds a page of their own.
  if (!isOut) lastName = session.value.name ?? '';

  const shown = entries.find(entry => entry.name === page.value);
  const id = place.value.path[1];
  return (<>
    {isOut && <LogIn />}
    <div class="frame" hidden={isOut} key={lastName}>
      <a class="skip" href="#main" onClick={event => { event.preventDefault(); document.getElementById('main')?.focus(); }}>
        Skip to the content</a>
      <nav class="side" aria-label="Pages">
        <a class="brand" href={linkTo(['incidents'])}><img src="./icon.svg" alt="" width="22" height="22" />RpcCollector</a>
        <ul>
          {entries.map(entry => (
            <li><a href={linkTo([entry.name])} aria-current={entry === shown ? 'page' : undefined}>{entry.title}</a></li>))}
        </ul>
        <div class="side-foot">
          <WhoIsHere />
          <div class="side-tools"><ThemeButton /><Button tone="quiet" onClick={() => setHelp(true)}>Keys</Button></div>
        </div>
      </nav>
      {shown === undefined ? <NoSuchPage />
        : id !== undefined && shown.one ? <shown.one key={id} id={id} /> : <shown.list />}
      {help && <Keys onClose={() => setHelp(false)} />}
      <AskWho />
      <Notices />
    </div>
  </>);
}

function NoSuchPage() {
  return <main id="main" tabIndex={-1}><h1>There is no such page</h1><p><a href={linkTo(['incidents'])}>To the incidents</a></p></main>;
}

function Keys(props: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={props.onClose}>
      <dl class="keys">
        {entries.map(entry => <><dt><kbd>g</kbd> <kbd>{entry.key}</kbd></dt><dd>{entry.title}</dd></>)}
        <dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next and former row, or incident</dd>
        <dt><kbd>Enter</kbd></dt><dd>open the row</dd>
        <dt><kbd>x</kbd></dt><dd>select the row</dd>
        <dt><kbd>a</kbd></dt><dd>acknowledge</dd>
        <dt><kbd>m</kbd></dt><dd>take it: assign to me</dd>
        <dt><kbd>n</kbd></dt><dd>write a note</dd>
        <dt><kbd>v</kbd></dt><dd>give a verdict</dd>
        <dt><kbd>u</kbd></dt><dd>back to the list</dd>
        <dt><kbd>.</kbd></dt><dd>show what is new</dd>
        <dt><kbd>/</kbd></dt><dd>to the filter</dd>
        <dt><kbd>?</kbd></dt><dd>this list</dd>
      </dl>
    </Dialog>
  );
}
