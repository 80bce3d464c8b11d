import { useEffect, useState } from 'preact/hooks';
import { get } from '../../api/client';
import { useData } from '../../api/data';
import type { HostRef, IncidentDetail, LookAt, NextSteps, Source } from '../../api/types';
import { kindName } from '../../ui/kinds';
import { Copy, External, Failure, Waiting } from '../../ui/parts';
import { exact } from '../../ui/time';

const TOOL = 'tool';

const tools: readonly (readonly [string, string, readonly string[]])[] = [
  ['power-shell', 'PowerShell', ['power-shell']],
  ['kibana', 'Kibana', ['kibana-events', 'kibana-flows']],
  ['splunk', 'Splunk', ['splunk-events', 'splunk-flows']],
  ['wireshark', 'Wireshark', ['wireshark', 'tshark']],
  ['zeek', 'Zeek', ['zeek-columns', 'zeek-json']],
];

const toolNames: Readonly<Record<string, string>> = {
  'power-shell': 'PowerShell, Windows events', 'kibana-events': 'Kibana, Windows events', 'kibana-flows': 'Kibana, flows',
  'splunk-events': 'Splunk, Windows events', 'splunk-flows': 'Splunk, flows', wireshark: 'Wireshark, display filter', tshark: 'tshark',
  'zeek-columns': 'Zeek, logs in columns', 'zeek-json': 'Zeek, logs in JSON',
};

/** What to look at next, what may be behind it, and what closes the door: for one finding of each kind, the worst first. */
export function Next(props: { detail: IncidentDetail; names: ReadonlyMap<string, HostRef> }) {
  const { detail } = props;
  const choices = detail.next.map(one => ({ ...one, of: detail.findings.find(finding => finding.id === one.finding) }));
  const [chosen, setChosen] = useState(choices[0]?.finding ?? null);
  const id = choices.some(one => one.finding === chosen) ? chosen : choices[0]?.finding ?? null;
  const { data, error, reload } = useData(id ?? '', async signal => id === null ? null : await get<NextSteps>(`findings/${id}/next`, {}, signal));
  if (id === null) return null;
  const steps = data?.finding === id ? data : null;
  return (
    <section class="card next" aria-labelledby="next">
      <h2 id="next">What to look at next</h2>
      <div class="tabs" role="tablist" aria-label="Because of which finding"
        onKeyDown={event => {
          const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
          if (step === 0) return;
          event.preventDefault();
          const place = (choices.findIndex(one => one.finding === id) + step + choices.length) % choices.length;
          setChosen(choices[place]!.finding);
          document.getElementById(`tab-${choices[place]!.finding}`)?.focus();
        }}>
        {choices.map(one => (
          <button type="button" role="tab" key={one.finding} id={`tab-${one.finding}`} aria-selected={one.finding === id} aria-controls="next-panel"
            tabIndex={one.finding === id ? 0 : -1} onClick={() => setChosen(one.finding)}>
            {one.of === undefined ? 'Finding' : kindName(one.of.kind)}</button>))}
      </div>
      <div id="next-panel" role="tabpanel" aria-labelledby={`tab-${id}`} class={steps === null ? 'waits' : ''}>
        <p class="next-step">{choices.find(one => one.finding === id)?.text}</p>
        {error ? <Failure error={error} retry={reload} /> : steps === null ? <Waiting /> : <Steps of={steps} names={props.names} />}
      </div>
    </section>
  );
}

function Steps(props: { of: NextSteps; names: ReadonlyMap<string, HostRef> }) {
  const { of } = props;
  const window = `${exact(of.since).replace(' UTC', '')} to ${exact(of.until).slice(11)}`;
  return (
    <>
      <h3>Windows events, {window}</h3>
      <ul class="leads">
        {of.events.map((event, i) => (
          <li key={`${event.id} ${i}`}>
            <span class="lead-id"><External href={event.source.url} title={event.source.name}>{event.id}</External></span>
            <div><strong>{event.title}</strong> <span class="dim">on <Where of={event.on} names={props.names} />, log {event.log}</span>
              <p>{event.read}</p><p class="faint">{event.policy === 'on by default' ? 'Written by default' : <>Written where this is on: {event.policy}</>}</p></div>
          </li>))}
      </ul>
      {of.processes.length > 0 && <>
        <h3>Processes that would be behind it</h3>
        <ul class="leads">
          {of.processes.map(process => (
            <li key={process.name + process.on.role}><div><code>{process.name}</code> <span class="dim">on <Where of={process.on} names={props.names} /></span>
              <p>{process.what} <From of={process.source} /></p></div></li>))}
        </ul></>}
      <Filters of={of} names={props.names} />
      <Behind of={of} />
      <Door of={of} names={props.names} />
    </>
  );
}

