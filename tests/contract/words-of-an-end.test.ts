import { beforeEach, expect, test } from 'vitest';
import type { Outcome } from '#contracts/incident.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { elderIncidentOf } from '#dashboard/server/elders/elder-incident.ts';
import { openExportTable } from '#dashboard/server/exports/all.ts';
import { timeOfDays } from '#dashboard/server/exports/export-days.ts';
import { acknowledge } from '#dispatch/actions/acknowledge.ts';
import { resolve } from '#dispatch/actions/resolve.ts';
import { openTestDispatch, type TestDispatch } from '#dispatch/testing/open-test-dispatch.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

async function take(line: Partial<WarningTransition>) {
  dispatch.log.append({ at: dispatch.clock.time, ...line });
  await dispatch.applyAll();
  const [incident] = await dispatch.reader.list('c1', { limit: 10, resolvedSince: 0 });
  if (!incident) throw new Error('no incident');
  return incident;
}

async function close(outcome: Outcome) {
  const [incident] = await dispatch.reader.list('c1', { limit: 1 });
  const by = (what: string) => ({ actor: 'p1', request: `request-${what}-${incident?.id}` });
  await dispatch.runAction(async (context) => {
    const attention = incident?.attention ?? 0;
    await acknowledge(context, incident?.id ?? '', { ...by('acknowledge'), attention });
    await resolve(context, incident?.id ?? '', { ...by('resolve'), outcome });
  });
}

const evidence = (zh: string) => ({ zh, en: zh, values: {} });
const silent = { kind: 'device-stale', level: 'yellow', lifeSafety: false } as const;

/** What ended it, and the last words that staff and responders read on the timeline, and that the family reads. */
const causes: [
  cause: string,
  alarm: Partial<WarningTransition>,
  end: Partial<WarningTransition> | Outcome,
  staff: [type: string, words: string],
  family: string,
][] = [
  [
    'its own device said so',
    { kind: 'smoke' },
    { kind: 'smoke', evidence: evidence('烟感 报告已恢复') },
    ['condition-ended', '烟感 报告已恢复'],
    '设备显示情况已解除',
  ],
  [
    'its panel was reset',
    { kind: 'fire' },
    { kind: 'fire', panelReset: true, evidence: evidence('消防主机已复位') },
    ['changed', '消防主机已复位'],
    '收到报警：火警',
  ],
  ['people closed a press', { kind: 'sos' }, 'real', ['resolved', '真警'], '警情属实，已处置完毕'],
  [
    'people closed what still holds',
    { kind: 'smoke' },
    'false',
    ['resolved', '误报（设备仍在报警：烟雾报警，不恢复将重新打开）'],
    '确认为误报，已结束',
  ],
  [
    'people closed what only another gateway said',
    { kind: 'smoke', saidByOther: true },
    'false',
    ['resolved', '误报'],
    '确认为误报，已结束',
  ],
  [
    'people closed it, as the engine writes it',
    { kind: 'sos' },
    { kind: 'sos', byPeople: true },
    ['notified', ''],
    '收到报警：SOS 求救',
  ],
  [
    'the device was heard again',
    silent,
    { ...silent, evidence: evidence('手表 恢复通信') },
    ['resolved', '自动关闭：手表 恢复通信'],
    '设备已恢复，自动结束',
  ],
  [
    'it was put together with other silent devices',
    silent,
    { ...silent, merged: true, evidence: evidence('已并入多台设备失联的警情') },
    ['resolved', '自动关闭：已并入多台设备失联的警情'],
    '设备还没有恢复，已与其他失联设备一并处理',
  ],
  [
    'the silent device was taken out of the plan',
    silent,
    { ...silent, takenOut: true, evidence: evidence('设备 watch-1 已移出登记') },
    ['resolved', '自动关闭：设备 watch-1 已移出登记'],
    '相关设备已移出登记，自动结束',
  ],
  [
    'the device that still alarms was taken out of the plan',
    { kind: 'smoke' },
    { kind: 'smoke', transition: 'changed', takenOut: true, evidence: evidence('烟感 已移出登记') },
    ['taken-out', '烟感 已移出登记'],
    '相关设备已移出登记，不再接收它的消息，现状无从得知',
  ],
  [
    'the device, closed by people while it still alarmed, was taken out of the plan',
    { kind: 'smoke' },
    { kind: 'smoke', takenOut: true, evidence: evidence('烟感 已移出登记') },
    ['taken-out', '烟感 已移出登记'],
    '相关设备已移出登记，不再接收它的消息，现状无从得知',
  ],
];

test.each(causes)(
  'nobody reads of an end that no device reported: %s',
  async (_cause, alarm, end, staff, family) => {
    const { id } = await take({ ...alarm, device: 'watch-1', warning: 'w-1' });
    if (typeof end === 'string') await close(end);
    else await take({ transition: 'cleared', ...end, device: 'watch-1', warning: 'w-1' });
    const [incident] = await dispatch.reader.list('c1', { limit: 1, resolvedSince: 0 });
    const timeline = await dispatch.reader.timeline(id);
    const [type, words] = staff;
    expect(timeline.at(-1)).toMatchObject({ type, words: { zh: expect.stringContaining(words) } });
    if (!incident) throw new Error('no incident');
    const { steps } = elderIncidentOf(incident, timeline, { heldUntil: undefined, accesses: [] });
    expect(steps.at(-1)?.words.zh).toBe(family);
    const isOwnEnd = timeline.some((line) => line.type === 'condition-ended');
    const saysEnd = steps.some(({ words: { zh } }) => /情况已|设备已恢复/.test(zh));
    expect(saysEnd).toBe(isOwnEnd);
  },
);

test.each<[string, Partial<WarningTransition> | Outcome, Record<string, unknown>]>([
  ['what a person closed still holds', 'false', { state: 'resolved', outcome: 'false', holding: '烟雾报警' }],
  ['its device said that it is over', {}, { state: 'new' }],
  ['its panel was reset', { panelReset: true }, { state: 'new' }],
  [
    'its device was taken out',
    { transition: 'changed', takenOut: true },
    { state: 'new', takenOut: '烟雾报警' },
  ],
])('an export tells beside the state what is not over: %s', async (_cause, end, told) => {
  await take({ kind: 'smoke', device: 'watch-1', warning: 'w-1' });
  if (typeof end === 'string') await close(end);
  else await take({ kind: 'smoke', transition: 'cleared', ...end, device: 'watch-1', warning: 'w-1' });
  const query = { from: '2026-11-24', to: '2026-11-24', format: 'jsonl', language: 'zh' } as const;

  const { pages } = openExportTable('incidents', {
    ...{ telemetry: {} as never, audit: {} as never, incidents: dispatch.reader, query },
    ...{ community: 'c1', timezone: 'Asia/Shanghai', registry: () => dispatch.registry },
    time: timeOfDays(query, 'Asia/Shanghai'),
  });
  const { value: rows = [] } = await pages.next();
  const { state, outcome, holding, takenOut } = (rows || []).at(-1) ?? {};
  expect({ state, outcome, holding, takenOut }).toEqual({
    ...{ outcome: undefined, holding: undefined, takenOut: undefined },
    ...told,
  });
});
