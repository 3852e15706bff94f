import { beforeEach, expect, test } from 'vitest';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { acknowledge } from '../actions/acknowledge.ts';
import { resolve } from '../actions/resolve.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { testReopenMs } from '../testing/test-parts.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

async function take(...lines: Partial<WarningTransition>[]) {
  for (const line of lines) dispatch.log.append({ at: dispatch.clock.time, ...line });
  await dispatch.applyAll();
  return dispatch.reader.list('c1', { limit: 10, resolvedSince: 0 });
}
async function close(id: string) {
  await dispatch.runAction((context) =>
    acknowledge(context, id, { actor: 'p1', request: 'request-seen', attention: 1 }),
  );
  await dispatch.runAction((context) =>
    resolve(context, id, { actor: 'p1', request: 'request-over', outcome: 'false' }),
  );
}
const typesOf = async (id: string) => (await dispatch.reader.timeline(id)).map(({ type }) => type);

const evidence = { zh: '设备 watch-1 已移出登记', en: 'The device watch-1 was taken out', values: {} };
const gone = { takenOut: true, evidence } as const;
const smoke = { kind: 'smoke', device: 'watch-1', warning: 'w-smoke' } as const;
const ofSilence = { record: undefined, lifeSafety: false, device: 'watch-1', warning: 'w-1' } as const;

test.each([
  ['device-stale', { level: 'yellow' as const }],
  ['link-fault', { level: 'yellow' as const }],
  ['outage', { level: 'yellow' as const, device: undefined }],
] as const)(
  'the lost contact (%s) of what was taken out closes by itself, with the true reason',
  async (kind, part) => {
    const silent = { ...ofSilence, kind, ...part };
    const [incident] = await take(silent);
    const [closed] = await take({ ...silent, ...gone, transition: 'cleared' });
    expect(closed).toMatchObject({ id: incident?.id, state: 'resolved', takenOut: [kind] });
    expect((await dispatch.reader.timeline(incident?.id ?? '')).slice(-2)).toMatchObject([
      { type: 'taken-out', words: { zh: evidence.zh } },
      { type: 'resolved', words: { zh: `自动关闭：${evidence.zh}` } },
    ]);
  },
);

test.each([
  ['a silent gateway', { kind: 'gateway-stale', level: 'orange', device: undefined }],
  ['a silent fire panel', { kind: 'device-stale', level: 'orange' }],
  ['inactivity', { kind: 'inactivity', level: 'orange' }],
] as const)('%s at orange stays people’s when it is taken out, and its card says so', async (_what, part) => {
  const silent = { ...ofSilence, ...part };
  const [incident] = await take(silent);
  const [open] = await take({ ...silent, ...gone, transition: 'cleared' });
  expect(open).toMatchObject({ id: incident?.id, state: 'new', takenOut: [part.kind] });
  expect(await typesOf(incident?.id ?? '')).not.toContain('condition-ended');
});

test('a device that nobody can hear any more is not said to be still in alarm, and its incident stays people’s', async () => {
  const [incident] = await take(smoke);
  const id = incident?.id ?? '';
  expect(incident).toMatchObject({ holding: [{ kind: 'smoke' }] });
  const [open] = await take({ ...smoke, ...gone, transition: 'changed' });
  expect(open).toMatchObject({ id, state: 'new', attention: 1, takenOut: ['smoke'] });
  expect(open).not.toHaveProperty('holding');
  await close(id);
  expect((await dispatch.reader.timeline(id)).at(-1)?.words.zh).toBe('误报');
  dispatch.clock.time += 2 * testReopenMs.smoke;
  await dispatch.runDue();
  expect(await dispatch.reader.find(id)).toMatchObject({ state: 'resolved', takenOut: ['smoke'] });
});

test('closed while it held, it is opened again by nothing once its device was taken out', async () => {
  const [incident] = await take(smoke);
  const id = incident?.id ?? '';
  await close(id);
  expect(await dispatch.reader.find(id)).toHaveProperty('reopensAt');
  const [closed] = await take({ ...smoke, ...gone, transition: 'cleared' });
  expect(closed).toMatchObject({ state: 'resolved', takenOut: ['smoke'] });
  expect(closed).not.toHaveProperty('reopensAt');
  expect(closed).not.toHaveProperty('holding');
  expect(await typesOf(id)).not.toContain('condition-ended');
});

test('a device that is back in the plan and alarms is heard again', async () => {
  await take(smoke, { ...smoke, ...gone, transition: 'changed' });
  const [incident] = await take({ ...smoke, transition: 'repeated' });
  expect(incident).toMatchObject({ holding: [{ kind: 'smoke' }] });
  expect(incident).not.toHaveProperty('takenOut');
});

test('a log that is read anew tells it once', async () => {
  const lines = [smoke, { ...smoke, ...gone, transition: 'changed' }] as const;
  const [incident] = await take(...lines);
  const before = await typesOf(incident?.id ?? '');
  dispatch.log.clear();
  await take(...lines);
  expect(await typesOf(incident?.id ?? '')).toEqual(before);
});
