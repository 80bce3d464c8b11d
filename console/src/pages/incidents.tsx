import { get } from '../api/client';
import { useData } from '../api/data';
import type { IncidentLine, PageOf } from '../api/types';
import { linkTo } from '../router';
import { Empty, Failure, Page, Severity, Time, Waiting } from '../ui/parts';
import { Table } from '../ui/table';

export function Incidents() {
  const { data, error, reload } = useData('incidents', signal => get<PageOf<IncidentLine>>('incidents', {}, signal));
  return (
    <Page title="Incidents">
      {error ? <Failure error={error} retry={reload} /> : data === null ? <Waiting />
        : data.items.length === 0 ? <Empty title="Nothing to look at" />
        : <Table label="Incidents" rows={data.items} rowKey={row => row.id} columns={[
          { key: 'severity', title: 'Severity', width: '6.5rem', show: row => <Severity of={row.severity} /> },
          { key: 'title', title: 'What happened', show: row => <a href={linkTo(['incidents', row.id])}>{row.title}</a> },
          { key: 'last', title: 'Last seen', width: '7rem', show: row => <Time at={row.last_seen} /> },
        ]} />}
    </Page>
  );
}
