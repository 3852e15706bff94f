import { beforeEach, expect, test } from 'vitest';
import type { Incident, TimelineEntry } from '#contracts/incident.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { testTime } from '../testing/memory-warning-log.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

const minute = 60_000;

async function take(...lines: Partial<WarningTransition>[]): Promise<Incident[]> {
  for (const line of lines) dispatch.log.append(line);
  await dispatch.applyAll();
  return listAll();
}

function listAll(): Promise<Incident[]> {
  return dispatch.reader.list('c1', { limit: 5000, resolvedSince: 0 });
}

async function allAlarms(): Promise<TimelineEntry[]> {
  const timelines = await Promise.all((await listAll()).map(({ id }) => dispatch.reader.timeline(id)));
  return timelines.flat().filter((entry) => entry.type === 'alarm');
}

/** Puts an incident into a state as a person's act would leave it. */
async function setState(incident: Incident, state: 'acknowledged' | 'resolved'): Promise<void> {
  const rank = state === 'resolved' ? 8 : 4;
  await dispatch.database.db
    .updateTable('incident')
    .set({ state, rank, resolved_at: state === 'resolved' ? dispatch.clock.time : null })
    .where('id', '=', incident.id)
    .execute();
}

test('an SOS opens an incident with number, place, alarm and the first messages', async () => {
  const [incident, ...others] = await take({ origin: 'x', observedAt: testTime - 5 });
  expect(others).toEqual([]);
  expect(incident).toMatchObject({
    number: '20261124-001',
    state: 'new',
    level: 'red',
    kind: 'sos',
    lifeSafety: true,
    late: false,
    drill: false,
    source: 'warning',
    place: { building: 'b3', unit: 'b3u2', dwelling: 'b3u2-101', label: '3栋2单元101' },
    summary: { zh: 'SOS 求救：3栋2单元101', en: 'SOS: 3栋2单元101' },
    attention: 1,
    alarmCount: 1,
    openedAt: testTime + 1000,
    assignments: [],
    version: 3,
  });
  const timeline = await dispatch.reader.timeline(incident!.id);
  expect(timeline.map(({ sequence, type }) => [sequence, type])).toEqual([
    [1, 'opened'],
    [2, 'alarm'],
    [3, 'notified'],
  ]);
  expect(timeline[1]).toMatchObject({
    record: 'c1/gw1/9f86d081884c7d65/alarm/1',
    origin: 'x',
    observedAt: testTime - 5,
  });
  const changes = await dispatch.reader.changes(0, 100);
  expect(changes.map(({ change, transition }) => [change, transition])).toEqual([
    [1, 'opened'],
    [2, 'alarm'],
    [3, 'notified'],
  ]);
  expect(changes[1]?.warnings).toEqual(['w-000000000000000000000001']);
  for (const person of ['p1', 'p2']) {
    expect(await dispatch.reader.undelivered('c1', person)).toMatchObject([
      { incident: incident!.id, step: 0 },
    ]);
  }
  expect(await dispatch.reader.undelivered('c1', 'p-left')).toEqual([]);
});

test('alarms of a dwelling attach, a gate and a panel stand by themselves, fire by building', async () => {
  const incidents = await take(
    { kind: 'sos' },
    { kind: 'fall', device: 'watch-other' },
    { kind: 'door-forced', device: 'gate' },
    { kind: 'fire', device: 'panel', component: { systemType: 1, systemAddress: 1, zone: 3, point: 17 } },
    { kind: 'manual-call-point', device: 'panel', component: { systemType: 1, systemAddress: 1, point: 9 } },
    { kind: 'panel-fault', device: 'panel' },
  );
  const places = incidents.map(({ kind, alarmCount, place }) => [kind, alarmCount, place.label]);
  expect(places.sort()).toEqual([
    ['door-forced', 1, '3栋2单元 单元门'],
    ['fire', 2, '3栋 消防主机：3-17'],
    ['panel-fault', 1, '3栋 消防主机'],
    ['sos', 2, '3栋2单元101'],
  ]);
});

