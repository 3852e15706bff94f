import { beforeEach, expect, test } from 'vitest';
import type { WallReport } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import { wallSilentMs } from '#contracts/wall.ts';
import { acknowledge } from '../actions/acknowledge.ts';
import { resolve } from '../actions/resolve.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { testStepMs } from '../testing/test-parts.ts';
import { soundGraceMs } from './wall-absence.ts';
import { absenceReopensMs } from './wall-watch.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

const everyMs = 5000;
type Seen = Partial<WallReport['communities'][number]>;

const report = (seen: Seen) =>
  dispatch.database.write((transaction) =>
    dispatch.walls.report(transaction, {
      communities: [{ community: 'c1', enrolled: 1, watched: 0, ...seen }],
    }),
  );

/** Time passes with a report every few seconds, or without any. */
async function pass(ms: number, seen?: Seen): Promise<void> {
  for (let passed = 0; passed < ms; passed += everyMs) {
    dispatch.clock.time += Math.min(everyMs, ms - passed);
    if (seen) await report(seen);
    await dispatch.runDue();
  }
}

async function absences(): Promise<Incident[]> {
  const all = await dispatch.reader.list('c1', { limit: 100 });
  return all.filter(({ kind }) => kind === 'nobody-at-wall');
}

async function acknowledgeNow({ id }: Incident): Promise<void> {
  const { attention = 1 } = (await dispatch.reader.find(id)) ?? {};
  await dispatch.runAction((context) =>
    acknowledge(context, id, { actor: 'p1', request: 'request-1', attention }),
  );
}
const resolveNow = ({ id }: Incident) =>
  dispatch.runAction((context) =>
    resolve(context, id, { actor: 'p1', request: 'request-1', outcome: 'real' }),
  );

const stepsTold = async (kind: string) => {
  const rows = await dispatch.database.db
    .selectFrom('notification')
    .innerJoin('incident', 'incident.id', 'notification.incident')
    .select('step')
    .where('incident.kind', '=', kind as Incident['kind'])
    .where('person', '=', 'p1')
    .execute();
  return rows.map(({ step }) => step);
};

test('a wall not heard for 60 s opens one incident an absence', async () => {
  await report({ watched: 1 });
  await pass(wallSilentMs - everyMs, { because: 'away' });
  expect(await absences()).toEqual([]);
  await pass(everyMs, { because: 'away' });
  expect(await absences()).toMatchObject([
    { level: 'red', source: 'platform', state: 'new', place: { label: '一号小区' } },
  ]);
  await pass(5 * wallSilentMs, { because: 'away' });
  expect(await absences()).toHaveLength(1);
});

test('watched again, the incident says so and stays people’s; the next absence sounds the same one anew', async () => {
  await report({ because: 'away' });
  await pass(wallSilentMs, { because: 'away' });
  const [first] = await absences();
  await report({ watched: 1 });
  expect((await dispatch.reader.timeline(first!.id)).at(-1)).toMatchObject({
    type: 'condition-ended',
    words: { zh: '值守墙恢复值守' },
  });
  await acknowledgeNow(first!);
  await pass(wallSilentMs, { because: 'away' });
  expect(await absences()).toMatchObject([{ id: first!.id, state: 'new', attention: 2 }]);
});

test('closed, the next absence is another; closed while nobody came, it is opened again and again', async () => {
  await report({ because: 'away' });
  await pass(wallSilentMs, { because: 'away' });
  const [first] = await absences();
  await acknowledgeNow(first!);
  for (const attention of [2, 3]) {
    await resolveNow(first!);
    await pass(absenceReopensMs - everyMs, { because: 'away' });
    expect(await absences()).toEqual([]);
    await pass(everyMs, { because: 'away' });
    expect(await absences()).toMatchObject([{ id: first!.id, state: 'new', attention }]);
    await acknowledgeNow(first!);
  }
  await resolveNow(first!);
  await report({ watched: 1 });
  await pass(2 * absenceReopensMs, { watched: 1 });
  expect(await absences()).toEqual([]);
  await pass(wallSilentMs, { because: 'away' });
  expect(await absences()).toMatchObject([{ attention: 1 }]);
});

