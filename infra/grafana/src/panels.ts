import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  StackingMode,
  VisibilityMode,
  type DataSourceRef,
} from '@grafana/grafana-foundation-sdk/common';
import * as common from '@grafana/grafana-foundation-sdk/common';
import { DashboardBuilder, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { InfinityQueryBuilder, API, type Column } from './infinity-query.ts';

const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: 'prometheus' };
const HALF = 12;
const STAT_WIDTH = 4;

type Common = Readonly<{ title: string; description?: string; width?: number }>;

export type Line = Readonly<{ expr: string; legend: string }>;

/** Lines over time. @param o.unit as Grafana names them: s, short, ops, percentunit @param o.stacked bars that add up */
export function lines(
  o: Common & Readonly<{ unit?: string; min?: number; stacked?: boolean; of: readonly Line[] }>,
): Builder<Panel> {
  const panel = new TimeseriesBuilder()
    .title(o.title)
    .description(o.description ?? '')
    .datasource(PROMETHEUS)
    .unit(o.unit ?? 'short')
    .height(8)
    .span(o.width ?? HALF)
    .showPoints(VisibilityMode.Never)
    .fillOpacity(o.stacked ? 60 : 8);
  if (o.min !== undefined) panel.min(o.min);
  if (o.stacked) {
    panel.drawStyle(GraphDrawStyle.Bars).stacking(new common.StackingConfigBuilder().mode(StackingMode.Normal));
  }
  o.of.forEach(({ expr, legend }, i) =>
    panel.withTarget(
      new DataqueryBuilder().refId(refId(i)).datasource(PROMETHEUS).expr(expr).legendFormat(legend).range(),
    ),
  );
  return panel;
}

/** One number as it is now. @param o.badFrom from which on it is red; absent: it is never */
export function number(
  o: Common & Readonly<{ expr: string; unit?: string; badFrom?: number; decimals?: number }>,
): Builder<Panel> {
  const steps = [
    { value: null, color: o.badFrom === undefined ? 'blue' : 'green' },
    ...(o.badFrom === undefined ? [] : [{ value: o.badFrom, color: 'red' }]),
  ];
  return new StatBuilder()
    .title(o.title)
    .description(o.description ?? '')
    .datasource(PROMETHEUS)
    .unit(o.unit ?? 'short')
    .decimals(o.decimals ?? 0)
    .height(4)
    .span(o.width ?? STAT_WIDTH)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
    .withTarget(new DataqueryBuilder().refId('A').datasource(PROMETHEUS).expr(o.expr).instant());
}

/** Rows of the GraphQL API. @param o.rows where they are in the answer's data, as in `sessions.nodes` */
export function rows(
  o: Common & Readonly<{ query: string; rows: string; columns: readonly (Column & Readonly<{ unit?: string }>)[] }>,
): Builder<Panel> {
  const columns = o.columns.map(({ selector, text, type }) => ({ selector, text, type }));
  const panel = new TableBuilder()
    .title(o.title)
    .description(o.description ?? '')
    .datasource(API)
    .height(9)
    .span(o.width ?? HALF)
    .withTarget(new InfinityQueryBuilder(o.query, o.rows, columns));
  for (const { text, unit } of o.columns) {
    if (unit !== undefined) panel.overrideByName(text, [{ id: 'unit', value: unit }]);
  }
  return panel;
}

export function dashboard(
  o: Readonly<{ uid: string; title: string; description: string; from: string; panels: readonly Builder<Panel>[] }>,
): Dashboard & Readonly<{ uid: string }> {
  const built = new DashboardBuilder(o.title)
    .uid(o.uid)
    .description(o.description)
    .tags(['tablekeep'])
    .time({ from: o.from, to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .readonly();
  for (const panel of o.panels) built.withPanel(panel);
  const { panels = [], ...rest } = built.build();
  return { ...rest, uid: o.uid, panels: panels.map((panel, i) => ({ ...panel, id: i + 1 })) };
}

/** All replicas of a service tell the same number, which comes from its database: one of them is shown, never their sum. */
export const once = (by: string, metric: string): string =>
  by === '' ? `max(${metric})` : `max by (${by}) (${metric})`;

const refId = (i: number) => String.fromCharCode('A'.charCodeAt(0) + i);
