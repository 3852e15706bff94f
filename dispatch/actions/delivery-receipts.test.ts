import { beforeEach, expect, test } from 'vitest';
import type { Delivery } from '#contracts/dispatch-api.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { recordDeliveryReceipts } from './delivery-receipts.ts';

let dispatch: TestDispatch;
beforeEach(async () => {
  dispatch = await openTestDispatch();
  dispatch.log.append();
  await dispatch.applyAll();
});

const send = (...deliveries: Delivery[]) =>
  dispatch.database.write((transaction) => recordDeliveryReceipts(transaction, deliveries));
const messageOf = async (person: string): Promise<Delivery> => {
  const [message] = await dispatch.reader.undelivered('c1', person);
  return { person, notification: message?.id ?? '' };
};
const onlyIncident = async () => (await dispatch.reader.list('c1', { limit: 1 }))[0]!;

test('messages that several pages took stand on the timeline once each, however often they are told', async () => {
  const { id, version } = await onlyIncident();
  const deliveries = [await messageOf('p1'), await messageOf('p2')];
  expect(await send(...deliveries)).toEqual({ recorded: 2, unknown: 0 });
  expect(await send(...deliveries)).toEqual({ recorded: 0, unknown: 0 });
  expect(await dispatch.reader.undelivered('c1', 'p2')).toEqual([]);
  const told = (await dispatch.reader.timeline(id)).filter(({ type }) => type === 'delivered');
  expect(told.map(({ actor }) => actor).sort()).toEqual(['值班员', '经理']);
  expect((await onlyIncident()).version).toBe(version + 2);
});

test('a message of somebody else, and one that there is not, are unknown and change nothing', async () => {
  const { notification } = await messageOf('p2');
  const { version } = await onlyIncident();
  expect(await send({ person: 'p3', notification }, { person: 'p2', notification: 'n-none' })).toEqual({
    recorded: 0,
    unknown: 2,
  });
  expect(await dispatch.reader.undelivered('c1', 'p2')).toHaveLength(1);
  expect((await onlyIncident()).version).toBe(version);
});
