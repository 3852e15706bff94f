import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { PlatformHealth } from '#contracts/rest.ts';
import { type SignedInfluxd, startSignedInfluxd } from '#ingest/testing/signed-influxd.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { violationsOf } from './axe.ts';
import { giveBackContext, openConsole, switchTo } from './chromium.ts';
import { connectChromium } from './shared.ts';

const store = 'store:p%:ä 密';
let folder: string;
let influxd: SignedInfluxd;
let underTest: PlatformUnderTest;
let context: BrowserContext;
let desk: Page;

/** An InfluxDB 1.x with sign-in, in which another program wrote a measurement of one of our names. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startSignedInfluxd(folder);
  const { admin, ask, url } = influxd;
  await ask(admin, `CREATE DATABASE shouwang; CREATE USER "store" WITH PASSWORD 'another'`);
  await ask(admin, 'GRANT ALL ON shouwang TO "store"');
  const written = await fetch(`${url}/write?db=shouwang`, {
    method: 'POST',
    body: 'gateway,gateway=another status=1',
    headers: { authorization: `Basic ${Buffer.from(admin).toString('base64')}` },
  });
  expect(written.status).toBe(204);
  underTest = await startPlatformUnderTest({
    store: { STORE_KIND: 'influx', STORE_INFLUX_URL: url, STORE_INFLUX_TOKEN: store },
    env: { STORE_RETRY_REFUSED_MS: '1000', STORE_RETRY_MAX_MS: '500' },
  });
  const { password = '' } = underTest.secrets.demo ?? {};
  ({ context, page: desk } = await openConsole(await connectChromium(), {
    url: underTest.platform.url,
    login: 'manager',
    password,
  }));
});
afterAll(async () => {
  if (context) await giveBackContext(context);
  await underTest?.stop();
  await influxd?.stop();
  rmSync(folder, { recursive: true });
});

const health = async () =>
  (await (await fetch(new URL('/api/health', underTest.platform.url))).json()) as PlatformHealth;
const troubles = () => desk.getByTestId('store-troubles').first();

test('a wrong password of the database is told plainly on the manager’s console, with the way out', async () => {
  await vi.waitFor(async () => expect((await health()).store.trouble?.name).toBe('sign-in-refused'), {
    timeout: 30_000,
    interval: 200,
  });
  expect((await health()).ok).toBe(true);
  await desk.reload();
  await troubles().getByText('未写入：数据库不认这个用户名、密码或令牌').waitFor();
  await troubles().getByText('STORE_INFLUX_TOKEN').waitFor();
  await troubles().getByText('报警不受影响').waitFor();
  expect(await violationsOf(desk)).toEqual([]);
});

test('a measurement of another type is told as not stored, with its count and the way out, in both languages', async () => {
  await influxd.ask(influxd.admin, `SET PASSWORD FOR "store" = 'p%:ä 密'`);
  await vi.waitFor(
    async () => {
      const { store: told } = await health();
      expect(told).toMatchObject({
        state: 'not-stored',
        refused: [{ cause: 'type-conflict', measurement: 'gateway' }],
      });
    },
    { timeout: 30_000, interval: 200 },
  );
  await desk.reload();
  await troubles()
    .getByText(/未写入：同名的表已有别的数据类型 · 表 gateway · \d+ 条/)
    .waitFor();
  await desk.getByTestId('open-dead-letters').click();
  await desk
    .getByTestId('dead-letters')
    .getByTestId('store-troubles')
    .getByText('DROP MEASUREMENT')
    .waitFor();
  expect(await violationsOf(desk)).toEqual([]);
  await desk.keyboard.press('Escape');
  await switchTo(desk, 'en');
  await troubles()
    .getByText(/Not stored: A measurement of this name exists with another type/)
    .waitFor();
  await switchTo(desk, 'zh-CN');
});

test('once the other measurement is gone what was refused is stored, and the page is calm again', async () => {
  const dropped = await fetch(`${influxd.url}/query?db=shouwang`, {
    method: 'POST',
    body: new URLSearchParams({ q: 'DROP MEASUREMENT gateway' }),
    headers: { authorization: `Basic ${Buffer.from(influxd.admin).toString('base64')}` },
  });
  expect(dropped.status).toBe(200);
  await vi.waitFor(
    async () => expect((await health()).store).toEqual({ state: 'stored', notStored: 0, refused: [] }),
    { timeout: 30_000, interval: 200 },
  );
  await desk.reload();
  await desk.getByTestId('open-dead-letters').waitFor();
  await desk.getByTestId('open-dead-letters').click();
  await desk.getByTestId('dead-letters').waitFor();
  expect(await desk.getByTestId('store-troubles').count()).toBe(0);
});
