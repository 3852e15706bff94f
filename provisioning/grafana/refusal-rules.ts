import type { MetricProcess } from '#contracts/metrics.ts';

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
  /** Above its bound where nothing is said. */
  fires?: 'below';
  bound: number;
  /** How long it must hold, as Grafana writes it; no time at all where nothing is said. */
  for?: string;
  /** What it means that the query finds nothing: that all is well, where nothing is said. */
  noData?: 'Alerting';
}

/** How much counters have risen in 15 min, by their labels; of several processes of a kind, together. */
const risen = (process: MetricProcess, condition: string, group: 'labels' | 'name' = 'labels') =>
  `SELECT sum("risen") AS "risen" FROM
    (SELECT non_negative_difference("value") AS "risen" FROM "metric"
     WHERE time > now() - 15m AND "process" =~ /^${process}/ AND ${condition} GROUP BY "process", "name", "labels")
    WHERE time > now() - 15m GROUP BY "${group}"`;
/** How much a gateway's counts have risen in 15 min, several added up. */
const risenAtGateway = (...fields: string[]) => {
  const each = fields.map(
    (field) => `(SELECT non_negative_difference("${field}") AS "risen" FROM "gateway"
       WHERE time > now() - 15m GROUP BY "community", "gateway")`,
  );
  return `SELECT sum("risen") AS "risen" FROM ${each.join(', ')}
    WHERE time > now() - 15m GROUP BY "community", "gateway"`;
};
const named = (name: string, ...conditions: string[]) => [`"name" = '${name}'`, ...conditions].join(' AND ');
const oneOf = (labels: readonly string[]) =>
  `(${labels.map((label) => `"labels" = '${label}'`).join(' OR ')})`;
const noneOf = (labels: readonly string[]) => labels.map((label) => `"labels" != '${label}'`).join(' AND ');

const signInCodes = [
  'DASHBOARD_SIGN_IN_REFUSED',
  'DASHBOARD_TOO_MANY_SIGN_INS',
  'DASHBOARD_WALL_CODE_REFUSED',
  'DASHBOARD_PIN_WRONG',
  'DASHBOARD_PASSWORD_WRONG',
];
/** Refusals of which even a few mean that something is wrong. */
const rareCodes = ['DASHBOARD_HOST_UNKNOWN', 'DASHBOARD_SESSIONS_FULL', 'DASHBOARD_TLS_REQUIRED'];

/** Reasons of the broker that need no attention. */
export const orderlyCuts = ['taken-over', 'revoked', 'hung-up', 'broker-closing'];

/** Records, states and metrics that ingest did not accept; gateways resend theirs. */
const notAccepted = [
  ...['alarm/left-queue', 'alarm/left-full', 'alarm/commit-failed', 'alarm/conflicting-identity'],
  ...['telemetry/left-queue', 'telemetry/left-journal-full', 'telemetry/commit-failed'],
  ...['telemetry/conflicting-identity', 'left-queue', 'unreadable', 'too-soon', 'too-many'],
];

