import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarAlignment,
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { influxSource } from './data-source.ts';

/** Texts of a panel: the title in Chinese, the description in English. */
export interface PanelWords {
  title: string;
  description: string;
}

/** What a group is called on the panel, and its colour where it has one. */
export interface Shown {
  zh: string;
  en: string;
  color?: string;
}

/** Shown where nothing was counted and 0 would look well. */
export const unknown = '—';

/**
 * One number over the whole range; 0 where nothing was found.
 *
 * @param colorFromOne Colour of any number but 0; absent where none is worse than another.
 */
export function numberPanel(
  { title, description }: PanelWords,
  target: Builder<Dataquery>,
  colorFromOne = 'text',
): StatBuilder {
  const steps = [
    { value: null, color: 'text' },
    { value: 1, color: colorFromOne },
  ];
  return new StatBuilder()
    .title(title)
    .description(description)
    .datasource(influxSource)
    .withTarget(target)
    .decimals(0)
    .noValue('0')
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
}

/**
 * So long a silence is drawn over, in ms: points farther apart are not connected, so that a curve breaks where nothing
 * was heard.
 */
export const connectedMs = {
  /** Metrics of processes, every 30 s: as long as the rule about silence waits. */
  platform: 300_000,
  /** Heartbeats of gateways, at most 10 min apart. */
  gateways: 900_000,
  /** What a device measures, every few minutes. */
  devices: 1_800_000,
} as const;

/** Counts over time as stacked bars; `shown` names each group by its value. A bar stands behind the start of its time. */
export function barsPanel(
  words: PanelWords,
  targets: Builder<Dataquery>[],
  shown: Record<string, Shown>,
): TimeSeriesBuilder {
  const panel = timePanel(words, targets)
    .drawStyle(GraphDrawStyle.Bars)
    .barAlignment(BarAlignment.After)
    .fillOpacity(80)
    .decimals(0)
    .min(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  return nameGroups(panel, shown);
}

/** Calls each group by its words, in its colour. */
export function nameGroups(panel: TimeSeriesBuilder, shown: Record<string, Shown>): TimeSeriesBuilder {
  for (const [group, { zh, en, color }] of Object.entries(shown)) {
    panel.overrideByName(group, [
      { id: 'displayName', value: `${zh} ${en}` },
      ...(color ? [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }] : []),
    ]);
  }
  return panel;
}

/** Values over time as lines, broken where nothing was heard: its queries fill with null, and only so much is spanned. */
export function curvePanel(
  words: PanelWords,
  targets: Builder<Dataquery>[],
  of: keyof typeof connectedMs,
): TimeSeriesBuilder {
  return timePanel(words, targets).spanNulls(connectedMs[of]);
}

/** A value of each hour as a step that begins with the hour; an hour without one stays empty. */
export function hourlyPanel(words: PanelWords, targets: Builder<Dataquery>[]): TimeSeriesBuilder {
  return timePanel(words, targets).lineInterpolation(LineInterpolation.StepAfter).spanNulls(false);
}

function timePanel({ title, description }: PanelWords, targets: Builder<Dataquery>[]): TimeSeriesBuilder {
  return new TimeSeriesBuilder()
    .title(title)
    .description(description)
    .datasource(influxSource)
    .targets(targets)
    .interval('1m')
    .drawStyle(GraphDrawStyle.Line)
    .showPoints(VisibilityMode.Auto)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    );
}

/**
 * Rows with named columns.
 *
 * @param columns Shown name of each column, with the words of its values where they are codes.
 * @param withTime False where a row speaks of the whole range and its time means nothing.
 */
export function tablePanel(
  { title, description }: PanelWords,
  target: Builder<Dataquery>,
  {
    columns,
    withTime,
  }: { columns: Record<string, { name: string; values?: ValueMapping[] }>; withTime: boolean },
): TableBuilder {
  const panel = new TableBuilder()
    .title(title)
    .description(description)
    .datasource(influxSource)
    .withTarget(target)
    .showHeader(true);
  for (const [column, { name, values }] of Object.entries(columns)) {
    const properties: DynamicConfigValue[] = [{ id: 'displayName', value: name }];
    if (values) properties.push({ id: 'mappings', value: values });
    panel.overrideByName(column, properties);
  }
  if (withTime) return panel.overrideByName('Time', [{ id: 'displayName', value: '时间' }]);
  return panel.withTransformation({
    id: 'organize',
    options: { excludeByName: { Time: true, time: true }, indexByName: {}, renameByName: {} },
  });
}

/** Words in place of codes. */
export function wordsFor(words: Record<string, { zh: string; en: string }>): ValueMapping[] {
  const options = Object.entries(words).map(([code, { zh, en }], index) => [
    code,
    { text: `${zh} ${en}`, index },
  ]);
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}
