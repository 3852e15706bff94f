import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { acknowledge } from '../acts/acknowledge.ts';
import { resolve } from '../acts/resolve.ts';
import { createTestDispatch, type Opened, type TestDispatch, testReopenMs } from '../testing/opened.ts';

let dispatch: TestDispatch;
let opened: Opened;

beforeEach(async () => {
  dispatch = await createTestDispatch();
  opened = await dispatch.open();
});
afterEach(async () => {
  await opened.close();
  dispatch.remove();
});

async function take(...lines: Partial<WarningTransition>[]) {
  for (const line of lines) dispatch.log.append({ at: dispatch.clock.time, ...line });
  await opened.takeAll();
  return opened.reader.list('c1', { limit: 10, resolvedSince: 0 });
}
const act: Opened['act'] = (work) => opened.act(work);
async function close(id: string) {
  await act((context) => acknowledge(context, id, { actor: 'p1', request: 'request-seen', attention: 1 }));
  await act((context) => resolve(context, id, { actor: 'p1', request: 'request-over', outcome: 'false' }));
}
const typesOf = async (id: string) => (await opened.reader.timeline(id)).map(({ type }) => type);

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
    expect((await opened.reader.timeline(incident?.id ?? '')).slice(-2)).toMatchObject([
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
  expect((await opened.reader.timeline(id)).at(-1)?.words.zh).toBe('误报');
  dispatch.clock.time += 2 * testReopenMs.smoke;
  await opened.runDue();
  expect(await opened.reader.find(id)).toMatchObject({ state: 'resolved', takenOut: ['smoke'] });
});

test('closed while it held, it is opened again by nothing once its device was taken out', async () => {
  const [incident] = await take(smoke);
  const id = incident?.id ?? '';
  await close(id);
  expect(await opened.reader.find(id)).toHaveProperty('reopensAt');
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
