import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { createDispatchMetrics } from '../metrics.ts';
import { withPeople } from '../testing/community.ts';
import { createHookChannel, type HookProvider, startHookProvider } from '../testing/hook-provider.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { testChannels } from '../testing/test-parts.ts';
import type { Channel, ChannelLimits } from './channel.ts';
import { createDelivery, type Delivery } from './deliver.ts';
import { recoverPending } from './notification-store.ts';

let dispatch: TestDispatch;
let provider: HookProvider;
let running: Delivery[];

const phoneOf = { p1: '13900000001', p2: '13900000002', p3: '13900000003' };

beforeEach(async () => {
  running = [];
  provider = await startHookProvider();
  const channels = [...testChannels(), createHookChannel(provider.url)];
  dispatch = await openTestDispatch({ channels });
  const phones = Object.entries(phoneOf).map(([id, phone]) => [id, { phone }]);
  dispatch.registry = withPeople(dispatch.registry, Object.fromEntries(phones));
  dispatch.log.append({ at: dispatch.clock.time });
  await dispatch.applyAll();
});
afterEach(async () => {
  for (const delivery of running) await delivery.close();
  await provider.close();
});

function deliveryOf(channel: Channel, wake: () => void = () => undefined): Delivery {
  const delivery = createDelivery({
    database: dispatch.database,
    registry: () => dispatch.registry,
    channel,
    metrics: createDispatchMetrics(createMetrics()),
    now: () => dispatch.clock.time,
    wake,
    log: silentLog(),
  });
  running.push(delivery);
  return delivery;
}
const hook = (limits: Partial<ChannelLimits> = {}, wake?: () => void) =>
  deliveryOf(createHookChannel(provider.url, { concurrency: 5, ...limits }), wake);
const bySend = (send: Channel['send']) => deliveryOf({ ...(testChannels()[0] as Channel), send });

async function states(channel = 'in-app') {
  const rows = await dispatch.database.db
    .selectFrom('notification')
    .select(['person', 'state', 'attempts', 'reason', 'possible_repeat'])
    .where('channel', '=', channel)
    .orderBy('person')
    .execute();
  return rows.map(({ state, attempts, reason }) => ({ state, attempts, reason }));
}
const stateNames = async (channel: string) => (await states(channel)).map(({ state }) => state);

/** Runs a delivery until what was handed over has ended and is on disk. */
async function settle(delivery: Delivery, done: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => {
    await delivery.run();
    expect(await done()).toBe(true);
  });
}
const isOver = async () => (await stateNames('hook')).every((state) => state !== 'pending');

test('while one channel’s provider hangs, the messages of another go out at once', async () => {
  provider.mood = () => 'hang';
  const hanging = hook();
  await hanging.run();
  await provider.waitFor(3);
  await dispatch.delivery.run();
  expect(await stateNames('in-app')).toEqual(['sent', 'sent', 'sent']);
  expect(await stateNames('hook')).toEqual(['pending', 'pending', 'pending']);
});

test('of one channel a message that hangs delays its own person alone', async () => {
  provider.mood = (address) => (address === phoneOf.p1 ? 'hang' : 'take');
  const delivery = hook({ concurrency: 2 });
  await settle(delivery, async () => (await stateNames('hook')).join() === 'pending,sent,sent');
  expect(provider.came.filter(({ address }) => address === phoneOf.p1)).toHaveLength(1);
});

test('no more are handed over at once, or in a minute, than the provider bears', async () => {
  provider.mood = () => 'hang';
  await hook({ concurrency: 2 }).run();
  await provider.waitFor(2);
  for (const delivery of running.splice(0)) await delivery.close();
  provider.mood = () => 'take';
  const paced = hook({ perMinute: 2 });
  await settle(
    paced,
    async () => (await stateNames('hook')).filter((state) => state === 'sent').length === 2,
  );
  await paced.run();
  await paced.run();
  expect(provider.came).toHaveLength(4);
  dispatch.clock.time += 60_000;
  await settle(paced, isOver);
  expect(provider.came).toHaveLength(5);
});

