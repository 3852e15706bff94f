import { atItsEnd, influxTarget, withNulls } from './influx-target.ts';
import { barsPanel, curvePanel, numberPanel, type PanelWords, tablePanel, unknown } from './panel-kinds.ts';

const metric = (process: string, name: string, time = '$timeFilter') =>
  `FROM "metric" WHERE ${time} AND "process" = '${process}' AND "name" = '${name}'`;

const newest = (name: string, as: string, words: PanelWords, colorFromOne?: string) =>
  numberPanel(
    words,
    influxTarget(`SELECT last("value") AS "${as}" ${metric('ingest', name, atItsEnd)}`),
    colorFromOne,
  ).noValue(unknown);
const newestShare = (name: string, words: PanelWords) =>
  numberPanel(
    words,
    influxTarget(`SELECT last("value") * 100 AS "percent" ${metric('ingest', name, atItsEnd)}`),
  )
    .unit('percent')
    .noValue(unknown);

/** Journal entries that the warning engine has not taken. */
export const warningLag = () =>
  newest('ingest_warning_lag', 'entries', {
    title: '预警滞后',
    description: 'Journal entries that the warning engine had not taken when it was last counted.',
  });

/** Journal entries that the store has not taken. */
export const storeLag = () =>
  newest('ingest_store_lag', 'entries', {
    title: '存储滞后',
    description: 'Journal entries that the store had not taken when they were last counted.',
  });

/** Dead letters kept. */
export const deadLetters = () =>
  newest(
    'ingest_dead_letters',
    'letters',
    {
      title: '死信',
      description: 'Payloads kept because they could not be read or belong to no known device.',
    },
    'orange',
  );

/** Whether the store takes what is written. */
export const storeFailing = () =>
  newest(
    'ingest_store_failing',
    'failing',
    {
      title: '存储故障',
      description: 'Is 1 while the last write of the store failed; the journal keeps what is to be stored.',
    },
    'red',
  );

/** How full the journal is. */
export const journalUsed = () =>
  newestShare('ingest_journal_used_ratio', {
    title: '日志占用',
    description: 'Bytes of the journal in use by its limit; beyond it the oldest telemetry goes.',
  });

/** Room left on the disk. */
export const diskFree = () =>
  newestShare('ingest_disk_free_ratio', {
    title: '磁盘剩余',
    description: 'Free part of the disk that journal and databases are on.',
  });

/** Growth of a counter per second, a line for each of its labels. */
const ratePanel = (process: string, name: string, words: PanelWords) =>
  curvePanel(
    words,
    [
      influxTarget(
        withNulls(
          'rate',
          `SELECT non_negative_derivative(last("value"), 1s) AS "rate" ${metric(process, name)}`,
          'labels',
        ),
        { alias: '$tag_labels' },
      ),
    ],
    'platform',
  )
    .axisLabel('每秒 per second')
    .min(0);

/** Records taken in. */
export const recordRates = () =>
  ratePanel('ingest', 'ingest_records_total', {
    title: '记录速率',
    description: 'Records per second by lane and what became of them.',
  });

/** Messages at the broker. */
export const brokerRates = () =>
  ratePanel('broker', 'broker_publishes_total', {
    title: '消息速率',
    description: 'Messages per second that the broker accepted, by topic.',
  });

/** What the broker refused. */
export const brokerRefusals = () =>
  ratePanel('broker', 'broker_refusals_total', {
    title: '拒绝的连接与消息',
    description: 'What the broker refused or cut per second, by reason.',
  });

/** Actions that people and pages requested from dispatch. */
export const actionRates = () =>
  ratePanel('dispatch', 'dispatch_actions_total', {
    title: '处置操作速率',
    description:
      'Requests per second for actions in dispatch, by action and answer; the person is not stored.',
  });

/** Warnings that became incidents. */
export const warningRates = () =>
  ratePanel('dispatch', 'dispatch_warning_transitions_total', {
    title: '预警处理速率',
    description: 'Entries of the warning log that dispatch applied per second, by outcome.',
  });

/** How far the readers of the journal are behind. */
export const lagOverTime = () =>
  curvePanel(
    {
      title: '滞后趋势',
      description: 'Most journal entries that the warning engine and the store had not taken.',
    },
    [
      influxTarget(
        `SELECT max("value") AS "entries" ${metric('ingest', 'ingest_warning_lag')}
         GROUP BY time($__interval) fill(null)`,
        { alias: '预警 warnings' },
      ),
      influxTarget(
        `SELECT max("value") AS "entries" ${metric('ingest', 'ingest_store_lag')}
         GROUP BY time($__interval) fill(null)`,
        { refId: 'B', alias: '存储 store' },
      ),
    ],
    'platform',
  ).min(0);

/** Dead letters kept, over time. */
export const deadLettersOverTime = () =>
  curvePanel(
    {
      title: '死信趋势',
      description: 'Dead letters kept, and those that made room for newer ones since the start.',
    },
    [
      influxTarget(
        `SELECT max("value") AS "letters" ${metric('ingest', 'ingest_dead_letters')}
         GROUP BY time($__interval) fill(null)`,
        { alias: '保留 kept' },
      ),
      influxTarget(
        `SELECT max("value") AS "letters" ${metric('ingest', 'ingest_dead_letters_dropped')}
         GROUP BY time($__interval) fill(null)`,
        { refId: 'B', alias: '已清除 dropped' },
      ),
    ],
    'platform',
  ).min(0);

