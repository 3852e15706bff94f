/** What a query answers with: its columns, tags of its groups included, and groups that must be among its rows. */
export interface Promised {
  columns: string[];
  rows: Record<string, unknown>[];
}

const perTime = (column: string, rows: Record<string, unknown>[] = [{}]): Promised => ({
  columns: ['time', column],
  rows,
});
const perTag = (column: string, tag: string, values: string[]): Promised => ({
  columns: ['time', column, tag],
  rows: values.map((value) => ({ [tag]: value })),
});
/** By an id, which names something in its community alone. */
const perId = (column: string, tag: string, values: string[]): Promised => ({
  columns: ['time', column, 'community', tag],
  rows: values.map((value) => ({ community: 'demo', [tag]: value })),
});
const ofWatches = (column: string) => perId(column, 'device', ['watch-1', 'watch-40']);
const ofGateways = (column: string) => perId(column, 'gateway', ['gw-old', 'gw-held']);
const ofProcesses = (column: string) =>
  perTag(column, 'process', ['broker', 'ingest', 'dispatch', 'dashboard']);
const ofLabels = (...labels: string[]) => perTag('rate', 'labels', labels);

const wearables: Record<string, Promised> = {
  '在线手表 A': perTime('wearables', [{ wearables: 40 }]),
  '未佩戴 A': perTime('wearables', [{ wearables: 1 }]),
  '低电量 A': perTime('devices', [{ devices: 1 }]),
  '手表在线数 A': perTime('wearables'),
  '心率趋势 A': ofWatches('heart-rate'),
  '未佩戴的手表 A': {
    columns: ['time', 'community', 'device', 'worn'],
    rows: [{ device: 'watch-12', worn: 0 }],
  },
  '低电量设备 A': {
    columns: ['time', 'community', 'device', 'battery'],
    rows: [{ device: 'watch-14', battery: 9 }],
  },
};
const missing: Record<string, Promised> = {
  '迟到的记录 A': perTime('late', [{ late: 1 }]),
  '迟到的记录 B': perTime('late', [{ late: 1 }]),
  '缺失的记录 A': {
    columns: ['time', 'community', 'gateway', 'lane', 'records', 'reason'],
    rows: [{ gateway: 'gw-late', lane: 'telemetry', records: 7, reason: 'quota' }],
  },
};

const communityOverview: Record<string, Promised> = {
  ...wearables,
  ...missing,
  '红色报警 A': perTime('alarms'),
  '新警情 A': perTime('incidents'),
  '已办结警情 A': perTime('incidents', [{ incidents: 2 }]),
  '各级别报警 A': perTag('alarms', 'level', ['red', 'orange']),
  '各类报警 A': {
    columns: ['time', 'alarms', 'kind', 'level'],
    rows: [
      { kind: 'sos', level: 'red', alarms: 1 },
      { kind: 'fire', level: 'red', alarms: 1 },
      { kind: 'door-forced', level: 'orange', alarms: 1 },
    ],
  },
  '警情处置 A': perTag('incidents', 'transition', ['opened', 'acknowledged', 'resolved']),
  '每小时通行 A': perTag('passages', 'kind', ['access-granted', 'access-denied']),
};

const emergencyResponse: Record<string, Promised> = {
  '确认用时 A': perTime('seconds'),
  '接警用时 A': perTime('seconds'),
  '到场用时 A': perTime('seconds'),
  '误报率 A': perTime('percent', [{ percent: 50 }]),
  '无人应答 A': perTime('incidents', [{ incidents: 1 }]),
  '升级次数 A': perTime('escalations'),
  '各楼栋响应用时 A': {
    columns: ['time', 'median', 'most', 'responses', 'community', 'building', 'transition'],
    rows: [
      { building: 'b1', transition: 'acknowledged' },
      { building: 'b1', transition: 'accepted', responses: 1 },
      { building: 'b1', transition: 'on-scene', responses: 1 },
    ],
  },
  '各类警情响应用时 A': {
    columns: ['time', 'median', 'responses', 'kind', 'transition'],
    rows: [
      { kind: 'sos', transition: 'accepted', responses: 1 },
      { kind: 'sos', transition: 'on-scene', responses: 1 },
      { kind: 'fire', transition: 'acknowledged', responses: 1 },
    ],
  },
  '各楼栋误报率 A': {
    columns: ['time', 'percent', 'resolved', 'community', 'building', 'kind'],
    rows: [
      { building: 'b1', kind: 'sos', percent: 0, resolved: 1 },
      { building: 'b1', kind: 'fire', percent: 100, resolved: 1 },
    ],
  },
  '每小时响应用时 A': perTag('seconds', 'transition', ['acknowledged', 'accepted', 'on-scene']),
  '每小时误报率 A': perId('percent', 'building', ['b1']),
  '每小时新警情 A': perId('incidents', 'building', ['b1', 'b2']),
};

const wearablesDashboard: Record<string, Promised> = {
  ...wearables,
  '佩戴率 A': perTime('percent', [{ percent: 97.5 }]),
  '覆盖小时数 A': ofWatches('hours'),
  '血氧趋势 A': ofWatches('oxygen-saturation'),
  '体温趋势 A': ofWatches('body-temperature'),
  '血压趋势 A': ofWatches('blood-pressure-systolic'),
  '血压趋势 B': ofWatches('blood-pressure-diastolic'),
  '电量趋势 A': ofWatches('battery'),
  '最新体征 A': {
    columns: ['time', 'value', 'community', 'device', 'quantity'],
    rows: [
      { device: 'watch-1', quantity: 'oxygen-saturation', value: 97 },
      { device: 'watch-40', quantity: 'blood-pressure-systolic', value: 128 },
    ],
  },
};

