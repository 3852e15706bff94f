import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSqlite } from '#runtime/sqlite.ts';
import { machineEnvironment } from '#runtime/testing/machine-environment.ts';
import {
  alarm,
  connectGateway,
  createSite,
  epoch,
  recordsOf,
  startBroker,
  type TestBroker,
  type TestGateway,
  type TestSite,
} from './testing/receiving.ts';

let broker: TestBroker;
let site: TestSite;
let gateway: TestGateway;
const running = new Set<ChildProcess>();

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { interval: 10, timeout: 10_000 });

async function start(env: Record<string, string> = {}) {
  const child = fork(join(import.meta.dirname, 'main.ts'), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...machineEnvironment,
      INGEST_DATA_DIR: site.folder,
      INGEST_BROKER_URL: broker.url,
      INGEST_PASSWORD: 'secret',
      INGEST_TOKEN: 'a-token-of-services',
      INGEST_PORT: '0',
      INGEST_HEALTH_PORT: '0',
      STORE_DATA_DIR: site.folder,
      WARNING_DATA_DIR: site.folder,
      WARNING_BROKER_URL: broker.url,
      WARNING_PASSWORD: 'secret',
      ...env,
    },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const [told] = (await once(child, 'message')) as [
    { ready?: { port: number; healthPort: number }; failed?: string },
  ];
  return { child, ...told };
}
const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  const ended = once(child, 'exit');
  child.kill(signal);
  return ended;
};
const healthOf = async (port: number | undefined) => {
  const answer = await fetch(`http://127.0.0.1:${port}/health`);
  return { status: answer.status, ...((await answer.json()) as { detail: Record<string, unknown> }) };
};
const stored = () => {
  const db = openSqlite(join(site.folder, 'store.db'), { readOnly: true });
  const rows = db.prepare('SELECT device, kind FROM event ORDER BY at').all();
  db.close();
  return rows.map((row) => ({ ...row }));
};

beforeEach(async () => {
  broker = await startBroker();
  site = await createSite();
  gateway = await connectGateway(broker.url);
});
afterEach(async () => {
  for (const child of running) await end(child, 'SIGKILL');
  await gateway.close();
  await broker.close();
  await site.remove();
});

test('the process takes an alarm in, stores it, is healthy, and ends in order', async () => {
  const { child, ready } = await start();
  await until(async () => expect((await healthOf(ready?.healthPort)).status).toBe(200));
  await gateway.publish('alarm', alarm(1));
  await until(() => expect(gateway.acknowledged(epoch, 'alarm')).toBe(1));
  await until(() => expect(stored()).toEqual([{ device: 'd1', kind: 'sos' }]));
  expect(await end(child, 'SIGTERM')).toEqual([0, null]);
});

