import { place, setQuery } from '../router';
import { useKeys } from '../ui/keys';
import { count } from '../ui/numbers';
import { Failure, Page, Tag, Time, Waiting } from '../ui/parts';
import { type Column, Table } from '../ui/table';
import { CoverageView, NotRead } from './exporters/coverage';
import { FirstExporter } from './exporters/first';
import { type Judged, judged, lossOf, seconds, summary } from './exporters/judge';
import { Meter } from './exporters/meter';
import { ExporterPanel, samplingText } from './exporters/panel';
import { Sensors } from './exporters/sensors';
import { useExporters } from './exporters/watch';
import '../style/data.css';
import '../style/exporters.css';

const ROW = 38;

export function Exporters() {
  const { data, error, reload } = useExporters();
  const open = place.value.query.get('open');
  const all = data ? judged(data.items, data.rates, data.at) : [];
  const index = all.findIndex(one => one.id === open);
  const current = all[index];
  const goTo = (to: number) => { const row = all[to]; if (row) setQuery({ open: row.id }); };
  useKeys({
    j: () => goTo(Math.min(index + 1, all.length - 1)),
    k: () => goTo(Math.max(index - 1, 0)),
    r: reload,
    Enter: () => { if (current) document.querySelector<HTMLElement>('.panel')?.focus(); else goTo(0); },
    Escape: () => setQuery({ open: null }),
  });
  const isEmpty = data !== null && all.length === 0;
  return (
    <Page title="Exporters" sub={data === null ? 'Can you trust what you see?' : isEmpty ? 'Nothing has been sent to this sensor yet.' : summary(all)}>
      {error && <Failure error={error} retry={reload} />}
      {data === null ? (error ? null : <Waiting what="Reading the exporters" />) : <>
        <Sensors />
        {isEmpty ? <FirstExporter /> : (
          <div class={`split exporters${current ? ' open' : ''}`} style={{ height: current ? undefined : `min(62vh, ${all.length * ROW + 38}px)` }}>
            <Table label="Exporters" rows={all} rowKey={row => row.id} rowHeight={ROW} columns={columnsFor(current !== undefined, new Set(all.map(row => row.exporter.sensor)).size > 1)}
              rowClass={row => row.level} current={open} onCurrent={id => setQuery({ open: id })} />
            {current && <ExporterPanel of={current} onClose={() => setQuery({ open: null })} />}
          </div>)}
        <NotRead senders={data.notRead} />
        <CoverageView onlyIfAny={isEmpty} />
      </>}
    </Page>
  );
}

function columnsFor(hasPanel: boolean, hasSensors: boolean): Column<Judged>[] {
  const columns: (Column<Judged> | null)[] = [
    { key: 'address', title: 'Exporter', width: 'minmax(9rem, 0.8fr)', show: row => <span class="mono strong">{row.exporter.address}</span> },
    hasSensors ? { key: 'sensor', title: 'Sensor', width: 'minmax(5rem, 0.5fr)', show: row => <span class="mono">{row.exporter.sensor ?? ''}</span> } : null,
    { key: 'state', title: 'Can it be trusted?', width: 'minmax(11rem, 1.6fr)', show: row => row.troubles.length === 0 ? <Tag tone="good">yes</Tag>
      : row.troubles.map(trouble => <Tag tone={trouble.level} title={trouble.means}>{trouble.word}</Tag>) },
    { key: 'minute', title: 'Usable, minute', width: '9.6rem', show: row => <Meter share={row.exporter.completeness_last_minute} /> },
    { key: 'hour', title: 'Usable, hour', width: '9.6rem', show: row => <Meter share={row.exporter.completeness_last_hour} /> },
    hasPanel ? null : { key: 'lost', title: 'Lost', width: '5.5rem', numeric: true, show: row => <span class={lossOf(row.exporter) > 0.01 ? 'less' : ''}>{count(row.exporter.lost_units)}</span> },
    { key: 'rate', title: 'Records/s', width: '6rem', numeric: true, show: row => row.rate === null ? <span class="faint">…</span> : row.rate.toFixed(row.rate > 0 && row.rate < 10 ? 1 : 0) },
    hasPanel ? null : { key: 'clock', title: 'Clock', width: '6.4rem', numeric: true, show: row => seconds(row.exporter.clock_correction_seconds || row.exporter.arrival_offset_seconds) },
    hasPanel ? null : { key: 'sampling', title: 'Sampling', width: '6.4rem', show: row => samplingText(row.exporter.sampling_interval) },
    hasPanel ? null : { key: 'restarts', title: 'Restarts', width: '5.6rem', numeric: true, show: row => count(row.exporter.restarts) },
    hasPanel ? null : { key: 'last', title: 'Last seen', width: '7.2rem', show: row => <Time at={row.exporter.last_seen} /> },
  ];
  return columns.filter(column => column !== null);
}