test('a component is named as the panel describes it, because it is there that it burns', async () => {
  const [incident] = await take({
    kind: 'fire',
    device: 'panel',
    component: { systemType: 1, systemAddress: 1, zone: 3, point: 17 },
    evidence: { zh: '火警', en: 'Fire', values: { text: '2单元3层走廊烟感' } },
  });
  expect(incident?.place).toMatchObject({ building: 'b3', label: '3栋 消防主机：2单元3层走廊烟感' });
});

test('stale devices and gateways never join a life-safety incident', async () => {
  const incidents = await take(
    { kind: 'sos' },
    { kind: 'device-stale', record: undefined },
    { kind: 'gateway-stale', device: undefined, key: 'gw1', record: undefined },
    { kind: 'inactivity', level: 'orange', record: undefined },
  );
  const sos = incidents.find(({ kind }) => kind === 'sos');
  expect(sos).toMatchObject({ alarmCount: 1, attention: 1, level: 'red' });
  expect(incidents.map(({ kind }) => kind).sort()).toEqual([
    'device-stale',
    'gateway-stale',
    'inactivity',
    'sos',
  ]);
  expect(incidents.find(({ kind }) => kind === 'gateway-stale')?.place.label).toBe('东门网关');
});

test('a blue warning opens nothing until it worsens', async () => {
  expect(await take({ kind: 'low-battery', level: 'blue' })).toEqual([]);
  expect(await take({ kind: 'low-battery', level: 'yellow', transition: 'worsened' })).toHaveLength(1);
});

test('an SOS into an acknowledged incident sounds again, and people are told again', async () => {
  const [first] = await take({});
  await setState(first!, 'acknowledged');
  await dispatch.database.write((transaction) => dispatch.escalation.stop(transaction, first!.id));
  expect(await dispatch.reader.undelivered('c1', 'p1')).toEqual([]);
  const [again] = await take({ transition: 'repeated', warning: 'w-000000000000000000000001' });
  expect(again).toMatchObject({ id: first!.id, state: 'new', attention: 2, alarmCount: 2 });
  expect(await dispatch.reader.undelivered('c1', 'p1')).toMatchObject([{ incident: first!.id, step: 0 }]);
});

test('a fire still burning does not sound again, its next detector does', async () => {
  const at = (point: number) => ({
    kind: 'fire' as const,
    device: 'panel',
    component: { systemType: 1, systemAddress: 1, point },
    warning: `w-${point.toString().padStart(24, '0')}`,
  });
  const [first] = await take(at(17));
  await setState(first!, 'acknowledged');
  expect((await take({ ...at(17), transition: 'repeated' }))[0]).toMatchObject({
    state: 'acknowledged',
    attention: 1,
    alarmCount: 2,
  });
  expect((await take(at(18)))[0]).toMatchObject({ state: 'new', attention: 2, alarmCount: 3 });
});

test('a fire that ended and begins again sounds again', async () => {
  const fire = { kind: 'fire' as const, device: 'panel', component: { systemType: 1, systemAddress: 1 } };
  const [first] = await take({ ...fire, warning: 'w-00000000000000000000000a' });
  await setState(first!, 'acknowledged');
  await take({ ...fire, warning: 'w-00000000000000000000000a', transition: 'cleared' });
  expect((await dispatch.reader.timeline(first!.id)).at(-1)).toMatchObject({ type: 'condition-ended' });
  const [again] = await take({ ...fire, warning: 'w-00000000000000000000000b' });
  expect(again).toMatchObject({ id: first!.id, state: 'new', attention: 2 });
});

test('a repeat of a resolved incident opens another', async () => {
  const [first] = await take({});
  await setState(first!, 'resolved');
  const incidents = await take({ transition: 'repeated', warning: 'w-000000000000000000000001' });
  expect(incidents.map(({ number, state }) => [number, state])).toEqual([
    ['20261124-002', 'new'],
    ['20261124-001', 'resolved'],
  ]);
});

