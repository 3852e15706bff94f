import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '#runtime/free-port.ts';
import { listen } from '#runtime/listen.ts';
import { type Influxd, type InfluxdStart, startInfluxd } from './influxd.ts';

async function start(options: Partial<InfluxdStart> = {}): Promise<Influxd> {
  const dataDir = mkdtempSync(join(tmpdir(), 'influxd-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const influxd = await startInfluxd({ dataDir, ...options });
  onTestFinished(() => influxd.stop());
  return influxd;
}

/** Finds a port that another took meanwhile, and then free ones. */
function firstTaken(port: number): () => Promise<number> {
  const found = [port];
  return async () => found.pop() ?? (await findFreePort());
}

const databasesOf = async ({ url }: Influxd) =>
  (
    await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q: 'SHOW DATABASES' }) })
  ).json();

test('starts on another port where its own was taken between finding it and using it', async () => {
  // One that never answers.
  const other = createServer();
  const port = await listen(other, { host: '127.0.0.1', port: 0, setting: 'any' });
  onTestFinished(() => void other.close());
  const influxd = await start({ findPort: firstTaken(port) });
  expect(influxd.ports.http).not.toBe(port);
  expect(await databasesOf(influxd)).toMatchObject({ results: [{ series: [{ name: 'databases' }] }] });
});

test('is not mistaken for the server of another that was quicker on its port', async () => {
  const other = await start();
  const ours = await start({ findPort: firstTaken(other.ports.http) });
  expect(ours.ports.http).not.toBe(other.ports.http);
  await fetch(`${ours.url}/query`, {
    method: 'POST',
    body: new URLSearchParams({ q: 'CREATE DATABASE "ours"' }),
  });
  expect(JSON.stringify(await databasesOf(ours))).toContain('"ours"');
  expect(JSON.stringify(await databasesOf(other))).not.toContain('"ours"');
});

test('says that its port is taken where it was to run on that port alone', async () => {
  const { ports } = await start();
  const free = await findFreePort();
  for (const taken of [
    { http: ports.http, rpc: free },
    { http: free, rpc: ports.rpc },
  ]) {
    await expect(start({ ports: taken })).rejects.toMatchObject({
      code: 'INGEST_INFLUXD_NOT_STARTED',
      message: expect.stringContaining('address already in use'),
    });
  }
});
