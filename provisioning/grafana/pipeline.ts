import { layDashboard, row } from './dashboard-frame.ts';
import { atItsEnd, influxTarget, withNulls } from './influx-target.ts';
import {
  barsPanel,
  curvePanel,
  nameGroups,
  numberPanel,
  type PanelWords,
  tablePanel,
  unknown,
} from './panel-kinds.ts';

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

/** The largest value of each gauge of ingest in its time, each under its alias. */
const largest = (column: string, gauges: Record<string, string>, fill = 'null') =>
  Object.entries(gauges).map(([name, alias], index) =>
    influxTarget(
      `SELECT max("value") AS "${column}" ${metric('ingest', name)} GROUP BY time($__interval) fill(${fill})`,
      { refId: 'ABC'.charAt(index), alias },
    ),
  );

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

const ofProcesses = (name: string) => `FROM "metric" WHERE $timeFilter AND "name" = '${name}'`;

const byProcess = (query: string, words: PanelWords) =>
  curvePanel(words, [influxTarget(query, { alias: '$tag_process' })], 'platform').min(0);

/** The same gauge of every process. */
const gaugeByProcess = (column: string, name: string, words: PanelWords) =>
  byProcess(
    `SELECT max("value") AS "${column}" ${ofProcesses(name)} GROUP BY time($__interval), "process" fill(null)`,
    words,
  );

/** 处理管道: rates, lag, dead letters, journal and store of the platform's own processes. */
export const pipelineDashboard = () =>
  layDashboard({
    uid: 'shouwang-pipeline',
    title: '处理管道',
    description: 'Pipeline: rates, lag, dead letters, journal and store of the platform itself.',
    variables: [],
    rows: [
      row(
        4,
        newest('ingest_warning_lag', 'entries', {
          title: '预警滞后',
          description: 'Journal entries that the warning engine had not taken when it was last counted.',
        }),
        newest('ingest_store_lag', 'entries', {
          title: '存储滞后',
          description: 'Journal entries that the store had not taken when they were last counted.',
        }),
        newest(
          'ingest_dead_letters',
          'letters',
          {
            title: '死信',
            description: 'Payloads kept because they could not be read or belong to no known device.',
          },
          'orange',
        ),
        newest(
          'ingest_store_failing',
          'failing',
          {
            title: '存储故障',
            description:
              'Is 1 while the last write of the store failed; the journal keeps what is to be stored.',
          },
          'red',
        ),
        newestShare('ingest_journal_used_ratio', {
          title: '日志占用',
          description: 'Bytes of the journal in use by its limit; beyond it the oldest telemetry goes.',
        }),
        newestShare('ingest_disk_free_ratio', {
          title: '磁盘剩余',
          description: 'Free part of the disk that journal and databases are on.',
        }),
      ),
      row(
        8,
        ratePanel('ingest', 'ingest_records_total', {
          title: '记录速率',
          description: 'Records per second by lane and what became of them.',
        }),
        curvePanel(
          {
            title: '滞后趋势',
            description: 'Most journal entries that the warning engine and the store had not taken.',
          },
          largest('entries', { ingest_warning_lag: '预警 warnings', ingest_store_lag: '存储 store' }),
          'platform',
        ).min(0),
      ),
      row(
        8,
        ratePanel('broker', 'broker_publishes_total', {
          title: '消息速率',
          description: 'Messages per second that the broker accepted, by topic.',
        }),
        nameGroups(
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
          ).min(0),
          {
            broker_gateway_connections: { zh: '网关', en: 'gateways' },
            broker_service_connections: { zh: '服务', en: 'services' },
            dashboard_live_pages: { zh: '页面', en: 'pages' },
          },
        ),
      ),
      row(
        8,
        ratePanel('dispatch', 'dispatch_warning_transitions_total', {
          title: '预警处理速率',
          description: 'Entries of the warning log that dispatch applied per second, by outcome.',
        }),
        ratePanel('dispatch', 'dispatch_actions_total', {
          title: '处置操作速率',
          description:
            'Requests per second for actions in dispatch, by action and answer; the person is not stored.',
        }),
      ),
      row(
        8,
        curvePanel(
          {
            title: '死信趋势',
            description: 'Dead letters kept, and those that made room for newer ones since the start.',
          },
          largest('letters', {
            ingest_dead_letters: '保留 kept',
            ingest_dead_letters_dropped: '已清除 dropped',
          }),
          'platform',
        ).min(0),
        ratePanel('broker', 'broker_refusals_total', {
          title: '拒绝的连接与消息',
          description: 'What the broker refused or cut per second, by reason.',
        }),
      ),
      row(
        8,
        curvePanel(
          { title: '日志大小', description: 'Bytes of the journal in use.' },
          largest('bytes', { ingest_journal_bytes: '日志 journal' }),
          'platform',
        )
          .unit('bytes')
          .min(0),
        barsPanel(
          {
            title: '未入库的记录',
            description:
              'Telemetry that the journal let go before the store had it, entries the store refuses, and summaries it refuses at present, which are tried again.',
          },
          largest(
            'records',
            {
              ingest_journal_skipped_records: 'skipped',
              ingest_store_refused: 'refused',
              ingest_store_refused_summaries: 'summaries',
            },
            'none',
          ),
          {
            skipped: { zh: '跳过', en: 'skipped', color: 'red' },
            refused: { zh: '拒收', en: 'refused', color: 'orange' },
            summaries: { zh: '汇总拒收', en: 'summaries', color: 'yellow' },
          },
        ),
      ),
      row(
        8,
        gaugeByProcess('bytes', 'process_resident_memory_bytes', {
          title: '进程内存',
          description: 'Memory that each process of the platform holds.',
        }).unit('bytes'),
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
        ).unit('percent'),
        gaugeByProcess('seconds', 'nodejs_eventloop_lag_p99_seconds', {
          title: '事件循环延迟',
          description:
            'Delay of each process, 99 of 100 are below; a long one holds everything of that process up.',
        }).unit('s'),
      ),
      row(
        7,
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
        ).overrideByName('started', [{ id: 'unit', value: 'dateTimeAsIso' }]),
      ),
    ],
  });
