import { beforeEach, expect, test } from 'vitest';
import { type Incident, maxTimelineEnds, maxTimelinePart } from '#contracts/incident.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { testTime } from '../testing/memory-warning-log.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { countedAgainMs } from './alarm-decision.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

async function take(...lines: Partial<WarningTransition>[]): Promise<Incident[]> {
  for (const line of lines) dispatch.log.append(line);
  await dispatch.applyAll();
  return dispatch.reader.list('c1', { limit: 10, resolvedSince: 0 });
}

const setState = (incident: Incident | undefined, state: 'acknowledged' | 'resolved') =>
  dispatch.database.db
    .updateTable('incident')
    .set({ state, resolved_at: 1 })
    .where('id', '=', incident?.id ?? '')
    .execute();

/** Something of an unregistered sender that nobody can read, as the engine tells it. */
const unreadable = (sender: string, part: Partial<WarningTransition> = {}): Partial<WarningTransition> => ({
  kind: 'unreadable-alarm',
  device: undefined,
  key: `c1/gw1/${sender}/unreadable-alarm`,
  warning: `w-${sender}`,
  evidence: { zh: '无法识别', en: 'Unreadable', values: { sender } },
  ...part,
});

test('each sender that cannot be read is one incident, which names it', async () => {
  const incidents = await take(
    unreadable('10.0.0.5'),
    unreadable('10.0.0.6'),
    unreadable('10.0.0.5', { transition: 'repeated' }),
    unreadable('10.0.0.5', { transition: 'repeated' }),
  );
  expect(incidents.map(({ place, alarmCount }) => [place.label, alarmCount])).toEqual([
    ['未登记设备 10.0.0.5 (东门网关)', 3],
    ['未登记设备 10.0.0.6 (东门网关)', 1],
  ]);
});

test.each(['unreadable-alarm', 'voice-message', 'press-or-repeat'] as const)(
  'further ones of a kind that is counted, %s, ask again at most once in 10 minutes, and anew after the close',
  async (kind) => {
    const at = (ms: number) => ({
      kind,
      at: testTime + ms,
      warning: 'w-1',
      transition: 'repeated' as const,
    });
    const [first] = await take({ ...at(0), transition: 'raised' });
    expect(await take(at(1000), at(2000))).toMatchObject([{ attention: 1, alarmCount: 3 }]);
    await setState(first, 'acknowledged');
    expect(await take(at(3000), at(4000))).toMatchObject([
      { state: 'acknowledged', attention: 1, alarmCount: 5 },
    ]);
    const again = await take(at(countedAgainMs), at(countedAgainMs + 1000));
    expect(again).toMatchObject([{ id: first?.id, state: 'new', attention: 2, alarmCount: 7 }]);
    await setState(first, 'acknowledged');
    expect(await take(at(countedAgainMs + 2000))).toMatchObject([{ state: 'acknowledged', attention: 2 }]);
    await setState(first, 'resolved');
    const anew = await take({ ...at(countedAgainMs + 3000), transition: 'raised', warning: 'w-2' });
    expect(anew.map(({ state, alarmCount }) => [state, alarmCount])).toEqual([
      ['new', 1],
      ['resolved', 8],
    ]);
  },
);

test('a sender that cries ten times a second for a minute leaves a timeline that can be read, every cry in it', async () => {
  const cries = Array.from({ length: 600 }, (_, index) =>
    unreadable('10.0.0.5', { at: testTime + index * 100, transition: index === 0 ? 'raised' : 'repeated' }),
  );
  const [incident] = await take(...cries);
  const id = incident?.id ?? '';
  const ends = await dispatch.reader.timelineEnds(id);
  expect(ends.length).toBeLessThanOrEqual(maxTimelineEnds);
  expect(ends[0]).toMatchObject({ type: 'opened', sequence: 1 });
  expect(ends.some(({ type }) => type === 'notified')).toBe(true);
  expect(ends.at(-1)).toMatchObject({ type: 'alarm', at: testTime + 599 * 100 });

  const all = new Map(ends.map((entry) => [entry.sequence, entry]));
  for (let after = 0; all.size < 602; after += maxTimelinePart) {
    const part = await dispatch.reader.timeline(id, after, maxTimelinePart);
    expect(part.length).toBeGreaterThan(0);
    for (const entry of part) all.set(entry.sequence, entry);
  }
  expect([...all.values()].filter(({ type }) => type === 'alarm')).toHaveLength(600);
  expect(await dispatch.reader.timelineEnds(id, 600)).toEqual(await dispatch.reader.timeline(id, 600));
});