test('what is not answered in time is tried again with the same id, as a possible repeat', async () => {
  provider.mood = (address) => (address === phoneOf.p1 && provider.came.length < 4 ? 'hang' : 'take');
  const delivery = hook({ timeoutMs: 200 });
  await settle(delivery, async () => (await states('hook'))[0]?.attempts === 1);
  expect(await states('hook')).toMatchObject([{ state: 'pending', reason: 'timeout' }, {}, {}]);
  dispatch.clock.time += 2000;
  await settle(delivery, isOver);
  const told = provider.came.filter(({ address }) => address === phoneOf.p1);
  expect(told.map(({ possibleRepeat }) => possibleRepeat)).toEqual([false, true]);
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
});

test('what was in hand when dispatch closed may go out twice, and is marked so', async () => {
  provider.mood = () => 'hang';
  const delivery = hook();
  await delivery.run();
  await provider.waitFor(3);
  await delivery.close();
  expect(await states('hook')).toEqual(Array(3).fill({ state: 'pending', attempts: 0, reason: null }));
  const metrics = createDispatchMetrics(createMetrics());
  await dispatch.delivery.run();
  expect(await recoverPending(dispatch.database, ['in-app', 'hook'], metrics)).toBe(3);
  provider.mood = () => 'take';
  await settle(hook(), isOver);
  expect(provider.came.slice(3).map(({ possibleRepeat }) => possibleRepeat)).toEqual([true, true, true]);
});

test('a message for whom there is no address, who has left, or whose channel is gone has failed and says why', async () => {
  dispatch.registry = withPeople(dispatch.registry, { p1: { phone: null }, p2: { enabled: 0 } });
  await settle(hook(), isOver);
  expect((await states('hook')).map(({ reason }) => reason)).toEqual(['no address', 'person left', null]);
  await recoverPending(dispatch.database, ['hook'], createDispatchMetrics(createMetrics()));
  expect((await states()).map(({ reason }) => reason)).toEqual(Array(3).fill('no such channel'));
});

test('an end asks for a run, so that no message waits for the next look', async () => {
  const wake = vi.fn();
  const delivery = hook({}, wake);
  await delivery.run();
  await vi.waitFor(() => expect(wake).toHaveBeenCalledTimes(3));
});

test('a channel that fails over an address fails its message, and its other messages go out', async () => {
  const [pages] = testChannels() as [Channel];
  const delivery = deliveryOf({
    ...pages,
    addressOf: ({ id }) => {
      if (id === 'p1') throw new Error('unreadable address');
      return id;
    },
  });
  await delivery.run();
  expect(await states()).toEqual([
    { state: 'pending', attempts: 1, reason: 'channel failed: unreadable address' },
    { state: 'sent', attempts: 1, reason: null },
    { state: 'sent', attempts: 1, reason: null },
  ]);
});

test('a message that was handed over holds nothing of memory: nobody listens to its signal’s end through dispatch’s', async () => {
  const signals: AbortSignal[] = [];
  const delivery = bySend((_message, signal) => {
    signals.push(signal);
    return Promise.resolve({ sent: true });
  });
  await delivery.run();
  await delivery.close();
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
});

test('a channel that fails for a time is tried again, each time with the same message id', async () => {
  const ids: string[] = [];
  const delivery = bySend(({ id, person }) => {
    if (person !== 'p1') return Promise.resolve({ sent: true });
    ids.push(id);
    return ids.length < 3 ? Promise.reject(new Error('away')) : Promise.resolve({ sent: true });
  });
  for (let attempt = 0; attempt < 4; attempt++) {
    await delivery.run();
    dispatch.clock.time += 2000;
  }
  expect(await states()).toEqual([
    { state: 'sent', attempts: 3, reason: null },
    { state: 'sent', attempts: 1, reason: null },
    { state: 'sent', attempts: 1, reason: null },
  ]);
  expect(new Set(ids).size).toBe(1);
});

test('a message refused for good fails at once, one refused for a time fails after its attempts', async () => {
  const delivery = bySend(({ person }) =>
    Promise.resolve({ sent: false, retryable: person === 'p1', reason: 'refused' }),
  );
  for (let attempt = 0; attempt < 9; attempt++) {
    await delivery.run();
    dispatch.clock.time += 2000;
  }
  expect(await states()).toEqual([
    { state: 'failed', attempts: 5, reason: 'refused' },
    { state: 'failed', attempts: 1, reason: 'refused' },
    { state: 'failed', attempts: 1, reason: 'refused' },
  ]);
});