/** A rule for everything that is refused, closed or dropped anywhere. */
export const refusalRules: readonly HealthRule[] = [
  {
    uid: 'shouwang-alarm-letters-dropped',
    title: '报警死信被挤掉',
    summary:
      'Unreadable alarms that called somebody made room for newer ones of the same sender within 15 minutes: a gateway sends more of them than are kept. Look at the dead letters of the console.',
    query: risen('ingest', named('ingest_alarm_dead_letters_dropped'), 'name'),
    bound: 0,
  },
  {
    uid: 'shouwang-records-set-aside',
    title: '网关有记录送不出',
    summary:
      'Gateway {{ $labels.gateway }} of {{ $labels.community }} set records aside that the broker closes its connection on, or had no room for a new one, within 15 minutes. Its log names them.',
    query: risenAtGateway('alarm_dead_letters', 'telemetry_dead_letters', 'outbox_full'),
    bound: 0,
  },
  {
    uid: 'shouwang-messages-failed',
    title: '通知发送失败过多',
    summary:
      'More than 5 messages to people ({{ $labels.labels }}) were refused by a channel within 15 minutes. The incident says who was not reached, the log of dispatch why.',
    query: risen('dispatch', named('dispatch_notifications_total', oneOf(['fail', 'retried']))),
    bound: 5,
  },
  {
    uid: 'shouwang-records-left',
    title: '未收下的消息过多',
    summary:
      'Ingest did not accept more than 50 messages ({{ $labels.labels }}) within 15 minutes: a sender exceeds its share, the disk fails, or the journal is full. Gateways resend their records. The log of ingest names the sender.',
    query: risen(
      'ingest',
      `("name" = 'ingest_records_total' OR "name" = 'ingest_gateway_states_total'
        OR "name" = 'ingest_metrics_messages_total') AND ${oneOf(notAccepted)}`,
    ),
    bound: 50,
  },
  {
    uid: 'shouwang-sign-ins-refused',
    title: '登录被拒绝过多',
    summary:
      'More than 30 sign-ins, codes or PINs ({{ $labels.labels }}) were refused within 15 minutes: somebody guesses passwords. The log of the dashboard has the network.',
    query: risen('dashboard', named('dashboard_refusals_total', oneOf(signInCodes))),
    bound: 30,
  },
  {
    uid: 'shouwang-hosts-refused',
    title: '页面地址或登录设备被拒绝',
    summary:
      'More than 10 requests ({{ $labels.labels }}) within 15 minutes named a host that is not ours, came without TLS, or signed in where the account is in use on all its devices. DASHBOARD_HOST_NAMES may lack a name; the log of the dashboard says from which network.',
    query: risen('dashboard', named('dashboard_refusals_total', oneOf(rareCodes))),
    bound: 10,
  },
  {
    uid: 'shouwang-pages-refused',
    title: '页面、请求被拒绝过多',
    summary:
      'More than 500 pages, requests or connections ({{ $labels.labels }}) were refused or closed within 15 minutes: an attempt from outside, or more pages than allowed. The log of the dashboard says from which network.',
    query: risen('dashboard', named('dashboard_refusals_total', noneOf([...signInCodes, ...rareCodes]))),
    bound: 500,
  },
  {
    uid: 'shouwang-services-refused',
    title: '服务令牌被拒绝',
    summary:
      'More than 5 requests to dispatch or ingest ({{ $labels.name }}) came without the token of the services within 15 minutes: a process has another SERVICE_TOKEN, or an attempt from outside.',
    query: `SELECT sum("risen") AS "risen" FROM
      (SELECT non_negative_difference("value") AS "risen" FROM "metric"
       WHERE time > now() - 15m
         AND ("name" = 'dispatch_refused_tokens_total' OR "name" = 'ingest_refused_tokens_total') GROUP BY "name")
      WHERE time > now() - 15m GROUP BY "name"`,
    bound: 5,
  },
  {
    uid: 'shouwang-flow-editor-refused',
    title: '流程编辑器登录被拒绝过多',
    summary:
      'More than 30 sign-ins to the flow editor of {{ $labels.gateway }} of {{ $labels.community }} were refused within 15 minutes: somebody guesses the password of the gateway. The log of the editor says from which network.',
    query: risenAtGateway('flow_editor_refused'),
    bound: 30,
  },
  {
    uid: 'shouwang-adapters-refused',
    title: '网关接入被拒绝过多',
    summary:
      'Gateway {{ $labels.gateway }} of {{ $labels.community }} refused or closed more than 30 sign-ins, sources, signatures or connections of devices within 15 minutes: a device with an old secret, or somebody on its network who should not be there. See its log and /metrics.',
    query: risenAtGateway('adapters_refused'),
    bound: 30,
  },
  {
    uid: 'shouwang-broker-refusing',
    title: '接入被拒绝过多',
    summary:
      'The broker refused or closed more than 20 sign-ins, connections, subscriptions or messages ({{ $labels.labels }}) within 15 minutes: a gateway with an old secret, or somebody who should not be there. The log of the broker says from which address or gateway.',
    query: risen('broker', named('broker_refusals_total', noneOf(orderlyCuts))),
    bound: 20,
  },
];
