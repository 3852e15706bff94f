import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import {
  exampleAlarmRecord,
  exampleTelemetryRecord,
  lateAfterMs,
  type WireRecord,
} from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';
import { acknowledge } from '#dispatch/actions/acknowledge.ts';
import { resolve as resolveIncident } from '#dispatch/actions/resolve.ts';
import { testTimes } from '#dispatch/testing/test-parts.ts';
import { openRoadOfParts, type RoadOfParts } from '#tests/road-of-parts.ts';

let road: RoadOfParts;
let sequence: number;
/** When the watch's first alarm was captured. */
let pressedAt: number;

beforeEach(async () => {
  road = await openRoadOfParts();
  sequence = 0;
  pressedAt = road.clock.time;
});
afterEach(() => road.close());

const minute = 60_000;
type Given = { capturedAt?: number; heldMs?: number | undefined; historical?: true; body?: object };
/** The three ways to be late, each alone; how long it was held otherwise tells nothing of it. */
const causes: [string, Given][] = [
  ['the device says that it is old', { historical: true, heldMs: 5 }],
  ['it was held for longer than two minutes', { heldMs: lateAfterMs + 1 }],
  ['nobody knows how long it was held', { heldMs: undefined }],
];

async function send(example: WireRecord, { capturedAt = road.clock.time, ...given }: Given): Promise<void> {
  sequence += 1;
  const { origin: _origin, observedAt: _observedAt, ...record } = example;
  const { lane } = record;
  road.send(lane, [{ ...record, sequence, heldMs: 5, capturedAt: toTimestamp(capturedAt), ...given }]);
  await road.commitBatch();
  await road.follow();
}
const press = (given: Given = {}) => send(exampleAlarmRecord, given);
const beat = (value: number, given: Given = {}) =>
  send(exampleTelemetryRecord, { body: { ...exampleTelemetryRecord.body, value }, ...given });
const incidents = () => road.dispatch.reader.list('c1', { limit: 100, resolvedSince: 0 });
const rate = () => road.live('watch-0')?.latest['heart-rate'];

/** A person answers and closes it; the warning holds on, as it does until that act comes back into the journal. */
async function resolve({ id, attention }: Incident): Promise<void> {
  const { dispatch } = road;
  await dispatch.database.write(async (transaction) => {
    const context = { transaction, escalation: dispatch.escalation, ...testTimes };
    await acknowledge(context, id, { actor: 'p1', request: `seen-${id}`, attention });
    await resolveIncident(context, id, { actor: 'p1', request: `over-${id}`, outcome: 'false' });
  });
}

describe.each(causes)('late because %s', (_cause, late) => {
  test('a real SOS that came after the false alarm before it was closed vanishes no more', async () => {
    await press();
    const [closed] = await incidents();
    road.clock.time += 5 * minute;
    await resolve(closed!);
    road.clock.time += 60 * minute;
    await press({ ...late, capturedAt: pressedAt + 3 * minute });
    const [opened, ...others] = await incidents();
    expect(opened).toMatchObject({
      state: 'new',
      late: true,
      level: 'red',
      linked: [{ id: closed!.id, number: closed!.number }],
    });
    expect(others).toMatchObject([
      { id: closed!.id, state: 'resolved', attention: 1, alarmCount: 1, linked: [{ id: opened!.id }] },
    ]);
    for (const [one, other] of [
      [opened, closed],
      [closed, opened],
    ]) {
      const named = (await road.dispatch.reader.timeline(one!.id)).filter(({ type }) => type === 'linked');
      expect(named).toMatchObject([{ words: { zh: expect.stringContaining(other!.number) } }]);
    }
  });

  test('an SOS of the time of an open incident of its watch stands on it and sounds nothing', async () => {
    await press();
    road.clock.time += 60 * minute;
    await press({ ...late, capturedAt: pressedAt + 3 * minute });
    expect(await incidents()).toMatchObject([{ state: 'new', attention: 1, alarmCount: 2, late: false }]);
  });

  test('an SOS that nothing explains opens an incident marked late, to be verified', async () => {
    road.clock.time += 60 * minute;
    await press({ ...late, capturedAt: pressedAt });
    expect(await incidents()).toMatchObject([
      { state: 'new', late: true, level: 'red', summary: { zh: '迟到，需核实：SOS 求救：3栋2单元101' } },
    ]);
  });

  test('a reading of before does not become the latest', async () => {
    await beat(72);
    await beat(61, { ...late, capturedAt: road.clock.time - 30 * minute });
    expect(rate()).toEqual({ capturedAt: road.clock.time, value: 72, unit: '/min' });
    // And one of now does.
    road.clock.time += minute;
    await beat(75);
    expect(rate()).toMatchObject({ value: 75 });
  });

  test('an end of before ends nothing that began since', async () => {
    const input = { type: 'event', kind: 'fire', component: { systemType: 1, systemAddress: 1, zone: 3 } };
    const panel = { ...exampleAlarmRecord, device: 'gb26875:060504030201' };
    await send(panel, { body: input });
    await send(panel, { ...late, body: { ...input, active: false }, capturedAt: pressedAt - minute });
    expect(road.warnings().map(({ transition }) => transition)).toEqual(['raised']);
    const [fire] = await incidents();
    const timeline = await road.dispatch.reader.timeline(fire!.id);
    expect(timeline.map(({ type }) => type)).not.toContain('condition-ended');
    // While one of now is believed.
    await send(panel, { body: { ...input, active: false } });
    expect(road.warnings().at(-1)).toMatchObject({ transition: 'cleared' });
  });
});