/** A host by name where it has one; otherwise as the sensor words it. */
function Where(props: { of: LookAt; names: ReadonlyMap<string, HostRef> }) {
  const { in_words, addresses, role } = props.of;
  const known = addresses?.length === 1 ? props.names.get(addresses[0]!) : undefined;
  return known?.name ? <><bdi>{known.name}</bdi> <span class="address">{known.address}</span></> : <>{in_words ?? `the ${role.replaceAll('-', ' ')}`}</>;
}

function From(props: { of: Source }) {
  return <span class="source"><External href={props.of.url} title={props.of.name}>source</External></span>;
}

/** Filters to paste, of the tool that somebody works with: it is remembered. */
function Filters(props: { of: NextSteps; names: ReadonlyMap<string, HostRef> }) {
  const there = tools.filter(([, , forms]) => props.of.filters.some(filter => forms.includes(filter.tool)));
  const [tool, setTool] = useState(localStorage.getItem(TOOL) ?? '');
  const chosen = there.find(([key]) => key === tool) ?? there[0];
  if (chosen === undefined) return null;
  return (
    <>
      <div class="filters-head"><h3>To paste</h3>
        <div class="segments" role="radiogroup" aria-label="Tool">
          {there.map(([key, name]) => (
            <label key={key} class={key === chosen[0] ? 'on' : ''}>
              <input type="radio" name="tool" class="unseen" checked={key === chosen[0]}
                onChange={() => { localStorage.setItem(TOOL, key); setTool(key); }} />{name}</label>))}
        </div>
      </div>
      <ul class="filters">
        {props.of.filters.filter(filter => chosen[2].includes(filter.tool)).map((filter, i) => (
          <li key={filter.tool + i}>
            <p class="filter-name"><span>{toolNames[filter.tool] ?? filter.tool}{filter.on && <span class="dim"> on <Where of={filter.on} names={props.names} /></span>}</span>
              <Copy text={filter.text} label={toolNames[filter.tool] ?? filter.tool} /></p>
            <pre tabIndex={0}>{filter.text}</pre>
            <p class="faint">{filter.note}</p>
          </li>))}
      </ul>
    </>
  );
}

function Behind(props: { of: NextSteps }) {
  const { of } = props;
  return (
    <div class="behind" id="behind">
      <h2>What may be behind it</h2>
      <p>{of.means}</p>
      <p><strong>If it is what it looks like:</strong> {of.business}</p>
      <div class="two">
        <div><h3 class="bad">Malicious</h3><ul>{of.malicious.map(cause => <li key={cause.text}>{cause.text} <From of={cause.source} /></li>)}</ul></div>
        <div><h3 class="good">Harmless</h3><ul>{of.harmless.map(cause => <li key={cause.text}>{cause.text} <From of={cause.source} /></li>)}</ul></div>
      </div>
      <h3>Three questions that tell them apart</h3>
      <div class="scroll-x"><table class="plain questions">
        <thead><tr><th scope="col">Ask</th><th scope="col" class="good">Speaks for harmless</th><th scope="col" class="bad">Speaks for malicious</th></tr></thead>
        <tbody>{of.questions.map(question => (
          <tr key={question.ask}><th scope="row">{question.ask}</th><td>{question.harmless}</td><td>{question.malicious}</td></tr>))}</tbody>
      </table></div>
    </div>
  );
}

function Door(props: { of: NextSteps; names: ReadonlyMap<string, HostRef> }) {
  const [all, setAll] = useState(false);
  useEffect(() => setAll(false), [props.of.finding]);
  const shown = all ? props.of.hardening : props.of.hardening.slice(0, 3);
  return (
    <div class="door" id="door">
      <h2>How to close the door</h2>
      <ol class="hardening">
        {shown.map(one => (
          <li key={one.name}>
            <p><strong>{one.name}</strong> <span class="dim">on <Where of={one.on} names={props.names} /></span> <From of={one.source} /></p>
            <p>{one.prevents}</p>
            <div class="to-copy"><pre tabIndex={0}>{one.how}</pre><Copy text={one.how} label={one.name} /></div>
            <p class="dim"><span class="warn-word">May break:</span> {one.caution}</p>
          </li>))}
      </ol>
      {shown.length < props.of.hardening.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>{props.of.hardening.length - shown.length} more</button>)}
    </div>
  );
}
