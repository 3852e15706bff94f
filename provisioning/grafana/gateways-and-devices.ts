import { layDashboard, row } from './dashboard-frame.ts';
import { atItsEnd, chosenCommunity, chosenGateway, influxTarget } from './influx-target.ts';
import {
  barsPanel,
  curvePanel,
  numberPanel,
  type PanelWords,
  tablePanel,
  unknown,
  wordsFor,
} from './panel-kinds.ts';
import { gaps, lateRecords } from './record-panels.ts';
import { batteryByDevice, devicesLastHeard, lowBatteryDevices } from './wearable-panels.ts';

const statusWords = {
  birth: { zh: '已连接', en: 'connected' },
  heartbeat: { zh: '在线', en: 'alive' },
  death: { zh: '已断开', en: 'gone' },
};
const clockWords = {
  synchronized: { zh: '已同步', en: 'synchronized' },
  skewed: { zh: '偏差', en: 'skewed' },
  unknown: { zh: '未知', en: 'unknown' },
};
const gateways = `FROM "gateway" WHERE ${chosenGateway}`;

/** As the warning engine counts them, over the chosen communities; the newest count of the range. */
const counted = (what: 'gateways' | 'devices', state: 'live' | 'stale', words: PanelWords) =>
  numberPanel(
    words,
    influxTarget(
      `SELECT sum("count") AS "${what}" FROM
        (SELECT last("value") AS "count" FROM "metric"
         WHERE ${atItsEnd} AND "name" = 'warning_${what}' AND "labels" =~ /^\${community:regex}\\/${state}$/
         GROUP BY "labels")`,
    ),
    state === 'stale' ? 'red' : 'text',
  ).noValue(unknown);

const risen = (counter: string, refId: string, name: string) =>
  influxTarget(
    `SELECT non_negative_difference(max("${counter}")) AS "${counter}" ${gateways}
     GROUP BY time($__interval), "community", "gateway" fill(none)`,
    { refId, alias: `$tag_community $tag_gateway ${name}` },
  );

/** 网关与设备: what is not heard, what waits at gateways, batteries and clocks. */
export const gatewaysAndDevices = () =>
  layDashboard({
    uid: 'shouwang-gateways',
    title: '网关与设备',
    description: 'Gateways and devices: offline, stale, battery, records still held, clocks.',
    variables: ['community', 'gateway', 'device'],
    rows: [
      row(
        4,
        counted('gateways', 'live', {
          title: '在线网关',
          description: 'Gateways heard from, at the end of the range.',
        }),
        counted('gateways', 'stale', {
          title: '失联网关',
          description: 'Gateways unheard for too many heartbeats, at the end of the range.',
        }),
        counted('devices', 'live', {
          title: '在线设备',
          description: 'Devices heard from, at the end of the range.',
        }),
        counted('devices', 'stale', {
          title: '失联设备',
          description: 'Devices silent for longer than their kind may be, at the end of the range.',
        }),
      ),
      row(
        8,
        tablePanel(
          {
            title: '网关状态',
            description:
              'What each gateway last told: when, records it still held, and its clock against the platform.',
          },
          influxTarget(
            `SELECT last("status") AS "status", "alarm_held", "telemetry_held", "clock", "clock_offset_ms" ${gateways}
       GROUP BY "community", "gateway"`,
            { format: 'table' },
          ),
          {
            columns: {
              community: { name: '小区' },
              gateway: { name: '网关' },
              status: { name: '状态', values: wordsFor(statusWords) },
              alarm_held: { name: '待发报警' },
              telemetry_held: { name: '待发遥测' },
              clock: { name: '时钟', values: wordsFor(clockWords) },
              clock_offset_ms: { name: '时钟偏差 ms' },
            },
            withTime: true,
          },
        ),
      ),
      row(
        8,
        barsPanel(
          {
            title: '网关心跳',
            description: 'Heartbeats of each gateway over time; a gap is a gateway that was away.',
          },
          [
            influxTarget(
              `SELECT count("status") AS "heartbeats" ${gateways} AND "status" != 'death'
         GROUP BY time($__interval), "community", "gateway" fill(0)`,
              { alias: '$tag_community $tag_gateway' },
            ),
          ],
          {},
        ),
        curvePanel(
          {
            title: '网关待发记录',
            description:
              'Most records that each gateway held for the platform; alarms that wait are a fault.',
          },
          [
            influxTarget(
              `SELECT max("alarm_held") AS "held" ${gateways} GROUP BY time($__interval), "community", "gateway" fill(null)`,
              { alias: '$tag_community $tag_gateway 报警 alarms' },
            ),
            influxTarget(
              `SELECT max("telemetry_held") AS "held" ${gateways} GROUP BY time($__interval), "community", "gateway" fill(null)`,
              { refId: 'B', alias: '$tag_community $tag_gateway 遥测 telemetry' },
            ),
          ],
          'gateways',
        ).min(0),
      ),
      row(
        8,
        curvePanel(
          {
            title: '网关时钟偏差',
            description: 'Platform time minus gateway time, where the gateway knows it.',
          },
          [
            influxTarget(
              `SELECT mean("clock_offset_ms") AS "offset" ${gateways} GROUP BY time($__interval), "community", "gateway" fill(null)`,
              { alias: '$tag_community $tag_gateway' },
            ),
          ],
          'gateways',
        ).unit('ms'),
        barsPanel(
          {
            title: '网关断线',
            description:
              'Connections to the platform that each gateway lost or could not open, as it counts them.',
          },
          [risen('connection_lost', 'A', '断线 lost'), risen('connection_failed', 'B', '未连上 failed')],
          {},
        ),
      ),
      row(
        8,
        barsPanel(
          {
            title: '丢弃与重发',
            description:
              'Telemetry that gateways dropped for want of room, and records that they sent again.',
          },
          [
            risen('telemetry_dropped', 'A', '丢弃 dropped'),
            risen('telemetry_resent', 'B', '遥测重发 telemetry resent'),
            risen('alarm_resent', 'C', '报警重发 alarms resent'),
          ],
          {},
        ),
        barsPanel(
          {
            title: '失联警情',
            description:
              'Incidents opened because a gateway or a device was not heard from, drills left out.',
          },
          [
            influxTarget(
              `SELECT count("change") AS "incidents" FROM "incident"
         WHERE ${chosenCommunity} AND "drill" = false AND "transition" = 'opened'
           AND "kind" =~ /^(device|gateway)-stale$/ GROUP BY time($__interval), "kind" fill(0)`,
              { alias: '$tag_kind' },
            ),
          ],
          {
            'device-stale': { zh: '设备失联', en: 'device', color: 'orange' },
            'gateway-stale': { zh: '网关失联', en: 'gateway', color: 'red' },
          },
        ),
      ),
      row(8, devicesLastHeard(), lowBatteryDevices()),
      row(8, batteryByDevice(), lateRecords()),
      row(7, gaps()),
    ],
  });
