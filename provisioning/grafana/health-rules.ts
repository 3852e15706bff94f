import { influxSource } from './data-source.ts';

/**
 * A rule about the platform's own health. Its query gives a series for each thing watched; the newest value of each is
 * compared. Grafana is never the console for alarms of residents: those sound by warning and dispatch alone.
 */
export interface HealthRule {
  /** Part of the rule's address in Grafana; it never changes. */
  uid: string;
  title: string;
  /** What it means and what to do, in English. */
  summary: string;
  /** InfluxQL over a time of its own: no macro, so that it can be carried out anywhere. */
  query: string;
  fires: 'above' | 'below';
  bound: number;
  /** How long it must hold, as Grafana writes it. */
  for: string;
  /** What it means that the query finds nothing. */
  noData: 'OK' | 'Alerting';
}

const newestOf = (name: string, minutes: number, process = 'ingest') =>
  `SELECT max("value") AS "value" FROM "metric"
   WHERE time > now() - ${minutes}m AND "process" = '${process}' AND "name" = '${name}'
   GROUP BY time(${minutes}m) fill(none)`;
/**
 * Averages two spans, because the newest has only begun and may be empty by that alone. Heartbeats and metrics come
 * every 30 s; a gateway set to more than 5 min would be called silent without being so.
 */
const twoSpans = (count: string) => `moving_average(count(${count}), 2) AS "heard"`;

/** Rules of the group, worst first. */
export const healthRules: readonly HealthRule[] = [
  {
    uid: 'shouwang-process-silent',
    title: '平台进程无上报',
    summary:
      'No metrics of {{ $labels.process }} for 5 minutes: the process, ingest, or the store is down. Look at /health of each.',
    query: `SELECT ${twoSpans('"value"')} FROM "metric"
      WHERE time > now() - 6h AND "name" = 'process_start_time_seconds'
      GROUP BY time(5m), "process" fill(0)`,
    fires: 'below',
    bound: 0.01,
    for: '1m',
    noData: 'Alerting',
  },
  {
    uid: 'shouwang-gateway-silent',
    title: '网关无心跳',
    summary:
      'No heartbeat of gateway {{ $labels.gateway }} of {{ $labels.community }} for 5 minutes: its devices are not watched by the platform.',
    query: `SELECT ${twoSpans('"status"')} FROM "gateway"
      WHERE time > now() - 6h AND "status" != 'death'
      GROUP BY time(5m), "community", "gateway" fill(0)`,
    fires: 'below',
    bound: 0.01,
    for: '1m',
    noData: 'OK',
  },
  {
    uid: 'shouwang-alarms-held',
    title: '网关报警未确认',
    summary:
      'Gateway {{ $labels.gateway }} of {{ $labels.community }} held alarms at every heartbeat of 5 minutes: they do not reach ingest.',
    query: `SELECT min("alarm_held") AS "held" FROM "gateway"
      WHERE time > now() - 5m AND "status" = 'heartbeat' GROUP BY "community", "gateway"`,
    fires: 'above',
    bound: 0,
    for: '1m',
    noData: 'OK',
  },
  {
    uid: 'shouwang-warning-lag',
    title: '预警引擎滞后',
    summary: 'The warning engine is behind the journal: warnings come late. Look at the log of ingest.',
    query: newestOf('ingest_warning_lag', 2),
    fires: 'above',
    bound: 5000,
    for: '2m',
    noData: 'OK',
  },
  {
    uid: 'shouwang-store-failing',
    title: '存储写入失败',
    summary:
      'The store refuses writes: charts stand still, warnings go on. The journal keeps what is to be stored until it is full.',
    query: newestOf('ingest_store_failing', 2),
    fires: 'above',
    bound: 0,
    for: '3m',
    noData: 'OK',
  },
  {
    uid: 'shouwang-store-lag',
    title: '存储滞后',
    summary: 'The store is far behind the journal: charts show the past.',
    query: newestOf('ingest_store_lag', 2),
    fires: 'above',
    bound: 100_000,
    for: '5m',
    noData: 'OK',
  },
  {
    uid: 'shouwang-dead-letters',
    title: '死信增加',
    summary:
      'Dead letters rose within 15 minutes: a gateway or a device sends what cannot be read, or is not registered.',
    query: `SELECT spread("value") AS "risen" FROM "metric"
      WHERE time > now() - 15m AND "process" = 'ingest'
        AND ("name" = 'ingest_dead_letters' OR "name" = 'ingest_dead_letters_dropped') GROUP BY "name"`,
    fires: 'above',
    bound: 10,
    for: '0s',
    noData: 'OK',
  },
  {
    uid: 'shouwang-journal-full',
    title: '日志接近上限',
    summary:
      'The journal is near its limit: beyond it the oldest telemetry goes, told as gaps. Look whether the store keeps up.',
    query: newestOf('ingest_journal_used_ratio', 5),
    fires: 'above',
    bound: 0.8,
    for: '5m',
    noData: 'OK',
  },
  {
    uid: 'shouwang-disk-full',
    title: '磁盘空间不足',
    summary: 'Less than a tenth of the disk of journal and databases is free: a full disk takes no alarms.',
    query: newestOf('ingest_disk_free_ratio', 5),
    fires: 'below',
    bound: 0.1,
    for: '5m',
    noData: 'OK',
  },
];

const queryRef = 'A';
const newestRef = 'B';
const conditionRef = 'C';
/** Grafana's own engine for expressions. */
const expressions = { type: '__expr__', uid: '__expr__' };

/**
 * `alerting/platform-health.generated.json`, as Grafana's file provisioning reads it. Expressions are `reduce` and
 * `math`, which all of 9.4 and newer have alike.
 */
export function healthRulesFile(): object {
  return {
    apiVersion: 1,
    groups: [
      {
        orgId: 1,
        name: '守望平台健康 Platform health',
        // A folder of its own: rules and dashboards would each create one of the same name.
        folder: '守望平台健康',
        interval: '1m',
        rules: healthRules.map(ruleOf),
      },
    ],
  };
}

function ruleOf({ uid, title, summary, query, fires, bound, for: holds, noData }: HealthRule) {
  const expression = (refId: string, model: object) => ({
    refId,
    relativeTimeRange: { from: 0, to: 0 },
    datasourceUid: expressions.uid,
    model: { refId, datasource: expressions, ...model },
  });
  return {
    uid,
    title,
    condition: conditionRef,
    data: [
      {
        refId: queryRef,
        // The query names its own time; this one only keeps the point in time of the evaluation.
        relativeTimeRange: { from: 21_600, to: 0 },
        datasourceUid: influxSource.uid,
        model: {
          refId: queryRef,
          datasource: influxSource,
          query: query.replaceAll(/\s+/g, ' ').trim(),
          rawQuery: true,
          resultFormat: 'time_series',
        },
      },
      expression(newestRef, { type: 'reduce', expression: queryRef, reducer: 'last' }),
      expression(conditionRef, {
        type: 'math',
        expression: `$${newestRef} ${fires === 'above' ? '>' : '<'} ${bound}`,
      }),
    ],
    noDataState: noData,
    execErrState: 'Error',
    for: holds,
    annotations: { summary },
    labels: { platform: 'shouwang', about: 'platform-health' },
  };
}
