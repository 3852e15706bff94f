import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostilePassword, type SignedInfluxd, startSignedInfluxd } from '../../testing/signed-influxd.ts';
import { conformanceNow, storedEntry } from '../../testing/stored-entries.ts';
import { describeRetention } from '../describe-retention.ts';
import { describeTelemetryStore } from '../describe-telemetry-store.ts';
import { readInfluxAddress } from './influx-address.ts';
import { createInfluxQuery } from './influx-query.ts';
import { openInfluxStore } from './influx-store.ts';

let folder: string;
let influxd: SignedInfluxd;
let databases = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startSignedInfluxd(folder);
});
afterAll(async () => {
  await influxd.stop();
  rmSync(folder, { recursive: true });
});

const freshDatabase = (token = influxd.admin) => {
  databases += 1;
  return { url: influxd.url, database: `db${databases}`, token, timeoutMs: 10_000 };
};
const sos = () => storedEntry(1, { type: 'event', kind: 'sos' });

const use: Parameters<typeof describeTelemetryStore>[1] = async (check) => {
  const options = freshDatabase();
  const query = createInfluxQuery(options);
  await query(`CREATE DATABASE "${options.database}"`);
  const store = openInfluxStore(options, conformanceNow);
  await check(store, async () => (await query('SELECT * FROM /.*/')).length);
  await store.close();
};
describeTelemetryStore('InfluxDB with sign-in', use);
describeRetention('InfluxDB with sign-in', use);

test('a user and password of any characters may stand in the setting or in the address, which then names neither', async () => {
  const { host } = new URL(influxd.url);
  const encoded = `http://admin:${encodeURIComponent(hostilePassword)}@${host}`;
  expect(readInfluxAddress({ url: encoded })).toEqual(
    readInfluxAddress({ url: influxd.url, token: influxd.admin }),
  );
  const { token: _, ...withoutToken } = freshDatabase();
  const store = openInfluxStore({ ...withoutToken, url: encoded }, conformanceNow);
  expect(await store.write([sos()])).toEqual([]);
  expect(await store.events({ limit: 1 })).toHaveLength(1);
});

test('a percent sign in an address that begins no escape stands for itself', () => {
  const { authorization = '' } = readInfluxAddress({ url: 'http://u:50%25%zz%C3%A4%@db:8086/' });
  expect(Buffer.from(authorization.split(' ')[1] ?? '', 'base64').toString()).toBe('u:50%%zzä%');
});

test('a token without a colon goes as the token of 2.x and 3', () => {
  expect(readInfluxAddress({ url: 'http://db:8086', token: 'abc==' })).toEqual({
    url: 'http://db:8086',
    authorization: 'Token abc==',
  });
});

test.each([
  ['a wrong password', 'admin:wrong', 'sign-in-refused'],
  ['a user that is not there', 'nobody:x', 'sign-in-refused'],
  ['nothing shown at all', '', 'sign-in-refused'],
])('%s is told as such by write and query, and named in no log', async (_, token, trouble) => {
  const store = openInfluxStore(freshDatabase(token), conformanceNow);
  const refused = { code: 'INGEST_STORE_UNREACHABLE', trouble };
  await expect(store.write([sos()])).rejects.toMatchObject(refused);
  await expect(store.events({ limit: 1 })).rejects.toMatchObject(refused);
  const failure: unknown = await store.write([sos()]).catch((error: unknown) => error);
  const logged = inspect(failure, { depth: 10 });
  expect(logged).toContain('(401)');
  for (const secret of [token, Buffer.from(token).toString('base64')]) {
    if (secret) expect(logged).not.toContain(secret);
  }
});

test('a user that may not write here, or not make the database, is told apart from a wrong password', async () => {
  const { admin, ask } = influxd;
  await ask(
    admin,
    `CREATE USER "guest" WITH PASSWORD 'g'; CREATE DATABASE theirs; GRANT READ ON theirs TO guest`,
  );
  const store = (database: string) =>
    openInfluxStore({ ...freshDatabase('guest:g'), database }, conformanceNow);
  await expect(store('theirs').write([sos()])).rejects.toMatchObject({ trouble: 'not-allowed' });
  await expect(store('nowhere').write([sos()])).rejects.toMatchObject({ trouble: 'no-database' });
});