test('a late SOS stands on the open incident of its watch that was open then, and sounds nothing', async () => {
  const [first] = await take({});
  const incidents = await take({ late: true, capturedAt: testTime + 9 * minute, at: testTime + 60 * minute });
  expect(incidents).toMatchObject([
    { id: first!.id, state: 'new', attention: 1, alarmCount: 2, late: false },
  ]);
  expect((await allAlarms())[1]?.words.zh).toBe('迟到，需核实：sos 证据');
});

test('a late SOS that nothing explains opens an incident that says so', async () => {
  const [first] = await take({});
  await setState(first!, 'resolved');
  const late = { late: true, capturedAt: testTime - 11 * minute, at: testTime + 60 * minute };
  const [opening] = await take(late);
  expect(opening).toMatchObject({
    state: 'new',
    late: true,
    summary: { zh: '迟到，需核实：SOS 求救：3栋2单元101', en: 'Late, verify: SOS: 3栋2单元101' },
    capturedAt: late.capturedAt,
  });
});

test('a drill and a real alarm of one dwelling are two incidents', async () => {
  const incidents = await take({ drill: true }, {});
  expect(incidents.map(({ drill, summary }) => [drill, summary.zh])).toEqual([
    [true, '【演练】SOS 求救：3栋2单元101'],
    [false, 'SOS 求救：3栋2单元101'],
  ]);
});

test('a second warning of a record adds no alarm, yet its higher level sounds', async () => {
  const first = dispatch.log.append({ kind: 'vitals-abnormal' });
  const [incident] = await take({ kind: 'fall', record: first.record });
  expect(incident).toMatchObject({ kind: 'fall', level: 'red', alarmCount: 1, attention: 2 });
  expect(await allAlarms()).toHaveLength(1);
});

test('an alarm of an unknown device opens an incident naming what it called itself', async () => {
  const [incident] = await take({ kind: 'unreadable-alarm', device: 'unknown', key: 'watch-3g:1' });
  expect(incident).toMatchObject({ level: 'red', place: { label: '未登记设备 watch-3g:1 (东门网关)' } });
});

test('alarms lost at a gateway open an incident of the gateway; a further loss sounds again, answered or not', async () => {
  const about = { kind: 'alarm-lost', level: 'red', lifeSafety: true } as const;
  const lost = { ...about, device: undefined, key: 'c1/gw1' };
  const [incident] = await take(lost);
  expect(incident).toMatchObject({ level: 'red', lifeSafety: true, place: { label: '东门网关' } });
  await setState(incident!, 'acknowledged');
  expect(await take({ ...lost, transition: 'repeated' })).toMatchObject([
    { id: incident?.id, alarmCount: 2, attention: 2 },
  ]);
});

test('an entry that cannot be applied becomes a dead letter with an incident, and its neighbours are applied', async () => {
  const broken = { evidence: undefined } as unknown as Partial<WarningTransition>;
  const incidents = await take({}, broken, { device: 'watch-1' });
  expect(incidents.map(({ kind }) => kind).sort()).toEqual(['sos', 'sos', 'unreadable-alarm']);
  expect(await dispatch.database.db.selectFrom('dead_letter').select('sequence').execute()).toEqual([
    { sequence: 2 },
  ]);
  expect(dispatch.follower.cursor).toBe(3);
});

test('a log that begins anew is read from its start and doubles no alarm', async () => {
  const stale = { kind: 'device-stale' as const, record: undefined };
  await take({}, { device: 'watch-1' }, { ...stale, device: 'watch-2' }, { ...stale, device: 'watch-3' });
  const before = await listAll();
  for (const incident of before) await setState(incident, 'resolved');
  dispatch.log.clear();
  expect(await take({}, { device: 'watch-1' }, { ...stale, device: 'watch-2' })).toHaveLength(4);
  expect(await allAlarms()).toHaveLength(4);
  const later = { ...stale, device: 'watch-2', at: testTime + minute };
  expect(await take(later)).toHaveLength(5);
});
