import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { IncidentChange } from '#contracts/incident.ts';
import type { IncidentEntry } from '#contracts/journal-entry.ts';
import type { LogReader } from '#eventlog/event-log.ts';
import type { Receiving } from './receiving.ts';
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
  type TestBroker,
  type TestGateway,
  type TestSite,
  telemetry,
} from './testing/receiving.ts';

let broker: TestBroker;
let site: TestSite;
let receiving: Receiving;
let gateway: TestGateway;

const start = async (options?: Parameters<typeof receiveAt>[2]) => {
  receiving = await receiveAt(site, broker.url, options);
  await vi.waitFor(() => expect(receiving.listening).toBe(true), { interval: 5, timeout: 5000 });
};
const restart = async () => {
  await receiving.close();
  await start();
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

test('an alarm is journalled with its device and acknowledged', async () => {
  await gateway.publish('alarm', alarm(1));
  await untilAcknowledged('alarm', 1);
  expect(recordsOf(site)).toMatchObject([
    { device: 'd1', lane: 'alarm', sequence: 1, late: false, body: { type: 'event', kind: 'sos' } },
  ]);
});

test('a record sent again and again is journalled once and acknowledged each time', async () => {
  for (const time of [1, 2, 3]) {
    await gateway.publish('alarm', alarm(1));
    await until(() => expect(gateway.acks).toHaveLength(time));
  }
  expect(recordsOf(site)).toHaveLength(1);
});

test('a batch is journalled in order and acknowledged up to its last record', async () => {
  await gateway.publish('telemetry', telemetry(reading(1), reading(2), reading(3)));
  await untilAcknowledged('telemetry', 3);
  expect(recordsOf(site).map((record) => record.sequence)).toEqual([1, 2, 3]);
});

test('behind a hole nothing more is acknowledged until the hole is filled', async () => {
  await gateway.publish('telemetry', telemetry(reading(1), reading(3)));
  await untilAcknowledged('telemetry', 1);
  await gateway.publish('telemetry', telemetry(reading(2)));
  await untilAcknowledged('telemetry', 3);
});

test('a gap record fills the hole it speaks of', async () => {
  await gateway.publish('telemetry', telemetry(reading(1)));
  const gap = { type: 'gap', from: 2, reason: 'quota' } as const;
  await gateway.publish('telemetry', telemetry(reading(9, { body: gap }), reading(10)));
  await untilAcknowledged('telemetry', 10);
});

test('after a restart what was accepted is still known', async () => {
  await gateway.publish('telemetry', telemetry(reading(1), reading(2), reading(5)));
  await gateway.publish('alarm', alarm(1));
  await untilAcknowledged('telemetry', 2);
  await untilAcknowledged('alarm', 1);
  await restart();
  await gateway.publish('alarm', alarm(1));
  await gateway.publish('telemetry', telemetry(reading(2), reading(3), reading(4), reading(5)));
  await untilAcknowledged('telemetry', 5);
  const sequences = recordsOf(site).map(({ lane, sequence }) => `${lane} ${sequence}`);
  expect(sequences.sort()).toEqual([
    'alarm 1',
    'telemetry 1',
    'telemetry 2',
    'telemetry 3',
    'telemetry 4',
    'telemetry 5',
  ]);
});

test('one bad record of a batch becomes a dead letter and its neighbours are kept', async () => {
  const bad = {
    ...reading(2),
    body: { type: 'reading', quantity: 'heart-rate', value: 'high', unit: '/min' },
  };
  await gateway.publish('telemetry', telemetry(reading(1), bad, reading(3)));
  await untilAcknowledged('telemetry', 3);
  expect(recordsOf(site).map((record) => record.sequence)).toEqual([1, 3]);
  expect(deadLetters()).toEqual([
    { reason: 'invalid', path: '/body/value', lane: 'telemetry', sequence: 2, count: 1 },
  ]);
});

test('an identical payload only counts its dead letter up, and raises no second alarm', async () => {
  for (const _ of [1, 2, 3]) await gateway.publishBytes('alarm', Buffer.from('{"half": '));
  await until(() => expect(deadLetters()).toMatchObject([{ reason: 'not-json', count: 3 }]));
  expect(recordsOf(site)).toMatchObject([
    {
      device: 'unknown',
      body: { kind: 'unreadable-alarm', unreadable: { raw: Buffer.from('{"half": ').toString('hex') } },
    },
  ]);
});

test('an SOS of an unregistered watch becomes a dead letter, raised as unreadable and acknowledged', async () => {
  await gateway.publish('alarm', alarm(1, { device: 'watch-3g:1111111111', heldMs: 200_000 }));
  await untilAcknowledged('alarm', 1);
  expect(deadLetters()).toMatchObject([{ reason: 'unknown-device', path: '/device', sequence: 1 }]);
  expect(recordsOf(site)).toMatchObject([
    {
      device: 'unknown',
      address: 'watch-3g:1111111111',
      sequence: 1,
      heldMs: 200_000,
      late: true,
      body: {
        kind: 'unreadable-alarm',
        unreadable: { reason: expect.stringContaining('says sos watch-3g:1111111111') },
      },
    },
  ]);
});

test('an alarm that cannot be read names the device it comes from, where that can be read', async () => {
  await gateway.publish('alarm', alarm(1, { body: { type: 'event', kind: 'new-kind' } as never }));
  await untilAcknowledged('alarm', 1);
  expect(recordsOf(site)).toMatchObject([{ device: 'd1', sequence: 1, body: { kind: 'unreadable-alarm' } }]);
});

test('a device registered a moment ago is found by reading the registry anew', async () => {
  await site.addDevice({
    id: 'd9',
    gateway: 'gw1',
    address: 'watch-3g:9999999999',
    class: 'watch',
    name: '手表',
  });
  await gateway.publish('alarm', alarm(1, { device: 'watch-3g:9999999999' }));
  await untilAcknowledged('alarm', 1);
  expect(recordsOf(site)).toMatchObject([{ device: 'd9', body: { kind: 'sos' } }]);
});

test('an alarm with fields of a newer release is kept with them', async () => {
  const newer = {
    ...alarm(1).record,
    confidence: 0.9,
    body: { type: 'event', kind: 'sos', cause: 'button' },
  };
  await gateway.publish('alarm', { schemaVersion: 1, record: newer });
  await untilAcknowledged('alarm', 1);
  expect(recordsOf(site)).toMatchObject([
    { body: { kind: 'sos', cause: 'button' }, extra: { confidence: 0.9 } },
  ]);
});

test('an SOS sent on the telemetry lane becomes a dead letter and raised', async () => {
  const lost = reading(1, { body: { type: 'event', kind: 'sos' } });
  await gateway.publish('telemetry', telemetry(lost));
  await untilAcknowledged('telemetry', 1);
  expect(deadLetters()).toMatchObject([{ reason: 'wrong-lane' }]);
  expect(recordsOf(site)).toMatchObject([{ device: 'd1', body: { kind: 'unreadable-alarm' } }]);
});

test('a value in the wrong unit becomes a dead letter, an implausible one is journalled', async () => {
  const wrong = reading(1, { body: { type: 'reading', quantity: 'heart-rate', value: 1.2, unit: 'Hz' } });
  const odd = reading(2, { body: { type: 'reading', quantity: 'heart-rate', value: 900, unit: '/min' } });
  await gateway.publish('telemetry', telemetry(wrong, odd));
  await untilAcknowledged('telemetry', 2);
  expect(deadLetters()).toMatchObject([{ reason: 'wrong-unit', path: '/body/unit' }]);
  expect(recordsOf(site)).toMatchObject([{ sequence: 2, body: { value: 900 } }]);
});

test.each([
  ['a key given twice', '{"schemaVersion":1,"schemaVersion":1,"records":[],"records":{}}', 'duplicate-key'],
  ['a prototype key', '{"schemaVersion":1,"__proto__":{"records":[]},"records":[1]}', 'invalid'],
  ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'too-deep'],
  ['a number that is none', '{"schemaVersion":NaN}', 'not-json'],
  ['nothing at all', 'null', 'invalid'],
  ['an infinite number', '{"schemaVersion":1e999,"records":[{}]}', 'invalid'],
  ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'not-utf8'],
  [
    '201 records',
    JSON.stringify(telemetry(...Array.from({ length: 201 }, (_, i) => reading(i + 1)))),
    'invalid',
  ],
])('%s becomes a dead letter and the next message is accepted', async (_name, payload, reason) => {
  await gateway.publishBytes('telemetry', Buffer.from(payload));
  await gateway.publish('telemetry', telemetry(reading(1)));
  await untilAcknowledged('telemetry', 1);
  expect(deadLetters()).toMatchObject([{ reason, lane: 'telemetry' }]);
});