const gatewaysAndDevices: Record<string, Promised> = {
  ...missing,
  '低电量设备 A': wearables['低电量设备 A'] as Promised,
  '电量趋势 A': ofWatches('battery'),
  '在线网关 A': perTime('gateways'),
  '失联网关 A': perTime('gateways'),
  '在线设备 A': perTime('devices'),
  '失联设备 A': perTime('devices'),
  '网关状态 A': {
    columns: [
      ...['time', 'community', 'gateway', 'status'],
      ...['alarm_held', 'telemetry_held', 'clock', 'clock_offset_ms'],
    ],
    rows: [
      { gateway: 'gw-old', status: 'heartbeat', telemetry_held: 7, clock: 'skewed', clock_offset_ms: 1500 },
      { gateway: 'gw-1' },
      { gateway: 'hosted-1' },
    ],
  },
  '网关心跳 A': ofGateways('heartbeats'),
  '网关待发记录 A': ofGateways('held'),
  '网关待发记录 B': ofGateways('held'),
  '网关时钟偏差 A': ofGateways('offset'),
  '网关断线 A': ofGateways('connection_lost'),
  '网关断线 B': ofGateways('connection_failed'),
  '丢弃与重发 A': ofGateways('telemetry_dropped'),
  '丢弃与重发 B': ofGateways('telemetry_resent'),
  '丢弃与重发 C': ofGateways('alarm_resent'),
  '失联警情 A': perTag('incidents', 'kind', ['device-stale', 'gateway-stale']),
  '设备最近读数 A': {
    columns: ['time', 'value', 'quantity', 'community', 'device'],
    rows: [{ device: 'watch-1' }],
  },
};

const pipeline: Record<string, Promised> = {
  '预警滞后 A': perTime('entries'),
  '存储滞后 A': perTime('entries'),
  '死信 A': perTime('letters'),
  '存储故障 A': perTime('failing', [{ failing: 0 }]),
  '日志占用 A': perTime('percent'),
  '磁盘剩余 A': perTime('percent'),
  '记录速率 A': ofLabels('alarm/journalled', 'telemetry/journalled'),
  '滞后趋势 A': perTime('entries'),
  '滞后趋势 B': perTime('entries'),
  '消息速率 A': ofLabels('alarm'),
  '拒绝的连接与消息 A': ofLabels('wrong-secret'),
  '处置操作速率 A': ofLabels('acknowledge/done'),
  '预警处理速率 A': ofLabels('opened'),
  '连接数 A': perTag('connections', 'name', [
    'broker_gateway_connections',
    'broker_service_connections',
    'dashboard_live_pages',
  ]),
  '死信趋势 A': perTime('letters'),
  '死信趋势 B': perTime('letters'),
  '日志大小 A': perTime('bytes'),
  '未入库的记录 A': perTime('records'),
  '未入库的记录 B': perTime('records'),
  '未入库的记录 C': perTime('records'),
  '进程内存 A': ofProcesses('bytes'),
  '处理器占用 A': ofProcesses('percent'),
  '事件循环延迟 A': ofProcesses('seconds'),
  '进程最近上报 A': ofProcesses('started'),
};

/** What the queries of each dashboard promise, by its file and by panel and query. */
export const promised: Record<string, Record<string, Promised>> = {
  'community-overview': communityOverview,
  'emergency-response': emergencyResponse,
  wearables: wearablesDashboard,
  'gateways-and-devices': gatewaysAndDevices,
  pipeline,
};

const risenAtGateways: Promised = {
  columns: ['time', 'risen', 'community', 'gateway'],
  rows: [{ gateway: 'gw-held' }],
};

/** What the query of each alert rule promises, by the rule's address. */
export const promisedRules: Record<string, Promised> = {
  'shouwang-process-silent': ofProcesses('heard'),
  'shouwang-gateway-silent': {
    columns: ['time', 'heard', 'community', 'gateway'],
    rows: [{ gateway: 'gw-old' }, { gateway: 'gw-1' }],
  },
  'shouwang-alarms-held': {
    columns: ['time', 'held', 'community', 'gateway'],
    rows: [{ gateway: 'gw-held' }],
  },
  'shouwang-warning-lag': perTime('value'),
  'shouwang-store-refusing': perTag('value', 'name', [
    'ingest_store_refused',
    'ingest_store_refused_summaries',
  ]),
  'shouwang-store-lag': perTime('value'),
  'shouwang-dead-letters': perTag('risen', 'name', ['ingest_dead_letters', 'ingest_dead_letters_dropped']),
  'shouwang-alarm-letters-dropped': perTag('risen', 'name', ['ingest_alarm_dead_letters_dropped']),
  'shouwang-records-set-aside': risenAtGateways,
  'shouwang-messages-failed': perTag('risen', 'labels', ['fail']),
  'shouwang-records-left': perTag('risen', 'labels', ['alarm/left-queue']),
  'shouwang-hosts-refused': perTag('risen', 'labels', ['DASHBOARD_HOST_UNKNOWN']),
  'shouwang-services-refused': perTag('risen', 'name', [
    'dispatch_refused_tokens_total',
    'ingest_refused_tokens_total',
  ]),
  'shouwang-adapters-refused': risenAtGateways,
  'shouwang-sign-ins-refused': perTag('risen', 'labels', ['DASHBOARD_SIGN_IN_REFUSED']),
  'shouwang-pages-refused': perTag('risen', 'labels', ['DASHBOARD_NOT_SIGNED_IN']),
  'shouwang-flow-editor-refused': risenAtGateways,
  'shouwang-broker-refusing': perTag('risen', 'labels', ['wrong-secret']),
  'shouwang-journal-full': perTime('value'),
  'shouwang-access-unwritten': perTag('value', 'process', ['dashboard']),
  'shouwang-disk-full': perTime('value'),
};
