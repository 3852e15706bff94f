import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GatewayEntry } from '#contracts/journal-entry.ts';
import type { Receiving } from '../receiving.ts';
import {
  alarm,
  connectGateway,
  createSite,
  epoch,
  journalOf,
  reading,
  receiveAt,
  recordsOf,
  startBroker,
  stateMessage,
  type TestBroker,
  type TestGateway,
  type TestSite,
  telemetry,
} from '../testing/receiving.ts';

let broker: TestBroker;
let site: TestSite;
let receiving: Receiving;
let gateway: TestGateway;

const start = async (options?: Parameters<typeof receiveAt>[2]) => {
  receiving = await receiveAt(site, broker.url, options);
  await vi.waitFor(() => expect(receiving.listening).toBe(true), { interval: 5, timeout: 5000 });
};
const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 5000 });
const untilAcknowledged = (lane: 'alarm' | 'telemetry', sequence: number) =>
  until(() => expect(gateway.acknowledged(epoch, lane)).toBe(sequence));
const deadLetters = () => {
  const db = new DatabaseSync(join(site.folder, 'journal.db'), { readOnly: true });
  const rows = db.prepare('SELECT reason, path, lane, sequence, count FROM dead_letter ORDER BY id').all();
  db.close();
  return rows.map((row) => ({ ...row }));
};
const ofClass = <T>(name: string) => journalOf(site).filter((entry) => entry.class === name) as T[];

beforeEach(async () => {
  broker = await startBroker();
  site = await createSite();
  await start();
  gateway = await connectGateway(broker.url);
});
afterEach(async () => {
  await gateway.close();
  await receiving.close();
  await broker.close();
  await site.remove();
});

test('every birth and heartbeat is journalled and answered with what was accepted', async () => {
  await gateway.publish('alarm', alarm(1));
  await untilAcknowledged('alarm', 1);
  gateway.acks.length = 0;
  const birth = stateMessage();
  await gateway.publish('state', birth, true);
  await gateway.publish('state', stateMessage({ status: 'heartbeat', at: '2026-11-24T01:15:30.000Z' }), true);
  await until(() => expect(gateway.acks).toHaveLength(2));
  expect(gateway.acks[0]).toMatchObject({
    answers: { session: birth.session, at: birth.at },
    acks: [{ epoch, lane: 'alarm', sequence: 1 }],
  });
  expect(ofClass<GatewayEntry>('gateway').map((entry) => entry.status)).toEqual(['birth', 'heartbeat']);
});

test('a death counts only for the session that lives', async () => {
  await gateway.publish('state', stateMessage({ session: 'aaaaaaaaaaaaaaaa' }));
  await gateway.publish('state', stateMessage({ session: 'bbbbbbbbbbbbbbbb' }));
  await gateway.publish('state', stateMessage({ status: 'death', session: 'aaaaaaaaaaaaaaaa' }));
  await gateway.publish('state', stateMessage({ status: 'death', session: 'bbbbbbbbbbbbbbbb' }));
  await until(() => expect(ofClass('gateway')).toHaveLength(3));
  expect(ofClass<GatewayEntry>('gateway').at(-1)).toMatchObject({
    status: 'death',
    session: 'bbbbbbbbbbbbbbbb',
  });
});

test('a retained birth names the living session, is answered, and is not heard as news', async () => {
  await receiving.close();
  const birth = stateMessage({ session: 'bbbbbbbbbbbbbbbb' });
  await gateway.publish('state', birth, true);
  await start();
  await until(() => expect(gateway.acks).toHaveLength(1));
  // A gateway that has just come would else wait for platform time until its next heartbeat.
  expect(gateway.acks[0]?.answers).toEqual({ session: birth.session, at: birth.at });
  await gateway.publish('state', stateMessage({ status: 'death', session: 'aaaaaaaaaaaaaaaa' }));
  await gateway.publish('state', stateMessage({ status: 'heartbeat', session: 'bbbbbbbbbbbbbbbb' }));
  await until(() => expect(ofClass('gateway')).toHaveLength(1));
  expect(ofClass('gateway')).toMatchObject([{ status: 'heartbeat' }]);
});

test('where a gateway has let go of what we never accepted, the loss is told and the stream goes on', async () => {
  await gateway.publish('telemetry', telemetry(reading(1), reading(2)));
  await untilAcknowledged('telemetry', 2);
  const held = [{ epoch, lane: 'telemetry', oldest: 11, newest: 12 } as const];
  await gateway.publish('state', stateMessage({ held }));
  await untilAcknowledged('telemetry', 10);
  expect(recordsOf(site).at(-1)).toMatchObject({
    sequence: 10,
    body: { type: 'gap', from: 3, reason: 'restored' },
  });
  await gateway.publish('telemetry', telemetry(reading(11), reading(12)));
  await untilAcknowledged('telemetry', 12);
});

test('a state that cannot be read becomes a dead letter and raises nothing', async () => {
  await gateway.publish('state', { ...stateMessage(), session: 'x' });
  await until(() => expect(deadLetters()).toMatchObject([{ lane: 'state', path: '/session' }]));
  expect(recordsOf(site)).toEqual([]);
});
