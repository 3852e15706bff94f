import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import { identityOf } from '#contracts/journal-entry.ts';
import type { Receiving } from '../receiving.ts';
import { pointsOf } from '../store/points-of.ts';
import { readJournal } from '../testing/read-journal.ts';
import {
  alarm,
  connectGateway,
  createSite,
  epoch,
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

const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 5000 });
const untilAcknowledged = (lane: Lane, sequence: number, of = epoch) =>
  until(() => expect(gateway.acknowledged(of, lane)).toBe(sequence));
const start = async () => {
  receiving = await receiveAt(site, broker.url);
  await until(() => expect(receiving.listening).toBe(true));
};
const sendAlarms = async (...sequences: number[]) => {
  for (const sequence of sequences) await gateway.publish('alarm', alarm(sequence));
};
const sendReadings = (...sequences: number[]) =>
  gateway.publish('telemetry', telemetry(...sequences.map((sequence) => reading(sequence))));
const gaps = () =>
  recordsOf(site).flatMap(({ lane, epoch: of, sequence, body }) =>
    body.type === 'gap' ? [[lane, of, body.from, sequence, body.reason]] : [],
  );
const stands = (lane: Lane) =>
  recordsOf(site).flatMap((record) =>
    record.lane === lane && record.body.type !== 'gap' ? [record.sequence] : [],
  );

const file = () => join(site.folder, 'journal.db');
const copy = () => join(site.folder, 'backup.db');
/** As an operator makes one: whole, of a file that is written to. */
function backUp(): void {
  const db = new DatabaseSync(file());
  db.exec(`VACUUM INTO '${copy()}'`);
  db.close();
}
async function restore(): Promise<void> {
  await receiving.close();
  for (const suffix of ['-wal', '-shm']) rmSync(`${file()}${suffix}`, { force: true });
  cpSync(copy(), file());
  gateway.acks.length = 0;
  await start();
}

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

test('an ingest of yesterday takes in from the oldest held on, and tells exactly what is gone', async () => {
  await sendAlarms(1, 2);
  await sendReadings(1, 2, 3);
  await untilAcknowledged('alarm', 2);
  await untilAcknowledged('telemetry', 3);
  backUp();
  await sendAlarms(3, 4, 5);
  await sendReadings(4, 5, 6);
  await untilAcknowledged('alarm', 5);
  await untilAcknowledged('telemetry', 6);
  await restore();

  // The gateway let go of what was acknowledged. A new alarm stands before anybody knows of the loss.
  await sendAlarms(6);
  await sendReadings(7, 8);
  await untilAcknowledged('alarm', 2);
  await untilAcknowledged('telemetry', 3);
  expect(stands('alarm')).toEqual([1, 2, 6]);

  const held = (['alarm', 'telemetry'] as const).map((lane) =>
    lane === 'alarm' ? { epoch, lane, oldest: 6, newest: 6 } : { epoch, lane, oldest: 7, newest: 8 },
  );
  await gateway.publish('state', stateMessage({ status: 'heartbeat', held }));
  await untilAcknowledged('alarm', 6);
  await untilAcknowledged('telemetry', 8);
  expect(gaps()).toEqual([
    ['alarm', epoch, 3, 5, 'restored'],
    ['telemetry', epoch, 4, 6, 'restored'],
  ]);
  // Told once, however often the gateway says what it holds.
  await gateway.publish('state', stateMessage({ status: 'heartbeat', held }));
  await sendAlarms(7);
  await untilAcknowledged('alarm', 7);
  expect(gaps()).toHaveLength(2);
});

test('the loss of alarms is on the charts of gaps, with its lane and its number', async () => {
  const held = [{ epoch, lane: 'alarm', oldest: 6, newest: 6 } as const];
  await gateway.publish('state', stateMessage({ held }));
  await until(() => expect(gaps()).toHaveLength(1));
  const points = readJournal(file()).flatMap(pointsOf);
  expect(points.filter(({ type }) => type === 'gap')).toMatchObject([
    { community: 'c1', gateway: 'gw1', lane: 'alarm', from: 1, to: 5, reason: 'restored' },
  ]);
});

test('an epoch that began after the backup goes on from where the gateway holds it', async () => {
  const younger = 'cccccccccccccccc';
  await sendAlarms(1);
  await untilAcknowledged('alarm', 1);
  const held = [{ epoch: younger, lane: 'alarm', oldest: 4, newest: 4 } as const];
  await gateway.publish('state', stateMessage({ held }));
  await gateway.publish('alarm', alarm(4, { epoch: younger }));
  await untilAcknowledged('alarm', 4, younger);
  expect(gaps()).toEqual([['alarm', younger, 1, 3, 'restored']]);
  expect(gateway.acknowledged(epoch, 'alarm')).toBe(1);
});

test('what stands above a hole is not told as lost, and no two entries have one identity', async () => {
  await sendReadings(1, 2, 5, 6, 9);
  await untilAcknowledged('telemetry', 2);
  const held = [{ epoch, lane: 'telemetry', oldest: 10, newest: 12 } as const];
  await gateway.publish('state', stateMessage({ held }));
  await untilAcknowledged('telemetry', 9);
  expect(gaps()).toEqual([
    ['telemetry', epoch, 3, 4, 'restored'],
    ['telemetry', epoch, 7, 8, 'restored'],
  ]);
  const identities = recordsOf(site).map(identityOf);
  expect(new Set(identities).size).toBe(identities.length);
});

test('what a gateway last said before ingest came back is enough: no heartbeat is waited for', async () => {
  await sendReadings(1, 2);
  await untilAcknowledged('telemetry', 2);
  backUp();
  await sendReadings(3, 4);
  await untilAcknowledged('telemetry', 4);
  const held = [{ epoch, lane: 'telemetry', oldest: 5, newest: 5 } as const];
  await gateway.publish('state', stateMessage({ status: 'heartbeat', held }), true);
  await restore();
  await sendReadings(5);
  await untilAcknowledged('telemetry', 5);
  expect(gaps()).toEqual([['telemetry', epoch, 3, 4, 'restored']]);
  expect(stands('telemetry')).toEqual([1, 2, 5]);
});
