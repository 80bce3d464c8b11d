import { useEffect, useState } from 'preact/hooks';
import { get } from '../../api/client';
import { useLongList } from '../../api/pages';
import type { AuditLine } from '../../api/system';
import type { PageOf } from '../../api/types';
import { place, setQuery } from '../../router';
import { Failure, Waiting } from '../../ui/parts';
import { SpanPicker, lengthOf } from '../../ui/span';
import { Table } from '../../ui/table';
import { exact } from '../../ui/time';

/** What was done, in words; a deed that is not among them is shown as the API names it. */
const deeds: Readonly<Record<string, string>> = {
  'login': 'logged in', 'login-failed': 'failed to log in', 'logout': 'logged out', 'first-admin': 'became the first admin',
  'verdict': 'gave a verdict', 'verdict-withdrawn': 'withdrew a verdict', 'incident-verdict': 'gave a verdict on an incident',
  'incident-verdict-withdrawn': 'withdrew a verdict on an incident', 'incident-state': 'changed the state of an incident',
  'assignee': 'assigned an incident', 'note': 'wrote a note', 'suppression': 'suppressed findings',
  'suppression-replaced': 'changed a suppression',
  'suppression-deleted': 'deleted a suppression', 'role-told': 'told a role', 'role-withdrawn': 'took a role back',
  'token-created': 'created a token', 'token-revoked': 'revoked a token', 'user-added': 'added a user', 'user-changed': 'changed a user',
  'user-removed': 'removed a user', 'sink-tested': 'tested a sink', 'started': 'the sensor started',
};

/** Who changed what, when and from where. */
export function Audit() {
  const query = place.value.query;
  const [who, what] = [query.get('who') ?? '', query.get('what') ?? ''];
  const span = { last: query.get('last'), since: query.get('since'), until: query.get('until') };
  const isFiltered = who !== '' || what !== '' || span.since !== null || span.until !== null || span.last !== null;
  const key = JSON.stringify([who, what, span]);
  const length = span.last === null ? null : lengthOf(span.last);
  const { list, error, reload } = useLongList(
    key, (cursor, limit, signal) => get<PageOf<AuditLine>>('audit', {
      who, what, since: length === null ? span.since : new Date(Date.now() - length).toISOString(), until: span.until, limit, cursor,
    }, signal), (line: AuditLine) => line);
  return (
    <section class="system-part system-audit" aria-labelledby="system-audit">
      <header>
        <h2 id="system-audit">Audit log</h2>
        <div class="bar" role="search" aria-label="Which lines">
          <Who value={who} />
          <select aria-label="What was done" value={what} onChange={event => setQuery({ what: event.currentTarget.value })}>
            <option value="">Everything</option>
            {Object.entries(deeds).map(([value, title]) => <option value={value}>{title}</option>)}
            {what !== '' && !(what in deeds) && <option value={what}>{what}</option>}
          </select>
          <SpanPicker span={span} byDefault="All times" offersAll onPick={picked => setQuery({ ...picked })} />
        </div>
      </header>
      {error ? <Failure error={error} retry={reload} /> : list === null ? <Waiting what="Reading the audit log" />
        : list.rows.length === 0 ? <p class="faint">{isFiltered ? 'No line fits.' : 'Nobody has changed anything yet.'}</p>
        : <Table label="Audit log" rows={list.rows} rowKey={row => row.id} onEnd={() => list.need(list.rows.length + 1)} columns={[
            { key: 'at', title: 'When', width: '15rem', show: row => <time dateTime={row.at}>{exact(row.at)}</time> },
            { key: 'who', title: 'Who', width: 'minmax(13rem, 1.2fr)', show: row => <By of={row} /> },
            { key: 'from', title: 'From', width: '10rem', show: row => <span class="mono">{row.from ?? ''}</span> },
            { key: 'what', title: 'What', width: '14rem', show: row => deeds[row.what] ?? row.what },
            { key: 'target', title: 'Of', width: 'minmax(8rem, 1fr)', show: row => <bdi class="mono">{row.target ?? ''}</bdi> },
            { key: 'detail', title: 'Detail', width: 'minmax(10rem, 2fr)', show: row => <bdi title={row.detail}>{row.detail ?? ''}</bdi> },
          ]} />}
    </section>
  );
}

function Who(props: { value: string }) {
  const [text, setText] = useState(props.value);
  useEffect(() => {
    if (text === props.value) return;
    const timer = setTimeout(() => setQuery({ who: text.trim() }), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input type="search" aria-label="Who did it" placeholder="Who, the whole name" value={text}
      onInput={event => setText(event.currentTarget.value)} />
  );
}

const nobody: Readonly<Record<string, string>> = { start: 'the sensor', file: 'a file on the sensor' };

/** Who did it, with which rights and how they were recognised. */
function By(props: { of: AuditLine }) {
  const { who, role, means = '' } = props.of;
  const how = [role, means in nobody ? undefined : means].filter(Boolean).join(', ');
  return <><bdi title={who}>{who ?? nobody[means] ?? 'nobody said'}</bdi> <span class="faint">{how}</span></>;
}