test.each([
  [lateAfterMs, [{ late: false, state: 'new' }, { state: 'resolved' }]],
  [lateAfterMs + 1, [{ late: true, state: 'new' }, { state: 'resolved' }]],
])('held for %s ms an SOS after a closed incident leaves these', async (heldMs, expected) => {
  await press();
  const [closed] = await incidents();
  await resolve(closed!);
  road.clock.time += 3 * minute;
  await press({ heldMs, capturedAt: road.clock.time - heldMs });
  expect(await incidents()).toMatchObject(expected);
});

/** An SOS opens an incident at 0; it is answered at 5 min and closed at 10 min, and an hour later a late one arrives. */
test.each([
  ['before it opened', -1, false],
  ['as it opened', 0, true],
  ['before it was answered', 4 * minute, true],
  ['as it was closed', 10 * minute, true],
  ['after it was closed', 10 * minute + 1, false],
])('a late SOS captured %s opens an incident to verify, linked: %s ms, %s', async (_when, at, linked) => {
  await press();
  const [first] = await incidents();
  road.clock.time = pressedAt + 10 * minute;
  await resolve(first!);
  road.clock.time = pressedAt + 70 * minute;
  await press({ heldMs: lateAfterMs + 1, capturedAt: pressedAt + at });
  const all = await incidents();
  expect(all).toMatchObject([
    { state: 'new', late: true, alarmCount: 1 },
    { id: first!.id, state: 'resolved', alarmCount: 1, attention: 1 },
  ]);
  expect(all.map((one) => one.linked?.map(({ id }) => id))).toEqual(
    linked ? [[first!.id], [all[0]!.id]] : [undefined, undefined],
  );
});

test('a late fall at the time of an SOS is another kind: it opens its own', async () => {
  await press();
  await resolve((await incidents())[0]!);
  road.clock.time += 60 * minute;
  await press({ heldMs: 3_600_000, capturedAt: pressedAt, body: { type: 'event', kind: 'fall' } });
  expect((await incidents()).map(({ kind, late, state }) => [kind, late, state])).toEqual([
    ['fall', true, 'new'],
    ['sos', false, 'resolved'],
  ]);
});

test.each(causes.filter(([, { heldMs = 0 }]) => heldMs <= lateAfterMs))(
  'late because %s, a reading does not become the latest by a time that looks newer',
  async (_cause, late) => {
    await beat(72, { capturedAt: pressedAt });
    road.clock.time += minute;
    await beat(61, late);
    expect(rate()).toMatchObject({ value: 72 });
  },
);

test('a reading that is late by its hold alone and the newest all the same is the latest', async () => {
  await beat(72, { capturedAt: pressedAt });
  road.clock.time += 30 * minute;
  await beat(61, { heldMs: 5 * minute, capturedAt: road.clock.time - 5 * minute });
  expect(rate()).toMatchObject({ value: 61 });
});

test('a gateway that comes back with its backlog, and the epoch before that one, mixes nothing up', async () => {
  const older = 'aaaaaaaaaaaaaaaa';
  const inEpoch = (example: WireRecord, epoch: string) => ({ ...example, epoch }) as WireRecord;
  await beat(72);
  await press();
  const [first] = await incidents();
  await resolve(first!);
  road.clock.time += 60 * minute;
  await beat(80);
  // What the agent of before held comes after what the one of now has sent, under the same sequences.
  sequence = 0;
  const old = { heldMs: 90 * minute, capturedAt: pressedAt - 30 * minute };
  const sendOld = async () => {
    await send(inEpoch(exampleTelemetryRecord, older), old);
    await send(inEpoch(exampleAlarmRecord, older), old);
  };
  await sendOld();
  sequence = 0;
  await sendOld();
  expect(rate()).toMatchObject({ value: 80 });
  expect((await incidents()).map(({ late, state, alarmCount }) => [late, state, alarmCount])).toEqual([
    [true, 'new', 1],
    [false, 'resolved', 1],
  ]);
  const records = road.journal().filter((entry) => entry.class === 'record');
  expect(records).toHaveLength(5);
});
