import type { Incident, TimelineEntry, TimelineType } from '#contracts/incident.ts';
import type { TestDashboard } from '#dashboard/testing/test-dashboard.ts';
import { incidentId, incidentOf } from '#dashboard/testing/test-dispatch.ts';
import { summaryOf } from '#dispatch/words.ts';

/** Ten past three in the night of the test community, so that what came before midnight is of another day. */
export const threeInTheNight = Date.parse('2026-09-22T03:10:00+08:00');
const minute = 60_000;

type Line = Partial<TimelineEntry> & { type: TimelineType; minutesAgo: number };
interface State {
  incident: Partial<Incident>;
  lines: Line[];
}

const responderPerson = 'c1-station';
const opened = (zh: string, en: string, minutesAgo: number): Line[] => [
  { type: 'opened', minutesAgo, words: { zh, en } },
  { type: 'alarm', minutesAgo, words: { zh, en } },
];
const acknowledged = (minutesAgo: number): Line => ({
  type: 'acknowledged',
  minutesAgo,
  actor: '值班员',
  words: { zh: '值班员 已确认', en: 'Acknowledged by 值班员' },
});
const seen = { state: 'acknowledged', acknowledgedBy: '值班员' } as const;

/** States of an incident in which its card says more than what, where and since when. */
export const incidentStates = {
  'said-by-another-gateway': {
    incident: { kind: 'smoke', saidByOther: true, openedAt: threeInTheNight - 2 * minute },
    lines: opened(
      '由另一网关上报，请核实：3栋2单元501 烟感 烟雾报警',
      'Said by another gateway, verify: 3栋2单元501 烟感: smoke',
      2,
    ).map((line) => ({ ...line, ...(line.type === 'alarm' && { saidByOther: true as const }) })),
  },
  'late-and-linked': {
    incident: {
      late: true,
      capturedAt: threeInTheNight - 205 * minute,
      openedAt: threeInTheNight - minute,
      alarmCount: 2,
      linked: [{ id: incidentId(90), number: '20260921-090' }],
    },
    lines: [
      ...opened('迟到，需核实：3栋2单元501 手表 SOS 求救', 'Late, verify: 3栋2单元501 手表: SOS', 1).map(
        (line) => ({ ...line, observedAt: threeInTheNight - 205 * minute }),
      ),
      {
        type: 'linked',
        minutesAgo: 1,
        words: {
          zh: '报警发生时警情 20260921-090 尚未关闭，现已关闭',
          en: 'Incident 20260921-090 was open when it happened and has been closed since',
        },
      },
    ],
  },
  'nobody-answers': {
    incident: {
      openedAt: threeInTheNight - 205 * minute,
      unansweredSince: threeInTheNight - 200 * minute,
    },
    lines: [
      ...opened('3栋2单元501 手表 SOS 求救', '3栋2单元501 手表: SOS', 205),
      {
        type: 'unanswered',
        minutesAgo: 200,
        words: { zh: '已通知所有人，无人应答', en: 'Everybody was told and nobody answers' },
      },
    ],
  },
  'panel-reset': {
    incident: { kind: 'fire', ...seen, openedAt: threeInTheNight - 12 * minute },
    lines: [
      ...opened('3栋 消防主机 火警（1.1.3.17 三层走廊）', '3栋 消防主机: fire alarm (1.1.3.17 三层走廊)', 12),
      acknowledged(11),
      {
        type: 'changed',
        minutesAgo: 2,
        words: {
          zh: '消防主机已复位，复位前的报警不再保持（部件未报告恢复，请现场确认）：3栋 消防主机',
          en: 'The fire panel was reset: 3栋 消防主机',
        },
      },
    ],
  },
  'still-in-alarm': {
    incident: {
      kind: 'smoke',
      ...seen,
      openedAt: threeInTheNight - 12 * minute,
      holding: [{ kind: 'smoke', device: 'c1-smoke' }],
    },
    lines: [...opened('3栋2单元501 烟感 烟雾报警', '3栋2单元501 烟感: smoke', 12), acknowledged(11)],
  },
  'closed-while-in-alarm': {
    incident: {
      kind: 'smoke',
      ...seen,
      state: 'resolved',
      outcome: 'false',
      openedAt: threeInTheNight - 30 * minute,
      resolvedAt: threeInTheNight - 4 * minute,
      holding: [{ kind: 'smoke', device: 'c1-smoke' }],
      reopensAt: threeInTheNight + 6 * minute,
    },
    lines: [
      ...opened('3栋2单元501 烟感 烟雾报警', '3栋2单元501 烟感: smoke', 30),
      acknowledged(29),
      {
        type: 'resolved',
        minutesAgo: 4,
        actor: '值班员',
        words: {
          zh: '结果：误报（设备仍在报警：烟雾报警，不恢复将重新打开）',
          en: 'Resolved as false alarm (the device still says smoke: opened again unless it ends)',
        },
      },
    ],
  },
  'everything-at-once': {
    incident: {
      kind: 'smoke',
      drill: true,
      late: true,
      capturedAt: threeInTheNight - 240 * minute,
      saidByOther: true,
      alarmCount: 12,
      possibleRepeats: 3,
      place: {
        building: 'c1-b3',
        unit: 'c1-b3u2',
        dwelling: 'c1-501',
        label: '东湖花园二期12栋3单元2801 主卧阳台',
      },
      openedAt: threeInTheNight - 205 * minute,
      unansweredSince: threeInTheNight - 200 * minute,
      linked: [
        { id: incidentId(90), number: '20260921-090' },
        { id: incidentId(91), number: '20260921-091' },
      ],
    },
    lines: opened('迟到，需核实：3栋2单元501 烟感 烟雾报警', 'Late, verify: 3栋2单元501 烟感: smoke', 205),
  },
} as const satisfies Record<string, State>;

export type IncidentStateName = keyof typeof incidentStates;

/** Puts an incident of a state before everybody: the desk, the responder whom a message reached, the relative. */
export function showState({ incidents, clock }: TestDashboard, name: IncidentStateName, n = 7): string {
  clock.now = threeInTheNight;
  const state: State = incidentStates[name];
  const incident = incidentOf(n, { lastAlarmAt: threeInTheNight - minute, ...state.incident });
  const summary = summaryOf({ ...incident, label: incident.place.label });
  for (const { type, minutesAgo, ...line } of state.lines) {
    incidents.change({ ...incident, summary }, type, { at: threeInTheNight - minutesAgo * minute, ...line });
  }
  incidents.messages.push({
    id: `m-${n}`,
    incident: incident.id,
    person: responderPerson,
    channel: 'in-app',
    state: 'pending',
    step: 0,
    attention: 1,
    about: 'alarm',
    possibleRepeat: false,
    createdAt: threeInTheNight,
  });
  return incident.id;
}

/** The responder takes an incident. */
export function takeIncident({ incidents }: TestDashboard, id: string): void {
  const who = { person: responderPerson, personName: '微型消防站' };
  incidents.change(
    { id, assignments: [{ id: 'a1', ...who, state: 'accepted', changedAt: threeInTheNight }] },
    'accepted',
    { words: { zh: '微型消防站 接警前往', en: '微型消防站 took it' } },
  );
}
