import { beforeEach, expect, test } from 'vitest';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { acknowledge } from '../actions/acknowledge.ts';
import { assign } from '../actions/assign.ts';
import { testTime } from '../testing/memory-warning-log.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

const listAll = () => dispatch.reader.list('c1', { limit: 100, resolvedSince: 0 });
async function take(...lines: Partial<WarningTransition>[]) {
  for (const line of lines) dispatch.log.append(line);
  await dispatch.applyAll();
  return listAll();
}

/** Many silent devices, as the engine tells of them. */
const silent = (count: number, part: Partial<WarningTransition> = {}): Partial<WarningTransition> => ({
  kind: 'outage',
  level: 'yellow',
  device: undefined,
  key: 'c1/gw1/watch',
  warning: 'w-outage',
  record: undefined,
  evidence: {
    zh: `${count} 台失联`,
    en: `${count} out of reach`,
    values: {},
    members: { count, places: ['3栋2单元101 手表'] },
  },
  ...part,
});
const allBack = silent(0, {
  transition: 'cleared',
  evidence: { zh: '设备已全部恢复通信', en: 'Every device is heard again', values: {} },
});

test('an outage of 63 devices is one incident that counts them, and closes by itself when all are heard', async () => {
  const lines = Array.from({ length: 58 }, (_, index) =>
    silent(6 + index, { transition: 'changed', at: testTime + 10_000 + index }),
  );
  const [incident, ...others] = await take(silent(5), ...lines);
  expect(others).toEqual([]);
  expect(incident).toMatchObject({ kind: 'outage', state: 'new', alarmCount: 1, attention: 1 });
  expect(incident?.members).toEqual({ count: 63, places: ['3栋2单元101 手表'] });
  const [closed] = await take(allBack);
  expect(closed).toMatchObject({ id: incident?.id, state: 'resolved' });
  expect(closed).not.toHaveProperty('outcome');
  expect((await dispatch.reader.timeline(incident?.id ?? '')).slice(-2)).toMatchObject([
    { type: 'condition-ended', words: { zh: '设备已全部恢复通信' } },
    { type: 'resolved', words: { zh: '自动关闭：设备已全部恢复通信' } },
  ]);
});

test('cards of single devices close by themselves as they become part of an outage', async () => {
  const stale = (index: number, part: Partial<WarningTransition> = {}): Partial<WarningTransition> => ({
    kind: 'device-stale',
    record: undefined,
    device: `watch-${index}`,
    warning: `w-${index}`,
    ...part,
  });
  const merging = { zh: '已并入多台设备失联的警情', en: 'Now part of an outage of many devices', values: {} };
  const incidents = await take(
    ...[1, 2, 3, 4].map((index) => stale(index)),
    silent(5),
    ...[1, 2, 3, 4].map((index) => stale(index, { transition: 'cleared', merged: true, evidence: merging })),
  );
  expect(incidents.filter(({ state }) => state !== 'resolved').map(({ kind }) => kind)).toEqual(['outage']);
  const merged = incidents.find(({ kind }) => kind === 'device-stale');
  expect((await dispatch.reader.timeline(merged?.id ?? '')).at(-1)?.words.zh).toContain('已并入');
});

test.each([
  ['orange', { level: 'orange' as const }],
  ['of life safety', { lifeSafety: true }],
])('an outage that is %s is closed by people alone', async (_name, part) => {
  await take(silent(5, part));
  expect(await take({ ...allBack, ...part })).toMatchObject([{ state: 'new' }]);
});

test('an outage to which somebody is sent is closed by people alone', async () => {
  const [incident] = await take(silent(5));
  const id = incident?.id ?? '';
  await dispatch.runAction((context) =>
    acknowledge(context, id, { actor: 'p1', request: 'request-1', attention: 1 }),
  );
  await dispatch.runAction((context) =>
    assign(context, id, { actor: 'p1', request: 'request-2', person: 'p3' }),
  );
  expect(await take(allBack)).toMatchObject([{ state: 'acknowledged' }]);
});

test('one detector more that cannot be read sounds anew once the others were answered, one less does not', async () => {
  const unread = (count: number, part: Partial<WarningTransition> = {}) =>
    silent(count, { kind: 'detector-unread', level: 'red', warning: 'w-unread', ...part });
  const [incident] = await take(unread(2));
  const id = incident?.id ?? '';
  expect(await dispatch.reader.undelivered('c1', 'p2')).toHaveLength(1);
  expect(await dispatch.reader.undelivered('c1', 'p1')).toEqual([]);
  await take(unread(3, { transition: 'changed' }));
  expect(await listAll()).toMatchObject([{ attention: 1, members: { count: 3 } }]);
  await dispatch.runAction((context) =>
    acknowledge(context, id, { actor: 'p2', request: 'request-1', attention: 1 }),
  );
  expect(await take(unread(2, { transition: 'changed' }))).toMatchObject([{ state: 'acknowledged' }]);
  expect(await take(unread(3, { transition: 'changed' }))).toMatchObject([{ state: 'new', attention: 2 }]);
});

test('a log that is read anew tells no change twice', async () => {
  const changed = silent(6, { transition: 'changed', at: testTime + 5000 });
  await take(silent(5), changed);
  const before = await dispatch.reader.timeline((await listAll())[0]?.id ?? '');
  dispatch.log.clear();
  await take(silent(5));
  await take(changed);
  expect(await dispatch.reader.timeline((await listAll())[0]?.id ?? '')).toEqual(before);
});
