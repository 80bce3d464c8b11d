import { useEffect, useState } from 'preact/hooks';
import type { Activity, ActivityFlow } from '../../api/activities';
import { get } from '../../api/client';
import type { Finding, FindingsPage } from '../../api/findings';
import { linkTo } from '../../router';
import { count, share } from '../../ui/numbers';
import { Button, Copy, Host, Severity, Tag, Time } from '../../ui/parts';
import { duration, precise } from '../../ui/time';
import { kindName } from '../../ui/kinds';
import { serviceOfPort } from '../../words';
import { basisWords } from './filter';

/** All about one activity, and what was found about its hosts. */
export function ActivityPanel({ activity, onClose }: { activity: Activity; onClose: () => void }) {
  const gap = activity.mapper && activity.endpoint ? Date.parse(activity.endpoint.start) - Date.parse(activity.mapper.start) : null;
  return (
    <aside class="panel" aria-label="The activity" tabIndex={-1}>
      <header>
        <h2><span class={`key ${activity.basis}`}>{activity.basis}</span></h2>
        <Button tone="quiet" aria-label="Close the panel" title="Escape" onClick={onClose}>×</Button>
      </header>
      <p class="dim">{basisWords[activity.basis]}</p>
      <p class="panel-line">
        {activity.refused && <Tag tone="warn">refused by a firewall</Tag>}
        {activity.sampled && <Tag tone="warn">sampled, 1 in {count(activity.sampling_interval)}</Tag>}
        {activity.interfaces?.map(name => <Tag>{name}</Tag>)}
      </p>
      <dl class="facts">
        <dt>Client</dt><dd><Host of={{ address: activity.client, ...(activity.client_name ? { name: activity.client_name } : {}) }} /></dd>
        <dt>Server</dt><dd><Host of={{ address: activity.server, ...(activity.server_name ? { name: activity.server_name } : {}) }} /></dd>
        {gap !== null && <><dt>Gap</dt><dd>{gap < 0 ? '−' : ''}{count(Math.abs(gap))} ms from the mapper flow to the endpoint flow</dd></>}
        <dt>Complete</dt><dd>{activity.completeness === undefined ? 'not known' : `${share(activity.completeness)} of what its exporters sent in that minute could be used`}</dd>
        <dt>Exporters</dt><dd class="mono">{activity.exporters.map(exporter => <div><a href={linkTo(['exporters'], { open: exporter })}>{exporter}</a></div>)}</dd>
        <dt>Recorded</dt><dd><Time at={activity.recorded_at} full /></dd>
      </dl>
      <Flow title="Mapper flow" activity={activity} flow={activity.mapper} port={135} none="none was seen: the endpoint was known before" />
      <Flow title="Endpoint flow" activity={activity} flow={activity.endpoint} port={activity.endpoint?.server_port ?? 0} none="none was seen" />
      {activity.translated && (
        <section><h3>Addresses translated</h3><dl class="facts">
          {activity.translated.client && <><dt>Client as</dt><dd class="mono">{activity.translated.client}:{activity.translated.client_port}</dd></>}
          {activity.translated.server && <><dt>Server as</dt><dd class="mono">{activity.translated.server}:{activity.translated.server_port}</dd></>}
        </dl></section>)}
      <Found activity={activity} />
      <section><h3>Id</h3><p><code>{activity.id}</code><Copy text={activity.id} label="the id" /></p></section>
    </aside>
  );
}

function Flow(props: { title: string; activity: Activity; flow: ActivityFlow | undefined; port: number; none: string }) {
  const { activity, flow, port } = props;
  if (flow === undefined) return <section><h3>{props.title}</h3><p class="faint">{props.none}</p></section>;
  const service = serviceOfPort(port);
  return (
    <section>
      <h3>{props.title}</h3>
      <p class="mono">{activity.client}:{flow.client_port} → {activity.server}:{port}{service !== '' && <span class="faint"> {service}</span>}</p>
      <dl class="facts">
        <dt>Start</dt><dd><time dateTime={flow.start}>{precise(flow.start)}</time></dd>
        <dt>End</dt><dd><time dateTime={flow.end}>{precise(flow.end)}</time> <span class="faint">{duration(Date.parse(flow.end) - Date.parse(flow.start))}</span></dd>
        {flow.community_id && <><dt>Community ID</dt><dd class="community"><code>{flow.community_id}</code><Copy text={flow.community_id} label="the Community ID" /></dd></>}
      </dl>
    </section>
  );
}

function Found({ activity }: { activity: Activity }) {
  const { client, server } = activity;
  const [found, setFound] = useState<{ pair: string; items: readonly Finding[] } | null>(null);
  const pair = `${client} ${server}`;
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      get<FindingsPage>('findings', { client, server, suppressed: true, limit: 5 }, stop.signal).then(
        page => setFound({ pair, items: page.items }), () => undefined);
    }, 100);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [pair]);
  const items = found?.pair === pair ? found.items : null;
  return (
    <section>
      <h3>Findings between the two</h3>
      {items === null ? <p class="faint">…</p> : items.length === 0 ? <p class="faint">None.</p> : (
        <ul class="plain">{items.map(finding => (
          <li><a href={linkTo(['findings'], { client, server, suppressed: true, open: finding.id })}>{kindName(finding.kind)}</a> <Severity of={finding.severity} /></li>))}</ul>)}
      <p><a href={linkTo(['findings'], { host: client })}>All findings with the client</a> · <a href={linkTo(['findings'], { host: server })}>with the server</a></p>
    </section>
  );
}