test.each(['sound-blocked', 'sound-unconfirmed'] as const)(
  '%s counts after a short grace',
  async (because) => {
    await report({ watched: 1 });
    await pass(soundGraceMs - everyMs, { because });
    expect(await absences()).toEqual([]);
    await pass(everyMs, { because });
    expect(await absences()).toHaveLength(1);
  },
);

test('the next step of what waits is taken at once, and of what comes while nobody is there', async () => {
  dispatch.log.append({ at: dispatch.clock.time });
  await dispatch.applyAll();
  await report({ watched: 1 });
  await pass(soundGraceMs, { because: 'sound-blocked' });
  expect(await stepsTold('sos')).toEqual([0, 1]);
  dispatch.log.append({ kind: 'door-forced', device: 'gate', at: dispatch.clock.time });
  await dispatch.applyAll();
  await dispatch.runDue();
  expect(await stepsTold('door-forced')).toEqual([0, 1]);
});

test('an incident that waits for nothing but an answer is not expedited to its end', async () => {
  await report({ watched: 1 });
  dispatch.log.append({ at: dispatch.clock.time });
  await dispatch.applyAll();
  // Three steps and one repeat are told; what is left is the wait for an answer.
  for (let step = 1; step <= 3; step++) await pass(testStepMs, { watched: 1 });
  await pass(soundGraceMs, { because: 'sound-blocked' });
  expect(await absences()).toHaveLength(1);
  const all = await dispatch.reader.list('c1', { limit: 100 });
  expect(all.map(({ unansweredSince }) => unansweredSince)).toEqual([undefined, undefined]);
});

test('what nobody answers is told again in its own time: a wall that comes and goes does not expedite it', async () => {
  await report({ watched: 1 });
  dispatch.log.append({ at: dispatch.clock.time });
  await dispatch.applyAll();
  for (let step = 1; step <= 4; step++) await pass(testStepMs, { watched: 1 });
  const told = await stepsTold('sos');
  await pass(soundGraceMs, { because: 'sound-blocked' });
  expect(await absences()).toHaveLength(1);
  expect(await stepsTold('sos')).toEqual(told);
});

test('a dashboard gone silent before the clock was put back is noticed all the same', async () => {
  await report({ watched: 1 });
  dispatch.clock.time -= 86_400_000;
  await dispatch.runDue();
  await pass(wallSilentMs);
  expect(await absences()).toHaveLength(1);
});

test('a dashboard that reports nothing for 60 s counts as nobody at the wall', async () => {
  await report({ watched: 1 });
  await pass(wallSilentMs - everyMs);
  expect(await absences()).toEqual([]);
  await pass(everyMs);
  const [absence] = await absences();
  expect((await dispatch.reader.timeline(absence!.id))[1]?.words.zh).toContain('没有值守墙的消息');
});

test('after a restart time counts from the first report, and an absence told stays told', async () => {
  await report({ because: 'away' });
  dispatch.clock.time += 3_600_000;
  await dispatch.restart();
  await dispatch.runDue();
  await pass(wallSilentMs - everyMs, { because: 'away' });
  expect(await absences()).toEqual([]);
  await pass(2 * everyMs, { because: 'away' });
  expect(await absences()).toHaveLength(1);
  await dispatch.restart();
  await pass(2 * wallSilentMs, { because: 'away' });
  expect(await absences()).toHaveLength(1);
});

test('a community without walls, and one unknown, has no absence', async () => {
  await report({ enrolled: 0 });
  await report({ community: 'elsewhere', because: 'away' });
  await pass(2 * wallSilentMs, { enrolled: 0 });
  expect(await absences()).toEqual([]);
});

test('taking the last wall away ends the absence, which is told as no end of it: nobody came', async () => {
  await report({ because: 'away' });
  await pass(wallSilentMs, { because: 'away' });
  const [absence] = await absences();
  await report({ enrolled: 0 });
  expect((await dispatch.reader.timeline(absence!.id)).at(-1)?.type).toBe('changed');
});

test('a clock put back does not count as an absence', async () => {
  await report({ watched: 1 });
  dispatch.clock.time -= 86_400_000;
  await pass(wallSilentMs - everyMs, { because: 'away' });
  expect(await absences()).toEqual([]);
  await pass(2 * everyMs, { because: 'away' });
  expect(await absences()).toHaveLength(1);
});
