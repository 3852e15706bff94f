import { beforeEach, expect, test } from 'vitest';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { createMemoryLog } from '../testing/memory-warning-log.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { expediteLive } from './expedite-live.ts';

type Given = Partial<WarningTransition>;

const late: Given = { late: true };
const live: Given = {};

/** Sequences, from 1, that are taken before their place. */
const aheadOf = (...given: Given[]): number[] => {
  const log = createMemoryLog();
  const lines = given.map((line) => log.append(line));
  return expediteLive(lines).map(({ sequence }) => sequence);
};

test.each<[string, Given[], number[]]>([
  ['nothing late waits', [live, live], []],
  ['a live alarm waits behind late ones', [late, late, live], [3]],
  ['it stands in front of them', [live, late, live], [3]],
  ['it is no life safety', [late, { kind: 'door-forced', level: 'orange', lifeSafety: false }], []],
  ['time alone raised it', [late, { kind: 'inactivity', record: undefined }], []],
  ['it is an end', [late, { transition: 'cleared' }], []],
  [
    'its warning has an end waiting',
    [late, { warning: 'w-1', transition: 'cleared' }, { warning: 'w-1', transition: 'raised' }],
    [],
  ],
  [
    'its warning began late',
    [
      { ...late, warning: 'w-1' },
      { warning: 'w-1', transition: 'repeated' },
    ],
    [],
  ],
  [
    'two of one warning are both live',
    [late, { warning: 'w-1' }, { warning: 'w-1', transition: 'repeated' }],
    [2, 3],
  ],
])('%s: taken before their place are %o', (_what, given, expected) => {
  expect(aheadOf(...given)).toEqual(expected);
});

let dispatch: TestDispatch;
beforeEach(async () => {
  dispatch = await openTestDispatch();
});

test('behind a backlog a live alarm stands first, every alarm once, after a restart in between too', async () => {
  for (let count = 0; count < 60; count++) {
    dispatch.log.append({ ...late, device: `watch-${count % 30}`, kind: count % 2 ? 'sos' : 'fall' });
  }
  const pressed = dispatch.log.append({ device: 'watch-35' });
  expect(await dispatch.follower.run()).toBe(true);
  const incidents = () => dispatch.reader.list('c1', { limit: 5000 });
  const first = (await incidents()).filter(({ late: isLate }) => !isLate);
  expect(first).toMatchObject([{ kind: 'sos', place: { dwelling: 'b3u2-136' }, alarmCount: 1 }]);
  expect(dispatch.follower.cursor).toBeLessThan(pressed.sequence);
  await dispatch.restart();
  await dispatch.applyAll();
  expect(dispatch.follower.cursor).toBe(pressed.sequence);
  const all = await incidents();
  const timelines = await Promise.all(all.map(({ id }) => dispatch.reader.timeline(id)));
  const records = timelines.flat().flatMap(({ type, record }) => (type === 'alarm' ? [record] : []));
  expect(records).toHaveLength(61);
  expect(new Set(records).size).toBe(61);
  expect(all.find(({ place }) => place.dwelling === 'b3u2-136')).toMatchObject({
    alarmCount: 1,
    attention: 1,
  });
});

test('a log that begins anew while late alarms wait is read from its start, whatever it has grown to since', async () => {
  const alarms = async () => {
    const incidents = await dispatch.reader.list('c1', { limit: 100 });
    const timelines = await Promise.all(incidents.map(({ id }) => dispatch.reader.timeline(id)));
    return timelines.flat().flatMap(({ type, record }) => (type === 'alarm' ? [record] : []));
  };
  const append = (epoch: string, given: Given = {}) => {
    const record = { community: 'c1', gateway: 'gw1', epoch, lane: 'alarm', sequence: ++records } as const;
    dispatch.log.append({ device: `watch-${records}`, record, ...given });
  };
  let records = 0;
  for (let count = 0; count < 5; count++) append('1111111111111111', late);
  await dispatch.follower.run();
  dispatch.log.clear();
  append('2222222222222222');
  append('2222222222222222');
  await dispatch.follower.run();
  for (let count = 0; count < 4; count++) append('2222222222222222');
  await dispatch.applyAll();
  expect((await alarms()).filter((record) => record?.includes('2222222222222222'))).toHaveLength(6);
});