/** Size and growth of the journal. */
export const journalBytes = () =>
  curvePanel(
    { title: '日志大小', description: 'Bytes of the journal in use.' },
    [
      influxTarget(
        `SELECT max("value") AS "bytes" ${metric('ingest', 'ingest_journal_bytes')}
       GROUP BY time($__interval) fill(null)`,
        { alias: '日志 journal' },
      ),
    ],
    'platform',
  )
    .unit('bytes')
    .min(0);

/** Telemetry lost to the charts, and entries and summaries that the store refuses. */
export const storeLosses = () =>
  barsPanel(
    {
      title: '未入库的记录',
      description:
        'Telemetry that the journal let go before the store had it, entries the store refuses, and summaries it refuses at present, which are tried again.',
    },
    [
      influxTarget(
        `SELECT max("value") AS "records" ${metric('ingest', 'ingest_journal_skipped_records')}
         GROUP BY time($__interval) fill(none)`,
        { alias: 'skipped' },
      ),
      influxTarget(
        `SELECT max("value") AS "records" ${metric('ingest', 'ingest_store_refused')}
         GROUP BY time($__interval) fill(none)`,
        { refId: 'B', alias: 'refused' },
      ),
      influxTarget(
        `SELECT max("value") AS "records" ${metric('ingest', 'ingest_store_refused_summaries')}
         GROUP BY time($__interval) fill(none)`,
        { refId: 'C', alias: 'summaries' },
      ),
    ],
    {
      skipped: { name: '跳过 skipped', color: 'red' },
      refused: { name: '拒收 refused', color: 'orange' },
      summaries: { name: '汇总拒收 summaries', color: 'yellow' },
    },
  );

const ofProcesses = (name: string) => `FROM "metric" WHERE $timeFilter AND "name" = '${name}'`;

const byProcess = (query: string, words: PanelWords) =>
  curvePanel(words, [influxTarget(query, { alias: '$tag_process' })], 'platform').min(0);

/** The same gauge of every process. */
const gaugeByProcess = (column: string, name: string, words: PanelWords) =>
  byProcess(
    `SELECT max("value") AS "${column}" ${ofProcesses(name)} GROUP BY time($__interval), "process" fill(null)`,
    words,
  );

/** Memory of each process. */
export const memoryByProcess = () =>
  gaugeByProcess('bytes', 'process_resident_memory_bytes', {
    title: '进程内存',
    description: 'Memory that each process of the platform holds.',
  }).unit('bytes');

/** Delay of each process's event loop. */
export const delayByProcess = () =>
  gaugeByProcess('seconds', 'nodejs_eventloop_lag_p99_seconds', {
    title: '事件循环延迟',
    description:
      'Delay of each process, 99 of 100 are below; a long one holds everything of that process up.',
  }).unit('s');

/** Processor time of each process. */
export const processorByProcess = () =>
  byProcess(
    withNulls(
      'percent',
      `SELECT non_negative_derivative(last("value"), 1s) * 100 AS "percent" ${ofProcesses('process_cpu_seconds_total')}`,
      'process',
    ),
    {
      title: '处理器占用',
      description: 'Processor time of each process in percent of one core.',
    },
  ).unit('percent');

/** Connections at the broker and pages at the dashboard. */
export const connections = () =>
  curvePanel(
    { title: '连接数', description: 'Gateways, services and pages connected.' },
    [
      influxTarget(
        `SELECT sum("most") AS "connections" FROM (SELECT max("value") AS "most" FROM "metric" WHERE $timeFilter
       AND "name" =~ /^(broker_(gateway|service)_connections|dashboard_live_pages)$/
       GROUP BY time($__interval), "name", "process") WHERE $timeFilter GROUP BY time($__interval), "name" fill(null)`,
        { alias: '$tag_name' },
      ),
    ],
    'platform',
  )
    .min(0)
    .overrideByName('broker_gateway_connections', [{ id: 'displayName', value: '网关 gateways' }])
    .overrideByName('broker_service_connections', [{ id: 'displayName', value: '服务 services' }])
    .overrideByName('dashboard_live_pages', [{ id: 'displayName', value: '页面 pages' }]);

/** When each process last told its metrics, and when it started. */
export const processesHeard = () =>
  tablePanel(
    {
      title: '进程最近上报',
      description: 'When each process last told its metrics, and when it was started.',
    },
    influxTarget(
      `SELECT last("value") * 1000 AS "started" FROM "metric"
       WHERE $timeFilter AND "name" = 'process_start_time_seconds' GROUP BY "process"`,
      { format: 'table' },
    ),
    { columns: { process: { name: '进程' }, started: { name: '启动时间' } }, withTime: true },
  ).overrideByName('started', [{ id: 'unit', value: 'dateTimeAsIso' }]);
