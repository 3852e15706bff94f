import { influxSource } from './data-source.ts';
import { type HealthRule, refusalRules } from './refusal-rules.ts';

/** The newest value of a metric; two reports of a process come in a minute. */
const newestOf = (name: string, minutes = 2) =>
  `SELECT last("value") AS "value" FROM "metric"
   WHERE time > now() - ${minutes}m AND "process" = 'ingest' AND "name" = '${name}'`;

/**
 * Counts of the last five minutes, and 0 for what sent something in the last week and is silent now. Time buckets would
 * show silence a whole bucket late, since the newest has only begun. A gateway with heartbeats more than 5 min apart would
 * wrongly be silent.
 */
const heard = (field: string, from: string, group: string) =>
  `SELECT max("heard") AS "heard" FROM
     (SELECT last("position") * 0 AS "heard" ${from} AND time > now() - 7d GROUP BY ${group}),
     (SELECT count("${field}") AS "heard" ${from} AND time > now() - 5m GROUP BY ${group})
   WHERE time > now() - 7d GROUP BY ${group}`;

/** Rules of the group, worst first. */
export const healthRules: readonly HealthRule[] = [
  {
    uid: 'shouwang-process-silent',
    title: '平台进程无上报',
    summary:
      'No metrics of {{ $labels.process }} for 5 minutes: the process, ingest, or the store is down. Look at /health of each; one unheard for 7 days is forgotten.',
    query: heard('value', `FROM "metric" WHERE "name" = 'process_start_time_seconds'`, '"process"'),
    fires: 'below',
    bound: 1,
    noData: 'Alerting',
  },
  {
    uid: 'shouwang-gateway-silent',
    title: '网关无心跳',
    summary:
      'No heartbeat of gateway {{ $labels.gateway }} of {{ $labels.community }} for 5 minutes: its devices are not watched by the platform. One unheard for 7 days is forgotten.',
    query: heard('status', `FROM "gateway" WHERE "status" != 'death'`, '"community", "gateway"'),
    fires: 'below',
    bound: 1,
  },
  {
    uid: 'shouwang-alarms-held',
    title: '网关报警未确认',
    summary:
      'Gateway {{ $labels.gateway }} of {{ $labels.community }} has told for 5 minutes that it holds alarms: they do not reach ingest.',
    query: `SELECT last("alarm_held") AS "held" FROM "gateway"
      WHERE time > now() - 2m AND "status" = 'heartbeat' GROUP BY "community", "gateway"`,
    bound: 0,
    for: '5m',
  },
  {
    uid: 'shouwang-warning-lag',
    title: '预警引擎滞后',
    summary:
      'The warning engine has been more than 5000 entries behind the journal for 2 minutes: warnings come late. Look at the log of ingest.',
    query: newestOf('ingest_warning_lag'),
    bound: 5000,
    for: '2m',
  },
  {
    // A store that accepts nothing has no metrics either, which the first rule reports.
    uid: 'shouwang-store-refusing',
    title: '有数据未写入',
    summary:
      'The store has refused entries or summaries for 3 minutes: charts lack them, warnings go on. /api/health and the dead letters of the console say why and what to do.',
    query: `SELECT last("value") AS "value" FROM "metric"
      WHERE time > now() - 2m AND "process" = 'ingest'
        AND ("name" = 'ingest_store_refused' OR "name" = 'ingest_store_refused_summaries') GROUP BY "name"`,
    bound: 0,
    for: '3m',
  },
  {
    uid: 'shouwang-store-lag',
    title: '存储滞后',
    summary:
      'The store has been more than 100000 entries behind the journal for 5 minutes: charts show the past.',
    // The lag itself arrives through the store, as late as all else.
    query: newestOf('ingest_store_lag', 15),
    bound: 100_000,
    for: '5m',
  },
  {
    uid: 'shouwang-dead-letters',
    title: '死信增加',
    summary:
      'More than 10 new dead letters within 15 minutes: a gateway or a device sends what cannot be read, or is not registered.',
    query: `SELECT sum("risen") AS "risen" FROM
      (SELECT non_negative_difference("value") AS "risen" FROM "metric"
       WHERE time > now() - 15m AND "process" = 'ingest'
         AND ("name" = 'ingest_dead_letters' OR "name" = 'ingest_dead_letters_dropped') GROUP BY "name")
      WHERE time > now() - 15m GROUP BY "name"`,
    bound: 10,
  },
  ...refusalRules,
  {
    uid: 'shouwang-journal-full',
    title: '日志接近上限',
    summary:
      'The journal has been above 80 % of its limit for 5 minutes: beyond it the oldest telemetry goes, told as gaps. Look whether the store keeps up.',
    query: newestOf('ingest_journal_used_ratio'),
    bound: 0.8,
    for: '5m',
  },
  {
    uid: 'shouwang-access-unwritten',
    title: '查看记录未写入审计日志',
    summary:
      'What live pages showed has waited for the audit log for 5 minutes: its file cannot be written. Free disk space; nothing personal is answered over REST meanwhile.',
    // Only dashboards report it, and there may be several.
    query: `SELECT last("value") AS "value" FROM "metric"
      WHERE time > now() - 2m AND "name" = 'dashboard_access_entries_waiting' GROUP BY "process"`,
    bound: 100,
    for: '5m',
  },
  {
    uid: 'shouwang-disk-full',
    title: '磁盘空间不足',
    summary:
      'Less than a tenth of the disk of journal and databases has been free for 5 minutes: a full disk takes no alarms.',
    query: newestOf('ingest_disk_free_ratio'),
    fires: 'below',
    bound: 0.1,
    for: '5m',
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
    // A removed rule stays in a Grafana that has read it, unless it is deleted.
    deleteRules: [{ orgId: 1, uid: 'shouwang-store-failing' }],
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

function ruleOf({ uid, title, summary, query, fires, bound, for: holds = '0s', noData }: HealthRule) {
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
        relativeTimeRange: { from: 604_800, to: 0 },
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
        expression: `$${newestRef} ${fires === 'below' ? '<' : '>'} ${bound}`,
      }),
    ],
    noDataState: noData ?? 'OK',
    execErrState: 'Error',
    for: holds,
    annotations: { summary },
    labels: { platform: 'shouwang', about: 'platform-health' },
  };
}
