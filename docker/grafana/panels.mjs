// The few kinds of panel that the dashboard is made of, each with the data source and the look that all of its kind share.
import { BigValueColorMode, BigValueGraphMode, StackingMode, SortOrder, TooltipDisplayMode, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { ReduceDataOptionsBuilder, StackingConfigBuilder, TableSortByFieldStateBuilder, VizLegendOptionsBuilder, VizTooltipOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

export const dataSource = { type: 'prometheus', uid: '${datasource}' };

/** Width of the whole dashboard in grid columns. */
export const full = 24;

const refIds = 'ABCDEFGH';

const query = (expression, index) => new DataqueryBuilder().datasource(dataSource).refId(refIds[index]).expr(expression);

/** Lines over time. `queries` maps each expression to its legend. */
export function lines(title, description, unit, queries, { width = 12, stacked = false, height = 8 } = {}) {
  const panel = new TimeseriesBuilder()
    .title(title).description(description).datasource(dataSource).span(width).height(height)
    .unit(unit).min(0).lineWidth(1).fillOpacity(stacked ? 40 : 8).showPoints(VisibilityMode.Never)
    .legend(new VizLegendOptionsBuilder().showLegend(true).placement('bottom').displayMode('list'))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  Object.entries(queries).forEach(([expression, legend], index) => panel.withTarget(query(expression, index).legendFormat(legend).range()));
  return panel;
}

/** One figure, red from `alarm` on where that is given. */
export function figure(title, description, unit, expression, { width = 4, alarm, height = 4 } = {}) {
  const steps = alarm === undefined ? [{ value: null, color: 'text' }] : [{ value: null, color: 'green' }, { value: alarm, color: 'red' }];
  return new StatBuilder()
    .title(title).description(description).datasource(dataSource).span(width).height(height)
    .unit(unit).noValue('–')
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
    .colorMode(BigValueColorMode.Value).graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(query(expression, 0).instant());
}

/** The present values as a table; `columns` maps labels, and Value #A, Value #B … for the expressions, to headings, in their order. */
export function table(title, description, expressions, columns, { width = 12, sortBy, units = {}, hidden = [], height = 10 } = {}) {
  const panel = new TableBuilder()
    .title(title).description(description).datasource(dataSource).span(width).height(height).filterable(true)
    .sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(true)])
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(['Time', ...hidden].map((name) => [name, true])),
        indexByName: Object.fromEntries(Object.keys(columns).map((name, index) => [name, index])),
        renameByName: columns,
      },
    });
  expressions.forEach((expression, index) => panel.withTarget(query(expression, index).instant().format(PromQueryFormat.Table)));
  for (const [column, unit] of Object.entries(units)) panel.overrideByName(column, [{ id: 'unit', value: unit }]);
  return panel;
}
