import type { ElderIncident } from '#contracts/elder.ts';
import { isHoldingKind } from '#contracts/facts/event-kinds.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';
import type { Incident, Outcome, TimelineEntry, TimelineType, Words } from '#contracts/incident.ts';

/** What a relative is told of each line; lines without words here are not told. */
const stepWords: Partial<Record<TimelineType, Words>> = {
  acknowledged: { zh: '值班员已看到', en: 'The duty desk has seen it' },
  assigned: { zh: '已安排人员前往', en: 'Somebody is being sent' },
  accepted: { zh: '有人接警，准备出发', en: 'Somebody has taken it and is getting ready' },
  'en-route': { zh: '有人正在赶去', en: 'Somebody is on the way' },
  'on-scene': { zh: '人已到现场', en: 'Somebody is there' },
  'condition-ended': { zh: '情况已恢复', en: 'It is as it should be again' },
  'taken-out': {
    zh: '相关设备已移出登记，不再接收它的消息，现状无从得知',
    en: 'The device was taken out of the plan: nothing is heard of it any more, how things are is not known',
  },
  'family-called': { zh: '家属已致电', en: 'A relative has called' },
  'visit-requested': { zh: '家属请求上门看望', en: 'A relative has asked for a visit' },
  unanswered: {
    zh: '还没有人应答，正在继续通知',
    en: 'Nobody has answered yet; everybody is being told again',
  },
  reopened: { zh: '警情重新打开', en: 'It was opened again' },
};

const outcomeWords: Record<Outcome, Words> = {
  real: { zh: '警情属实，已处置完毕', en: 'It was real and has been dealt with' },
  false: { zh: '确认为误报，已结束', en: 'It was a false alarm and is over' },
  test: { zh: '这是一次测试，已结束', en: 'It was a test and is over' },
  drill: { zh: '这是一次演练，已结束', en: 'It was a drill and is over' },
};

const closedByItself: Words = { zh: '设备已恢复，自动结束', en: 'It recovered and closed by itself' };
const closedTakenOut: Words = {
  zh: '相关设备已移出登记，自动结束',
  en: 'Closed by itself, since the device was taken out of the plan',
};
/** A silent device that was put together with others has not been heard again. */
const joinedOthers: Words = {
  zh: '设备还没有恢复，已与其他失联设备一并处理',
  en: 'Not heard again yet: now handled together with other devices that are out of reach',
};

/** Most lines told of one incident, and of its alarms; the newest stay, and many alarms push nothing out. */
const maxSteps = 40;
const maxAlarms = 10;

/** An incident in a relative's words: what was done, never who did it nor what staff wrote. */
export function elderIncidentOf(
  incident: Incident,
  timeline: readonly TimelineEntry[],
  extra: { heldUntil: number | undefined; accesses: ElderIncident['accesses'] },
): ElderIncident {
  const alarms = timeline.filter(({ type }) => type === 'alarm').slice(-maxAlarms);
  const steps = timeline.flatMap((entry, index) => {
    const { at, type } = entry;
    if (type === 'alarm' && !alarms.includes(entry)) return [];
    const words = wordsOf(entry, incident, timeline[index - 1]);
    return words ? [{ at, type, words }] : [];
  });
  return {
    id: incident.id,
    number: incident.number,
    kind: incident.kind,
    level: incident.level,
    state: incident.state,
    drill: incident.drill,
    openedAt: incident.openedAt,
    ...(incident.capturedAt !== undefined && { capturedAt: incident.capturedAt }),
    ...(incident.resolvedAt !== undefined && { resolvedAt: incident.resolvedAt }),
    ...(incident.outcome !== undefined && { outcome: incident.outcome }),
    ...(incident.holding && { holds: true as const }),
    steps: steps.slice(-maxSteps - maxAlarms),
    ...(extra.heldUntil !== undefined && { heldUntil: extra.heldUntil }),
    accesses: extra.accesses,
  };
}

/** Why it closed by itself; of what was taken out nobody heard that it recovered. */
function causeWords(incident: Incident, before: TimelineEntry | undefined): Words {
  if (before?.type !== 'condition-ended' && before?.type !== 'taken-out') return joinedOthers;
  return incident.takenOut ? closedTakenOut : closedByItself;
}

function wordsOf(
  { type, kind, possibleRepeat }: TimelineEntry,
  incident: Incident,
  before: TimelineEntry | undefined,
): Words | undefined {
  if (type === 'alarm') {
    const { zh, en } = kindWords[kind ?? incident.kind];
    const [markZh, markEn] = possibleRepeat ? ['（可能是重复发送）', ' (possibly sent twice)'] : ['', ''];
    return { zh: `收到报警：${zh}${markZh}`, en: `Alarm: ${en}${markEn}` };
  }
  // Only an end that a device reported is told as one.
  if (type === 'condition-ended' && kind !== undefined && isHoldingKind(kind)) {
    return { zh: '设备显示情况已解除', en: 'The device says that it is over' };
  }
  // What closed by itself did so at the line before it.
  if (type === 'resolved' && !incident.outcome) return causeWords(incident, before);
  if (type === 'resolved' && incident.outcome) return outcomeWords[incident.outcome];
  return stepWords[type];
}
