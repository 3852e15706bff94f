import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { createDispatchMetrics } from '../metrics.ts';
import { createTestDispatch, type Opened, type TestDispatch } from '../testing/opened.ts';
import type { Channel } from './channel.ts';
import { createDelivery } from './deliver.ts';

let dispatch: TestDispatch;
let opened: Opened;

beforeEach(async () => {
  dispatch = await createTestDispatch();
  opened = await dispatch.open();
  dispatch.log.append();
  await opened.takeAll();
});
afterEach(async () => {
  await opened.close();
  dispatch.remove();
});

function deliveryBy(send: Channel['send']) {
  return createDelivery({
    file: opened.file,
    channels: { 'in-app': { name: 'in-app', send } },
    metrics: createDispatchMetrics(createMetrics()),
    now: () => dispatch.clock.time,
    log: silentLog(),
  });
}

function states() {
  return opened.file.db
    .selectFrom('notification')
    .select(['state', 'attempts', 'reason'])
    .orderBy('person')
    .execute();
}

test('a channel that fails for a time is tried again, each time with the same message id', async () => {
  const ids: string[] = [];
  const delivery = deliveryBy(({ id, person }) => {
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
  const delivery = deliveryBy(({ person }) =>
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
