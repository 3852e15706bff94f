import { beforeEach, expect, test } from 'vitest';
import type { Outcome } from '#contracts/incident.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { acknowledge } from '../actions/acknowledge.ts';
import { reopen, resolve } from '../actions/resolve.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { testReopenMs } from '../testing/test-parts.ts';

let dispatch: TestDispatch;
let requests = 0;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

const tenMinutes = testReopenMs.smoke;
const listAll = () => dispatch.reader.list('c1', { limit: 10, resolvedSince: 0 });

async function take(...lines: Partial<WarningTransition>[]) {
  for (const line of lines) dispatch.log.append({ at: dispatch.clock.time, ...line });
  await dispatch.applyAll();
  return listAll();
}

const who = () => ({ actor: 'p1', request: `request-${++requests}` });

async function close(id: string, outcome: Outcome = 'false') {
  const [incident] = await listAll();
  if (incident?.state === 'new')
    await dispatch.runAction((context) =>
      acknowledge(context, id, { ...who(), attention: incident.attention }),
    );
  await dispatch.runAction((context) => resolve(context, id, { ...who(), outcome }));
}

async function pass(ms: number) {
  dispatch.clock.time += ms;
  await dispatch.runDue();
  return (await listAll())[0];
}

/** Smoke in a dwelling, whose detector says nothing of an end. */
const smoke = { kind: 'smoke', device: 'watch-3', warning: 'w-smoke' } as const;
const over = { ...smoke, transition: 'cleared' } as const;

async function closedWhileItSmokes() {
  const [incident] = await take(smoke);
  await close(incident?.id ?? '');
  return incident?.id ?? '';
}

test('an incident closed while its detector still says smoke says so, and is open again after 10 minutes, sounding', async () => {
  const id = await closedWhileItSmokes();
  const [closed] = await listAll();
  expect(closed).toMatchObject({
    state: 'resolved',
    holding: [{ kind: 'smoke', device: 'watch-3' }],
    reopensAt: dispatch.clock.time + tenMinutes,
  });
  expect((await dispatch.reader.timeline(id)).at(-1)?.words.zh).toBe(
    '误报（设备仍在报警：烟雾报警，不恢复将重新打开）',
  );
  expect(await pass(tenMinutes - 1)).toMatchObject({ state: 'resolved' });
  const again = await pass(1);
  expect(again).toMatchObject({ id, state: 'new', attention: 2, holding: [{ kind: 'smoke' }] });
  for (const gone of ['outcome', 'resolvedAt', 'reopensAt', 'acknowledgedBy'])
    expect(again).not.toHaveProperty(gone);
  expect((await dispatch.reader.timeline(id)).slice(-2)).toMatchObject([
    { type: 'reopened', words: { zh: '设备仍在报警（烟雾报警），重新打开' } },
    { type: 'notified' },
  ]);
  expect(await dispatch.reader.undelivered('c1', 'p1')).toMatchObject([{ incident: id }]);
});

test('smoke that its detector says is over within 10 minutes opens nothing again', async () => {
  const id = await closedWhileItSmokes();
  const [closed] = await take(over);
  expect(closed).not.toHaveProperty('holding');
  expect(closed).not.toHaveProperty('reopensAt');
  expect(await pass(tenMinutes)).toMatchObject({ id, state: 'resolved' });
});

test('what was due while dispatch was away is open again at once, whatever its clock did', async () => {
  const id = await closedWhileItSmokes();
  dispatch.clock.time += 3_600_000;
  expect(await pass(0)).toMatchObject({ id, state: 'new' });
  await close(id);
  dispatch.clock.time -= 86_400_000;
  expect(await pass(0)).toMatchObject({ id, state: 'new' });
});

test('opened by a person within the time it is not opened twice, and closed again it is armed again', async () => {
  const id = await closedWhileItSmokes();
  await dispatch.runAction((context) => reopen(context, id, who()));
  expect(await pass(tenMinutes)).toMatchObject({ state: 'acknowledged', attention: 1 });
  await close(id);
  expect(await pass(tenMinutes)).toMatchObject({ state: 'new', attention: 2 });
  await close(id, 'real');
  expect(await pass(tenMinutes)).toMatchObject({ state: 'new', attention: 3 });
});

test('a press and a fall hold nothing: closed, they stay closed', async () => {
  for (const kind of ['sos', 'fall'] as const) {
    const [incident] = await take({ kind, device: `watch-${kind.length}` });
    await close(incident?.id ?? '', 'real');
    expect(await pass(tenMinutes * 2)).toMatchObject({ state: 'resolved' });
  }
});

test('a further report of smoke that was closed and never ended sounds at once, on the same incident', async () => {
  const id = await closedWhileItSmokes();
  const incidents = await take({ ...smoke, transition: 'repeated' });
  expect(incidents).toMatchObject([{ id, state: 'new', attention: 2, alarmCount: 2 }]);
  expect(await dispatch.reader.undelivered('c1', 'p1')).toMatchObject([{ incident: id }]);
});

