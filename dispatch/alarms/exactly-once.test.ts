import { beforeEach, expect, test } from 'vitest';
import type { TimelineEntry } from '#contracts/incident.ts';
import { identityOf } from '#contracts/journal-entry.ts';
import { testTime } from '../testing/memory-warning-log.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

const listAll = () => dispatch.reader.list('c1', { limit: 5000, resolvedSince: 0 });

async function allAlarms(): Promise<TimelineEntry[]> {
  const timelines = await Promise.all((await listAll()).map(({ id }) => dispatch.reader.timeline(id)));
  return timelines.flat().filter((entry) => entry.type === 'alarm');
}

test('cut off at any point, every alarm stands once on one incident', async () => {
  const expected = Array.from({ length: 300 }, (_, index) => {
    const line = dispatch.log.append({ device: `watch-${index % 40}`, at: testTime + index });
    return identityOf(line.record!);
  });
  let starts = 0;
  for (let attempt = 0; dispatch.follower.cursor < expected.length; attempt++) {
    await dispatch.restart({
      // The cut falls inside a transaction, elsewhere each time.
      escalation: (real) => ({
        ...real,
        start: async (transaction, incident) => {
          await real.start(transaction, incident);
          starts += 1;
          if (starts % (3 + (attempt % 5)) === 0) {
            throw Object.assign(new Error('cut off'), { errcode: 10 });
          }
        },
      }),
    });
    await dispatch.follower.run().catch(() => undefined);
  }
  const alarms = await allAlarms();
  expect(alarms.map(({ record }) => record).sort()).toEqual(expected.sort());
  expect(await listAll()).toHaveLength(40);
});

test('a storm of 2,000 alarms stands whole, each alarm once', async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => ({
    device: `watch-${index % 40}`,
    kind: index % 7 === 0 ? ('fall' as const) : ('sos' as const),
  }));
  for (const line of lines) dispatch.log.append(line);
  await dispatch.applyAll();
  const incidents = await listAll();
  expect(incidents).toHaveLength(40);
  expect(incidents.reduce((sum, { alarmCount }) => sum + alarmCount, 0)).toBe(2000);
  expect(new Set((await allAlarms()).map(({ record }) => record)).size).toBe(2000);
});
