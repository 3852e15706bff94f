import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignedInfluxd, startSignedInfluxd } from '#ingest/testing/signed-influxd.ts';
import type { InfluxProvision } from './backstop.ts';
import { provisionInflux } from './provision-influx.ts';

let folder: string;
let influxd: SignedInfluxd;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startSignedInfluxd(folder);
});
afterAll(async () => {
  await influxd.stop();
  rmSync(folder, { recursive: true });
});

const plan = (database: string, token: string): InfluxProvision => ({
  url: influxd.url,
  database,
  token,
  timeoutMs: 10_000,
  keepDays: 1095,
  retentions: new Map(),
  now: Date.now,
});

test('an administrator of 1.x with sign-in makes the database, and a second run changes nothing', async () => {
  expect((await provisionInflux(plan('ours', influxd.admin))).changed).toBe(1);
  expect((await provisionInflux(plan('ours', influxd.admin))).changed).toBe(0);
});

test('a user who may only write is advised whom to ask, and of what, instead of failing', async () => {
  const { admin, ask } = influxd;
  await ask(admin, `CREATE DATABASE theirs; CREATE USER "writer" WITH PASSWORD 'w'`);
  await ask(admin, 'GRANT WRITE ON theirs TO "writer"');
  const { changed, lines } = await provisionInflux(plan('theirs', 'writer:w'));
  expect(changed).toBe(0);
  expect(lines.join('\n')).toMatch(/may not look at it or change it.*requires READ on theirs/);
  expect(lines.join('\n')).toMatch(/ALTER RETENTION POLICY . ON "theirs" DURATION 1095d SHARD DURATION 168h/);
  await ask(admin, 'GRANT ALL ON theirs TO "writer"');
  expect((await provisionInflux(plan('theirs', 'writer:w'))).changed).toBe(0);
});

test.each([
  ['admin:wrong', /\(401\).*authorization failed; check STORE_INFLUX_TOKEN: user:password for 1\.x/],
  ['no-colon', /401.*check STORE_INFLUX_TOKEN: user:password for 1\.x/],
])('%s is refused with what to check', async (token, says) => {
  await expect(provisionInflux(plan('ours', token))).rejects.toThrow(says);
});