test('real smoke where a drill’s smoke was closed and never ended is an incident of its own, and no drill', async () => {
  const [drill] = await take({ ...smoke, warning: 'w-drill', drill: true });
  await close(drill?.id ?? '', 'drill');
  const real = (await take(smoke)).find(({ id }) => id !== drill?.id);
  expect(real).toMatchObject({ state: 'new', drill: false });
  expect(await dispatch.reader.find(drill?.id ?? '')).toMatchObject({ state: 'resolved' });
});

test('a late report of it reopens nothing: it is an incident to verify', async () => {
  const id = await closedWhileItSmokes();
  await take({ ...smoke, warning: 'w-late', late: true, capturedAt: dispatch.clock.time });
  const all = await listAll();
  expect(all.find((incident) => incident.id === id)).toMatchObject({ state: 'resolved' });
  expect(all.find((incident) => incident.id !== id)).toMatchObject({
    state: 'new',
    late: true,
    kind: 'smoke',
  });
});

test('what only a late report says does not hold: closing it arms nothing and says nothing of its device', async () => {
  const [incident] = await take({ ...smoke, late: true });
  expect(incident).not.toHaveProperty('holding');
  const id = incident?.id ?? '';
  await close(id);
  expect(await pass(tenMinutes * 2)).toMatchObject({ state: 'resolved' });
  expect((await dispatch.reader.timeline(id)).at(-1)?.words.zh).not.toContain('设备仍在报警');
});

test('water has a time of its own', async () => {
  const [incident] = await take({ kind: 'water-leak', warning: 'w-water', device: 'watch-4' });
  await close(incident?.id ?? '');
  expect(await pass(testReopenMs['water-leak'])).toMatchObject({ id: incident?.id, state: 'new' });
});

test('what people ended is told as ended by no device', async () => {
  const [incident] = await take({ warning: 'w-sos' });
  const id = incident?.id ?? '';
  await close(id, 'real');
  await take({ warning: 'w-sos', transition: 'cleared', byPeople: true });
  const types = (await dispatch.reader.timeline(id)).map(({ type }) => type);
  expect(types.at(-1)).toBe('resolved');
  expect(types).not.toContain('condition-ended');
});

test('a panel that was reset reopens nothing, and no line says that its component reported an end', async () => {
  const fire = { kind: 'fire', device: 'panel', warning: 'w-fire' } as const;
  const [incident] = await take(fire);
  const id = incident?.id ?? '';
  await close(id, 'real');
  const evidence = { zh: '消防主机已复位', en: 'The fire panel was reset', values: {} };
  const [closed] = await take({ ...fire, transition: 'cleared', panelReset: true, evidence });
  expect(closed).not.toHaveProperty('holding');
  expect((await dispatch.reader.timeline(id)).at(-1)).toMatchObject({
    type: 'changed',
    words: { zh: '消防主机已复位' },
  });
  expect(await pass(tenMinutes * 2)).toMatchObject({ id, state: 'resolved' });
});

test('a panel that is reset while its incident is open closes nothing and answers nothing; its next report sounds anew', async () => {
  const fire = { kind: 'fire', device: 'panel', warning: 'w-fire' } as const;
  const [incident] = await take(fire);
  const [still] = await take({ ...fire, transition: 'cleared', panelReset: true });
  expect(still).toMatchObject({ id: incident?.id, state: 'new', attention: 1 });
  await dispatch.runAction((context) => acknowledge(context, incident?.id ?? '', { ...who(), attention: 1 }));
  expect(await take({ ...fire, warning: 'w-fire-2' })).toMatchObject([{ state: 'new', attention: 2 }]);
});

test('smoke of a detector that was taken away since opens nothing again', async () => {
  await take({ ...smoke, device: 'gone' });
  const [incident] = await listAll();
  await close(incident?.id ?? '');
  expect(await pass(tenMinutes)).toMatchObject({ state: 'resolved' });
});

test('smoke that only another gateway said, closed by people, nags nobody; said by its own gateway too, it is open again', async () => {
  const [incident] = await take({ ...smoke, saidByOther: true });
  const id = incident?.id ?? '';
  await close(id);
  expect((await dispatch.reader.timeline(id)).at(-1)?.words.zh).toBe('误报');
  expect(await pass(tenMinutes * 3)).toMatchObject({ id, state: 'resolved', attention: 1 });
  const [, again] = await take(
    { ...smoke, warning: 'w-2', saidByOther: true },
    { ...smoke, warning: 'w-2', transition: 'repeated' },
  );
  const open = (await listAll()).find(({ state }) => state !== 'resolved');
  expect(again).toBeDefined();
  await dispatch.runAction((context) =>
    acknowledge(context, open?.id ?? '', { ...who(), attention: open?.attention ?? 0 }),
  );
  await dispatch.runAction((context) => resolve(context, open?.id ?? '', { ...who(), outcome: 'real' }));
  await pass(tenMinutes);
  expect((await listAll()).find((one) => one.id === open?.id)).toMatchObject({ state: 'new' });
});
