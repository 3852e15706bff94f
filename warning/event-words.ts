import type { EventKind } from '#contracts/event-kinds.ts';

/** Words for a kind of event: the Chinese ones follow the place, the English ones stand before it. */
export interface KindWords {
  zh: string;
  en: string;
}

/** Words of every kind that warns. */
export const eventWords = {
  sos: { zh: 'SOS 求救', en: 'SOS pressed on' },
  fall: { zh: '跌倒报警', en: 'Fall reported by' },
  fire: { zh: '火警', en: 'Fire alarm from' },
  'manual-call-point': { zh: '手动报警按钮被按下', en: 'Manual call point pressed at' },
  smoke: { zh: '烟雾报警', en: 'Smoke detected by' },
  gas: { zh: '燃气泄漏报警', en: 'Gas detected by' },
  'carbon-monoxide': { zh: '一氧化碳报警', en: 'Carbon monoxide detected by' },
  'emergency-button': { zh: '紧急按钮被按下', en: 'Emergency button pressed on' },
  'fire-input': { zh: '消防联动信号输入', en: 'Fire linkage signal received by' },
  duress: { zh: '胁迫报警', en: 'Duress code used at' },
  'generic-alarm': { zh: '报警（设备未说明原因）', en: 'Alarm without a stated cause from' },
  'unreadable-alarm': { zh: '报警无法解读，请核实', en: 'Unreadable alarm, verify:' },
  'fire-release': { zh: '消防联动释放', en: 'Released for fire by' },
  'vitals-abnormal': { zh: '生命体征异常', en: 'Abnormal vital signs from' },
  'water-leak': { zh: '漏水报警', en: 'Water leak detected by' },
  'door-forced': { zh: '门被强行打开', en: 'Door forced at' },
  'door-held-open': { zh: '门长时间未关', en: 'Door held open at' },
  tamper: { zh: '设备被拆动', en: 'Tampering with' },
  'watch-removed': { zh: '手表被摘下', en: 'Watch taken off:' },
  'access-failures': { zh: '多次刷卡失败', en: 'Repeated access failures at' },
  'panel-fault': { zh: '故障', en: 'Fault of' },
  'power-fault': { zh: '电源故障', en: 'Power fault of' },
  'link-fault': { zh: '线路故障', en: 'Line fault of' },
  'low-battery': { zh: '电量低', en: 'Low battery of' },
  'fence-left': { zh: '离开安全区域', en: 'Safe area left by' },
  'panel-shielded': { zh: '部件被屏蔽', en: 'Component disabled at' },
  'panel-supervisory': { zh: '监管信号', en: 'Supervisory signal from' },
  tailgating: { zh: '尾随进入', en: 'Tailgating at' },
} as const satisfies Partial<Record<EventKind, KindWords>>;

/** Words of a kind; its bare name where it never warns. */
export function wordsOf(kind: EventKind): KindWords {
  const words: Partial<Record<EventKind, KindWords>> = eventWords;
  return words[kind] ?? { zh: kind, en: `${kind} of` };
}

/** A length of time in words, rounded down to whole seconds, minutes or hours. */
export function durationWords(ms: number): KindWords {
  const [count, zh, en] =
    ms < 120_000
      ? [Math.floor(ms / 1000), '秒', 'second']
      : ms < 7_200_000
        ? [Math.floor(ms / 60_000), '分钟', 'minute']
        : [Math.floor(ms / 3_600_000), '小时', 'hour'];
  return { zh: `${count} ${zh}`, en: `${count} ${en}${count === 1 ? '' : 's'}` };
}