test('killed at any moment, it has every acknowledged alarm once when it comes back', async () => {
  let sent = 0;
  for (let round = 0; round < 3; round++) {
    const { child, ready } = await start();
    await until(async () => expect((await healthOf(ready?.healthPort)).status).toBe(200));
    const acknowledged = Math.max(0, gateway.acknowledged(epoch, 'alarm'));
    for (let sequence = acknowledged + 1; sequence <= sent; sequence++) {
      await gateway.publish('alarm', alarm(sequence));
    }
    for (let index = 0; index < 40; index++) {
      sent += 1;
      await gateway.publish('alarm', alarm(sent));
      if (index === 25) child.kill('SIGKILL');
    }
    await end(child, 'SIGKILL');
  }
  const { ready } = await start();
  await until(async () => expect((await healthOf(ready?.healthPort)).status).toBe(200));
  const acknowledged = gateway.acknowledged(epoch, 'alarm');
  for (let sequence = acknowledged + 1; sequence <= sent; sequence++) {
    await gateway.publish('alarm', alarm(sequence));
  }
  await until(() => expect(gateway.acknowledged(epoch, 'alarm')).toBe(sent));
  const sequences = recordsOf(site).map((record) => record.sequence);
  expect(sequences.sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
});

test('killed while it replays dead letters, it has each of them once when it was asked again', async () => {
  const letters = 60;
  const address = 'watch-3g:1111111111';
  const replay = async (port: number | undefined) => {
    const answer = await fetch(`http://127.0.0.1:${port}/dead-letters/replay`, {
      method: 'POST',
      headers: { authorization: 'Bearer a-token-of-services', 'content-type': 'application/json' },
      body: JSON.stringify({ community: 'c1', actor: 'p1', gateway: 'gw1', reason: 'unknown-device' }),
    });
    return answer.json();
  };
  const first = await start();
  await until(async () => expect((await healthOf(first.ready?.healthPort)).status).toBe(200));
  for (let sequence = 1; sequence <= letters; sequence++) {
    await gateway.publish('alarm', alarm(sequence, { device: address }));
  }
  await until(() => expect(gateway.acknowledged(epoch, 'alarm')).toBe(letters));
  await site.addDevice({ id: 'd9', gateway: 'gw1', address, class: 'watch', name: '新手表' });
  const replayed = () =>
    recordsOf(site).flatMap(({ device, body, sequence }) =>
      device === 'd9' && body.type === 'event' && body.kind === 'sos' ? [sequence] : [],
    );
  const unanswered = replay(first.ready?.port).catch(() => 'unanswered');
  await until(() => expect(replayed().length).toBeGreaterThan(0));
  await end(first.child, 'SIGKILL');
  await unanswered;
  const second = await start();
  await replay(second.ready?.port);
  expect(await replay(second.ready?.port)).toEqual({ outcomes: {}, left: 0 });
  expect(replayed()).toEqual(Array.from({ length: letters }, (_, index) => index + 1));
  expect(await end(second.child, 'SIGTERM')).toEqual([0, null]);
});

test('with a journal from an older copy, what comes at once is past what its readers have read, and is warned of', async () => {
  const journal = join(site.folder, 'journal.db');
  const inWarnings = (sql: string) => {
    const db = openSqlite(join(site.folder, 'warning.db'), { readOnly: true });
    const rows = db.prepare(sql).all();
    db.close();
    return rows.map((row) => Object.values(row)[0]);
  };
  const warned = () => inWarnings("SELECT head ->> '$.record.sequence' FROM warning_log ORDER BY last");
  const startListening = async () => {
    const { child, ready } = await start();
    await until(async () => expect((await healthOf(ready?.healthPort)).status).toBe(200));
    return child;
  };
  const first = await startListening();
  await gateway.publish('alarm', alarm(1));
  await until(() => expect(warned()).toEqual([1]));
  const db = openSqlite(journal);
  db.exec(`VACUUM INTO '${journal}.copy'`);
  db.close();
  for (const sequence of [2, 3, 4]) await gateway.publish('alarm', alarm(sequence));
  await until(() => expect(warned()).toEqual([1, 2, 3, 4]));
  await until(() => expect(stored()).toHaveLength(4));
  await end(first, 'SIGTERM');
  const [behind] = inWarnings('SELECT cursor FROM engine');
  for (const suffix of ['-wal', '-shm']) rmSync(`${journal}${suffix}`, { force: true });
  cpSync(`${journal}.copy`, journal);

  await startListening();
  await gateway.publish('alarm', alarm(5));
  await until(() => expect(warned()).toEqual([1, 2, 3, 4, 5]));
  const fifth = recordsOf(site).find(({ sequence }) => sequence === 5);
  expect(fifth?.position).toBeGreaterThan(Number(behind));
  await until(() => expect(stored()).toHaveLength(5));
}, 60_000);

test('it starts while the broker is away and says that it does not listen', async () => {
  await broker.close();
  const { ready } = await start();
  expect(await healthOf(ready?.healthPort)).toMatchObject({ status: 503, detail: { listening: false } });
  broker = await startBroker(Number(new URL(broker.url).port));
});

test('a wrong setting stops the start, naming setting, value and bound', async () => {
  const { failed } = await start({ INGEST_GROUP_WAIT_MS: '0' });
  expect(failed).toContain('INGEST_GROUP_WAIT_MS=0 must be a whole number ≥ 1');
});
