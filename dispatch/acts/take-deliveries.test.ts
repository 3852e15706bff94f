import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Delivery } from '#contracts/dispatch-api.ts';
import { createTestDispatch, type Opened, type TestDispatch } from '../testing/opened.ts';
import { takeDeliveries } from './take-deliveries.ts';

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

const tell = (...deliveries: Delivery[]) =>
  opened.file.write((writing) => takeDeliveries(writing, deliveries));
const messageOf = async (person: string): Promise<Delivery> => {
  const [message] = await opened.reader.undelivered('c1', person);
  return { person, notification: message?.id ?? '' };
};
const onlyIncident = async () => (await opened.reader.list('c1', { limit: 1 }))[0]!;

test('messages that several pages took stand on the timeline once each, however often they are told', async () => {
  const { id, version } = await onlyIncident();
  const deliveries = [await messageOf('p1'), await messageOf('p2')];
  expect(await tell(...deliveries)).toEqual({ taken: 2, unknown: 0 });
  expect(await tell(...deliveries)).toEqual({ taken: 0, unknown: 0 });
  expect(await opened.reader.undelivered('c1', 'p2')).toEqual([]);
  const told = (await opened.reader.timeline(id)).filter(({ type }) => type === 'delivered');
  expect(told.map(({ actor }) => actor).sort()).toEqual(['值班员', '经理']);
  expect((await onlyIncident()).version).toBe(version + 2);
});

test('a message of somebody else, and one that there is not, are unknown and change nothing', async () => {
  const { notification } = await messageOf('p2');
  const { version } = await onlyIncident();
  expect(await tell({ person: 'p3', notification }, { person: 'p2', notification: 'n-none' })).toEqual({
    taken: 0,
    unknown: 2,
  });
  expect(await opened.reader.undelivered('c1', 'p2')).toHaveLength(1);
  expect((await onlyIncident()).version).toBe(version);
});
