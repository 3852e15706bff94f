import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import { createGatewayClock } from '#edge/clock.ts';
import { createTestFolder, heartRate, openTestOutbox, sos } from '#edge/testing/open-test-outbox.ts';
import { Uplink } from '#edge/uplink/uplink.ts';
import { createSite, receiveAt, recordsOf, startBroker, type TestSite } from '#ingest/testing/receiving.ts';
import { silentLog } from '#runtime/log.ts';

/** A real outbox and uplink, whose heartbeats tell what it holds. */
function openGateway(url: string) {
  const clock = createGatewayClock({ system: Date.now, monotonic: () => performance.now() });
  const { outbox, counters } = openTestOutbox(createTestFolder(), { clock, telemetryFlushMs: 5 });
  const uplink = new Uplink({
    ...{ outbox, counters, clock, log: silentLog(), url, community: 'c1', gateway: 'gw1' },
    ...{ password: 'secret', heartbeatIntervalMs: 1000, resendAfterMs: 300, reconnectMaxMs: 20 },
    ...{ adapters: () => [], version: '0.1.0', onCommand: () => undefined, random: () => 0 },
  });
  onTestFinished(() => uplink.close());
  const isEmpty = () =>
    (['alarm', 'telemetry'] as const).every(
      (lane) => outbox.extent(lane).oldest > outbox.extent(lane).newest,
    );
  let taken = 0;
  return {
    accept: (count: number) => {
      for (let each = 0; each < count; each++) {
        taken += 1;
        outbox.accept([sos(taken), heartRate(60 + (taken % 60))]);
      }
    },
    drained: () => vi.waitFor(() => expect(isEmpty()).toBe(true), { timeout: 10_000, interval: 5 }),
  };
}

/** Sequences of a lane that the journal holds as records, and those that its gaps tell of. */
function accountOf(site: TestSite, lane: Lane) {
  const of = recordsOf(site).filter((record) => record.lane === lane);
  const span = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return {
    stand: of.flatMap(({ sequence, body }) => (body.type === 'gap' ? [] : [sequence])),
    gone: of.flatMap(({ sequence, body }) => (body.type === 'gap' ? span(body.from, sequence) : [])),
  };
}

test('a gateway drains into an ingest of yesterday; what it let go of is told, and nothing is waited for', async () => {
  const broker = await startBroker();
  const site = await createSite();
  let receiving = await receiveAt(site, broker.url);
  onTestFinished(async () => {
    await receiving.close();
    await broker.close();
    await site.remove();
  });
  const journal = join(site.folder, 'journal.db');
  const gateway = openGateway(broker.url);
  gateway.accept(20);
  await gateway.drained();
  const db = new DatabaseSync(journal);
  db.exec(`VACUUM INTO '${journal}.copy'`);
  db.close();
  gateway.accept(30);
  await gateway.drained();

  await receiving.close();
  for (const suffix of ['-wal', '-shm']) rmSync(`${journal}${suffix}`, { force: true });
  cpSync(`${journal}.copy`, journal);
  // Some are taken while nobody listens, some when somebody does again.
  gateway.accept(10);
  receiving = await receiveAt(site, broker.url);
  gateway.accept(10);
  await gateway.drained();

  const all = Array.from({ length: 70 }, (_, index) => index + 1);
  for (const lane of ['alarm', 'telemetry'] as const) {
    const { stand, gone } = accountOf(site, lane);
    expect(gone).toEqual(all.slice(20, 50));
    expect(stand.sort((a, b) => a - b)).toEqual([...all.slice(0, 20), ...all.slice(50)]);
  }
});
