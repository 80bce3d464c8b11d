import { setQuery, type QueryValues } from '../../router';
import { FilterBox } from '../../ui/filter-box';
import { kindName, kinds } from '../../ui/kinds';
import { Popover } from '../../ui/popover';
import { SpanPicker } from '../../ui/span';
import { ownName } from '../../who';
import { spanOf, states, suggestFilters, suggestHost } from './filter';

/** The filters of the list. */
export function FilterBar({ query }: { query: URLSearchParams }) {
  const set = (values: QueryValues) => setQuery(values, true);
  const chosen = query.getAll('kind');
  const me = ownName();
  return (
    <div class="bar" role="search" aria-label="Incidents">
      <FilterBox placeholder="host, address, prefix, kind, technique …  ( / )"
        suggest={text => suggestFilters(text, query)} ofHost={suggestHost} onPick={set} />
      <select aria-label="State" value={query.get('state') ?? ''} onChange={event => set({ state: event.currentTarget.value })}>
        {states.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
      <select aria-label="Severity" value={query.get('severity') ?? ''} onChange={event => set({ severity: event.currentTarget.value })}>
        <option value="">Any severity</option>
        <option value="critical">Critical</option>
        <option value="high">High or worse</option>
        <option value="medium">Medium or worse</option>
      </select>
      <Popover label={chosen.length === 0 ? 'Kind' : `Kind (${chosen.length})`} isOn={chosen.length > 0}>
        {() => (
          <fieldset class="checks two">
            <legend class="unseen">Kinds</legend>
            {kinds.map(kind => (
              <label key={kind}><input type="checkbox" checked={chosen.includes(kind)}
                onChange={() => set({ kind: chosen.includes(kind) ? chosen.filter(one => one !== kind) : [...chosen, kind] })} />{kindName(kind)}</label>))}
          </fieldset>)}
      </Popover>
      <select aria-label="Whose" value={query.get('assignee') ?? ''} onChange={event => set({ assignee: event.currentTarget.value })}>
        <option value="">Anybody’s</option>
        {me !== '' && <option value="me">Mine</option>}
        <option value="none">Nobody’s</option>
      </select>
      <SpanPicker span={spanOf(query)} byDefault="At any time" offersAll onPick={span => set({ ...span })} />
    </div>
  );
}
