import type { HostRef, IncidentLine } from '../../api/types';
import { linkTo } from '../../router';
import { kindName } from '../../ui/kinds';
import { count } from '../../ui/numbers';
import { Severity, Tag, Technique, Time } from '../../ui/parts';
import type { Column } from '../../ui/table';
import { duration } from '../../ui/time';
import { shortName, stateInWords, techniqueName } from '../../words';

export const ROW_HEIGHT = 54;

/** The id of the link of a row, by which the keyboard finds it. */
export function linkId(incident: string): string {
  return `incident-${incident}`;
}

export const columns: readonly Column<IncidentLine>[] = [
  { key: 'severity', title: 'Severity', width: '7.4rem', sort: 'severity', show: row => <Severity of={row.severity} /> },
  {
    key: 'title', title: 'What happened', width: 'minmax(15rem, 1fr)', show: row => (
      <div class="two-lines"><a id={linkId(row.id)} class="title" href={linkTo(['incidents', row.id])} title={row.title}><bdi>{row.title}</bdi></a></div>),
  },
  {
    key: 'hosts', title: 'Hosts', width: 'minmax(8.5rem, 11rem)', show: row => (
      <div class="stack">
        <Hosts of={row.clients} all={row.num_clients} />
        <span class="to"><span class="faint" aria-label="to">→ </span>{row.num_servers === 0 ? <span class="faint">no server named</span> : <Hosts of={row.servers} all={row.num_servers} />}</span>
      </div>),
  },
  {
    key: 'techniques', title: 'Techniques', width: '12.8rem', show: row => {
      const most = mostTelling(row.techniques);
      return (
        <div class="stack" title={row.techniques.map(id => `${id} ${techniqueName(id)}`.trim()).join('\n')}>
          {most.map((id, i) => (
            <span key={id} class={i === most.length - 1 ? 'line last' : 'line'}><Technique id={id} short />{i === most.length - 1 && row.techniques.length > most.length
              && <span class="faint"> +{row.techniques.length - most.length}</span>}</span>))}
        </div>
      );
    },
  },
  {
    key: 'state', title: 'State', width: '8rem', show: row => (
      <div class="stack">
        <State of={row} />
        <span class="line">{row.assignee === undefined ? <span class="faint">nobody’s</span> : <bdi>{row.assignee}</bdi>}</span>
      </div>),
  },
  {
    key: 'findings', title: 'Findings', width: '5.8rem', numeric: true,
    show: row => <span title={`${row.kinds.map(kindName).join(', ')}\n${count(row.count)} activities, contacts and operations`}>{count(row.num_findings)}</span>,
  },
  {
    key: 'last', title: 'Last seen', width: '7.6rem', sort: 'last-seen', show: row => (
      <div class="stack">
        <Time at={row.last_seen} />
        <span class="line faint">{lasted(row)}</span>
      </div>),
  },
];

function lasted(row: IncidentLine): string {
  const milliseconds = Date.parse(row.last_seen) - Date.parse(row.first_seen);
  return milliseconds < 1_000 ? 'at once' : `over ${duration(milliseconds).split(' ').slice(0, 2).join(' ')}`;
}

/** Sub-techniques say more than the technique that they belong to: that one is left out where room is short. */
function mostTelling(techniques: readonly string[]): readonly string[] {
  const telling = techniques.filter(id => !techniques.some(other => other.startsWith(id + '.')));
  return telling.slice(0, 2);
}

function Hosts(props: { of: readonly HostRef[]; all: number }) {
  const shown = props.of.slice(0, 1);
  return (
    <span class="line" title={props.of.map(host => host.name ? `${host.name} ${host.address}` : host.address).join('\n')}>
      {shown.map(host => <bdi class={host.name ? '' : 'mono'}>{host.name === undefined ? host.address : shortName(host.name)}</bdi>)}
      {props.all > shown.length && <span class="faint"> +{count(props.all - shown.length)}</span>}
    </span>
  );
}

/** How far people are with it. */
export function State(props: { of: Pick<IncidentLine, 'state' | 'verdict' | 'withdrawn_at' | 'merged_into' | 'hidden'> }) {
  const { state, verdict, withdrawn_at, merged_into, hidden } = props.of;
  if (merged_into !== undefined) return <Tag title="It has gone into another incident.">Merged</Tag>;
  if (withdrawn_at !== undefined) return <Tag title="No finding of it stands any more.">Withdrawn</Tag>;
  if (state === 'closed') return <Tag tone={verdict === 'malicious' ? 'bad' : 'good'}>{verdict === undefined ? 'Closed' : `Closed: ${verdict}`}</Tag>;
  if (hidden) return <Tag title="All of its findings are suppressed or called benign.">Hidden</Tag>;
  return <Tag tone={state === 'open' ? 'warn' : 'plain'}>{stateInWords[state] ?? state}</Tag>;
}