test('prototype keys of an alarm are not carried into the journal', async () => {
  const text = JSON.stringify(alarm(1)).replace('"kind"', '"__proto__":{"kind":"x"},"constructor":1,"kind"');
  await gateway.publishBytes('alarm', Buffer.from(text));
  await untilAcknowledged('alarm', 1);
  const [record] = recordsOf(site);
  expect(Object.keys(record!.body).sort()).toEqual(['code', 'kind', 'type']);
});

test('a tick is written at once and while the broker is away it says that nobody listens', async () => {
  await receiving.close();
  await broker.close();
  receiving = await receiveAt(site, broker.url, { env: { INGEST_TICK_MS: '10' } });
  await until(() => expect(ofClass('tick').length).toBeGreaterThan(3));
  expect(ofClass('tick').slice(-2)).toMatchObject([{ listening: false }, { listening: false }]);
  broker = await startBroker(Number(new URL(broker.url).port));
  await until(() => expect(ofClass('tick').at(-1)).toMatchObject({ listening: true }));
});

test('every incident change is journalled once, over a restart too', async () => {
  const log: IncidentChange[] = [1, 2, 3].map((change) => ({
    change,
    at: 1_000 + change,
    incident: 'i-0b6d1f5e-6a0d-4a8e-9a53-0d6a3f1f7f10',
    community: 'c1',
    transition: 'acknowledged',
    warnings: ['w-0123456789abcdef01234567'],
    kind: 'sos',
    level: 'red',
    drill: false,
  }));
  const entryOf = ({ change, at, ...head }: IncidentChange) => ({
    ...{ first: change, last: change, at },
    head: JSON.stringify({ at, ...head }),
  });
  const incidents: LogReader = {
    read: async (after, limit) =>
      log
        .filter(({ change }) => change > after)
        .slice(0, limit)
        .map(entryOf),
    newest: async () => log.at(-1)?.change ?? 0,
    positionBefore: async () => 0,
  };
  await receiving.close();
  await start({ incidents });
  await until(() => expect(ofClass('incident')).toHaveLength(3));
  await receiving.close();
  log.push({ ...log[0]!, change: 4 });
  await start({ incidents });
  await until(() => expect(ofClass('incident')).toHaveLength(4));
  expect(ofClass<IncidentEntry>('incident').map((entry) => entry.change)).toEqual([1, 2, 3, 4]);
});

test('time in the journal never falls', async () => {
  await receiving.close();
  const times = [5_000_000_000_000, 4_000_000_000_000];
  await start({ now: () => times.shift() ?? 4_500_000_000_000 });
  await gateway.publish('alarm', alarm(1));
  await untilAcknowledged('alarm', 1);
  const received = journalOf(site).map((entry) => entry.receivedAt);
  expect(received).toEqual(received.toSorted((a, b) => a - b));
});
