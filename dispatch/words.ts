import type { IncidentKind } from '#contracts/notices.ts';

/** A sentence in both languages of the pages. */
export interface Words {
  zh: string;
  en: string;
}

/** Longest sentence the contracts take, in characters. */
const maxWordsLength = 500;

/** What each kind of incident is called. */
export const kindWords: Record<IncidentKind, Words> = {
  sos: { zh: 'SOS 求救', en: 'SOS' },
  fall: { zh: '跌倒', en: 'Fall' },
  fire: { zh: '火警', en: 'Fire alarm' },
  'manual-call-point': { zh: '手动报警按钮', en: 'Manual call point' },
  smoke: { zh: '烟雾报警', en: 'Smoke' },
  gas: { zh: '燃气泄漏', en: 'Gas leak' },
  'carbon-monoxide': { zh: '一氧化碳报警', en: 'Carbon monoxide' },
  'emergency-button': { zh: '紧急按钮', en: 'Emergency button' },
  'fire-input': { zh: '消防联动输入', en: 'Fire input' },
  duress: { zh: '胁迫开门', en: 'Duress' },
  'generic-alarm': { zh: '报警', en: 'Alarm' },
  'unreadable-alarm': { zh: '无法识别的报警，请核实', en: 'Unreadable alarm, verify' },
  'fire-release': { zh: '消防联动放行', en: 'Fire release' },
  'vitals-abnormal': { zh: '体征异常', en: 'Abnormal vitals' },
  'water-leak': { zh: '漏水', en: 'Water leak' },
  'door-forced': { zh: '强行开门', en: 'Door forced' },
  'door-held-open': { zh: '门未关', en: 'Door held open' },
  tamper: { zh: '设备被拆动', en: 'Tamper' },
  'watch-removed': { zh: '手表被摘下', en: 'Watch removed' },
  'access-failures': { zh: '连续刷卡失败', en: 'Repeated access failures' },
  'panel-fault': { zh: '消防主机故障', en: 'Fire panel fault' },
  'power-fault': { zh: '电源故障', en: 'Power fault' },
  'link-fault': { zh: '线路故障', en: 'Link fault' },
  'low-battery': { zh: '电量低', en: 'Low battery' },
  'fence-left': { zh: '离开安全区域', en: 'Left the safe area' },
  'fence-entered': { zh: '进入安全区域', en: 'Entered the safe area' },
  'panel-shielded': { zh: '部件被屏蔽', en: 'Component shielded' },
  'panel-supervisory': { zh: '监管信号', en: 'Supervisory signal' },
  'panel-feedback': { zh: '联动反馈', en: 'Feedback' },
  'panel-operation': { zh: '主机操作', en: 'Panel operation' },
  'panel-test': { zh: '主机测试', en: 'Panel test' },
  'access-granted': { zh: '通行', en: 'Access granted' },
  'access-denied': { zh: '拒绝通行', en: 'Access denied' },
  'exit-button': { zh: '出门按钮', en: 'Exit button' },
  'door-opened': { zh: '开门', en: 'Door opened' },
  'door-closed': { zh: '关门', en: 'Door closed' },
  'always-open': { zh: '门常开', en: 'Door kept open' },
  'always-closed': { zh: '门常闭', en: 'Door kept closed' },
  tailgating: { zh: '尾随', en: 'Tailgating' },
  doorbell: { zh: '门铃', en: 'Doorbell' },
  'device-info': { zh: '设备信息', en: 'Device information' },
  'device-stale': { zh: '设备失联', en: 'Device stale' },
  'gateway-stale': { zh: '网关失联', en: 'Gateway stale' },
  inactivity: { zh: '独居无活动', en: 'Inactivity' },
  'nobody-reached': { zh: '无人应答', en: 'No one could be reached' },
  'help-request': { zh: '求助', en: 'Help request' },
  medical: { zh: '医疗急救', en: 'Medical emergency' },
  disturbance: { zh: '治安扰动', en: 'Disturbance' },
  other: { zh: '其他警情', en: 'Other' },
};

/** What an incident is about, in one sentence; drills and late alarms say so before anything else. */
export function summaryOf(incident: {
  kind: IncidentKind;
  label: string;
  late: boolean;
  drill: boolean;
}): Words {
  const { zh, en } = kindWords[incident.kind];
  const marks: Words[] = [];
  if (incident.drill) marks.push({ zh: '【演练】', en: '[Drill] ' });
  if (incident.late) marks.push({ zh: '迟到，需核实：', en: 'Late, verify: ' });
  return clipWords({
    zh: `${marks.map((mark) => mark.zh).join('')}${zh}：${incident.label}`,
    en: `${marks.map((mark) => mark.en).join('')}${en}: ${incident.label}`,
  });
}

/** Cuts words to what the contracts take. */
export function clipWords({ zh, en }: Words): Words {
  return { zh: clip(zh, maxWordsLength), en: clip(en, maxWordsLength) };
}

/** Cuts a text to `length` UTF-16 units without splitting a character. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const splitsPair = /[\uD800-\uDBFF]$/.test(text.slice(0, length - 1));
  return `${text.slice(0, splitsPair ? length - 2 : length - 1)}…`;
}
