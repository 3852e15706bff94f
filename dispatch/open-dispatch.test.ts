import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMetrics } from '#runtime/health.ts';
import { type Dispatch, type DispatchOptions, openDispatch } from './open-dispatch.ts';
import { openIncidentReader } from './readers/incident-reader.ts';
import type { ChangedIncident } from './storage/new-entries.ts';
import { withPeople } from './testing/community.ts';
import { testDispatchOptions } from './testing/dispatch-options.ts';
import { createHookChannel, startHookProvider } from './testing/hook-provider.ts';
import { createTestPlace, type TestPlace } from './testing/open-test-dispatch.ts';
import { testChannels } from './testing/test-parts.ts';

let place: TestPlace;
let notices: ChangedIncident[];
let options: DispatchOptions;
const running: Dispatch[] = [];

beforeEach(async () => {
  place = await createTestPlace();
  notices = [];
  options = {
    ...testDispatchOptions(place),
    notify: (changed) => notices.push(...changed),
  };
});
afterEach(async () => {
  for (const dispatch of running.splice(0)) await dispatch.close();
});

async function open(changes: Partial<DispatchOptions> = {}): Promise<Dispatch> {
  const dispatch = await openDispatch({ ...options, metrics: createMetrics(), ...changes });
  running.push(dispatch);
  return dispatch;
}

test('a woken line becomes an incident, a notice and messages; a person ends its escalation over HTTP', async () => {
  const dispatch = await open();
  place.log.append();
  dispatch.wake();
  await vi.waitFor(() => expect(notices).toMatchObject([{ community: 'c1', change: 3 }]));
  const reader = openIncidentReader(`${place.folder}/incidents.db`);
  await vi.waitFor(async () =>
    expect(await reader.undelivered('c1', 'p1')).toMatchObject([{ state: 'sent', possibleRepeat: false }]),
  );
  place.clock.time += 60_000;
  await vi.waitFor(async () => expect(await reader.undelivered('c1', 'p1')).toHaveLength(2));

  const answer = await fetch(
    `http://127.0.0.1:${dispatch.port}/incidents/${notices[0]?.incident}/acknowledge`,
    {
      method: 'POST',
      headers: { authorization: 'Bearer a-token-of-services', 'content-type': 'application/json' },
      body: JSON.stringify({ actor: 'p1', request: 'request-1', attention: 1 }),
    },
  );
  expect(await answer.json()).toMatchObject({ changed: true });
  expect(await reader.undelivered('c1', 'p1')).toEqual([]);
  // A minute passed at once: every loop has to run once more before it counts as running.
  await vi.waitFor(() => expect(dispatch.health().ok).toBe(true));
  await reader.close();
});

test('a line is taken without a wake', async () => {
  await open();
  place.log.append();
  await vi.waitFor(() => expect(notices).toHaveLength(1));
});

test('what was taken before it closed is not taken again', async () => {
  const first = await open();
  place.log.append();
  await vi.waitFor(() => expect(first.health().detail).toMatchObject({ cursor: 1 }));
  await running.pop()?.close();
  const second = await open();
  place.log.append({ device: 'watch-1' });
  await vi.waitFor(() => expect(second.health().detail).toMatchObject({ cursor: 2 }));
  expect(new Set(notices.map(({ incident }) => incident)).size).toBe(2);
});

test('a warning log that cannot be read turns health bad and is read again', async () => {
  let broken = true;
  const reader = {
    newest: () => {
      if (broken) throw new Error('disk I/O error');
      return place.log.newest();
    },
    read: place.log.read,
  };
  const dispatch = await open({ reader });
  place.log.append();
  await vi.waitFor(() => expect(dispatch.health()).toMatchObject({ ok: false }));
  broken = false;
  await vi.waitFor(() => expect(dispatch.health()).toMatchObject({ ok: true, detail: { cursor: 1 } }));
});

test('a taken port names the setting', async () => {
  const { port } = await open();
  const other = openDispatch({ ...options, dataDir: `${place.folder}/other`, port });
  await expect(other).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining('DISPATCH_PORT'),
  });
});

test('while a provider hangs, pages have their messages and the process is well', async () => {
  const provider = await startHookProvider();
  provider.mood = () => 'hang';
  const current = withPeople(place.registry, { p1: { phone: '13900000001' } });
  const dispatch = await open({
    registry: { current: () => current, refresh: () => Promise.resolve(current) },
    channels: [createHookChannel(provider.url), ...testChannels()],
  });
  const reader = openIncidentReader(`${place.folder}/incidents.db`);
  place.log.append();
  dispatch.wake();
  await provider.waitFor(1);
  await vi.waitFor(async () =>
    expect(await reader.undelivered('c1', 'p1')).toMatchObject([{ channel: 'in-app', state: 'sent' }]),
  );
  expect(dispatch.health().ok).toBe(true);
  await reader.close();
  await provider.close();
});
