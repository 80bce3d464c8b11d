import { useState } from 'preact/hooks';
import { apiUrl } from '../../api/client';
import { setQuery, type QueryValues } from '../../router';
import { addressOf, FilterBox } from '../../ui/filter-box';
import { Button, Field } from '../../ui/parts';
import { Popover } from '../../ui/popover';
import { SpanPicker } from '../../ui/span';
import { confidences, exportValues, inOrder, severities, spanOf, suggestFilters, suggestHost } from './filter';

/** The filters, each of which is in the address of the page. */
export function FilterBar({ query }: { query: URLSearchParams }) {
  const set = (values: QueryValues) => setQuery({ ...values, ...('open' in values ? {} : { open: null }) }, true);
  const chosen = query.getAll('kind');
  return (
    <div class="bar" role="search" aria-label="Findings">
      <FilterBox placeholder="an address, prefix, host, kind, technique …  ( / )"
        nothing="Try an address, a prefix such as 10.1, a host's name, a kind, a severity, a technique such as T1021, or an id."
        suggest={text => suggestFilters(text, query)} ofHost={suggestHost} onPick={set} />
      <SpanPicker span={spanOf(query)} byDefault="Any time" offersAll onPick={span => set({ ...span })} />
      <Popover align="end" label={chosen.length === 0 ? 'Kind' : `Kind (${chosen.length})`} isOn={chosen.length > 0}>
        {() => (
          <fieldset class="checks two">
            <legend class="unseen">Kinds</legend>
            {inOrder.map(([kind, name]) => (
              <label><input type="checkbox" checked={chosen.includes(kind)}
                onChange={() => set({ kind: chosen.includes(kind) ? chosen.filter(one => one !== kind) : [...chosen, kind] })} />{name}</label>))}
          </fieldset>)}
      </Popover>
      <select aria-label="Severity" value={query.get('severity') ?? ''} onChange={event => set({ severity: event.currentTarget.value })}>
        <option value="">Any severity</option>
        {severities.map(severity => <option value={severity}>{severity === 'critical' ? 'Critical' : `${capital(severity)} or worse`}</option>)}
      </select>
      <Popover label="More" align="end" isOn={['confidence', 'known_hosts', 'client', 'server', 'technique', 'verdict', 'state'].some(name => query.has(name))}>
        {close => <More query={query} apply={values => { set(values); close(); }} />}
      </Popover>
      <Popover label="Export" align="end">
        {close => (
          <ul class="options">
            <li><a href={apiUrl('findings/export', exportValues(query, 'csv', Date.now()))} download onClick={() => setTimeout(close)}>CSV
              <span class="hint">a row a finding, for a spreadsheet</span></a></li>
            <li><a href={apiUrl('findings/export', exportValues(query, 'ecs', Date.now()))} download onClick={() => setTimeout(close)}>NDJSON in ECS
              <span class="hint">for Elastic, Splunk and others</span></a></li>
          </ul>)}
      </Popover>
    </div>
  );
}

function More(props: { query: URLSearchParams; apply: (values: QueryValues) => void }) {
  const { query } = props;
  const [values, setValues] = useState({
    client: query.get('client') ?? '', server: query.get('server') ?? '', technique: query.get('technique') ?? '',
    confidence: query.get('confidence') ?? '', known_hosts: query.get('known_hosts') ?? '', verdict: query.getAll('verdict').join(','),
    state: query.get('state') ?? '',
  });
  const change = (name: keyof typeof values) => (event: { currentTarget: { value: string } }) => setValues({ ...values, [name]: event.currentTarget.value });
  const apply = () => props.apply({
    ...values,
    client: addressOf(values.client.trim()) ?? values.client.trim(),
    server: addressOf(values.server.trim()) ?? values.server.trim(),
    verdict: values.verdict === '' ? [] : values.verdict.split(','),
  });
  return (
    <form class="form-grid" onSubmit={event => { event.preventDefault(); apply(); }}>
      <Field label="Client" hint="Address or prefix"><input type="text" value={values.client} onInput={change('client')} /></Field>
      <Field label="Server" hint="Address or prefix"><input type="text" value={values.server} onInput={change('server')} /></Field>
      <Field label="Technique" hint="With its sub-techniques"><input type="text" value={values.technique} placeholder="T1021" onInput={change('technique')} /></Field>
      <Field label="Confidence">
        <select value={values.confidence} onChange={change('confidence')}>
          <option value="">Any</option>
          {confidences.map(one => <option value={one}>{one === 'high' ? 'High' : `${capital(one)} or surer`}</option>)}
        </select>
      </Field>
      <Field label="Verdict">
        <select value={values.verdict} onChange={change('verdict')}>
          <option value="">Any</option>
          <option value="none">None yet</option>
          <option value="malicious">Malicious</option>
          <option value="benign">Benign</option>
          <option value="none,malicious">None or malicious</option>
        </select>
      </Field>
      <Field label="State">
        <select value={values.state} onChange={change('state')}>
          <option value="">Standing</option>
          <option value="withdrawn">Withdrawn</option>
          <option value="all">Both</option>
        </select>
      </Field>
      <Field label="Hosts known before">
        <select value={values.known_hosts} onChange={change('known_hosts')}>
          <option value="">Does not matter</option>
          <option value="1">At least one end</option>
          <option value="2">Both ends</option>
        </select>
      </Field>
      <div class="actions"><Button tone="main" type="submit">Apply</Button></div>
    </form>
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
