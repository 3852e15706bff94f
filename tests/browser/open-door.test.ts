import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gateMac } from '#simulators/community.ts';
import { createDoorControl, type DoorControl } from '#simulators/devices/door-control.ts';
import { violationsOf } from './axe.ts';
import { switchTo, untilLive } from './chromium.ts';
import { type PageUnderTest, startPageUnderTest } from './page-under-test.ts';

const signIn = { username: 'opener', password: 'a-door-password' };
const folder = mkdtempSync(join(tmpdir(), 'terminals-'));
let terminal: DoorControl;
let opened: PageUnderTest;
let page: Page;

beforeAll(async () => {
  terminal = await createDoorControl({ accounts: { [signIn.username]: signIn.password } });
  const file = join(folder, 'terminals.json');
  const terminals = { [gateMac(0)]: { url: terminal.url, ...signIn } };
  writeFileSync(file, JSON.stringify({ terminals }));
  opened = await startPageUnderTest('console', 'open-door', { EDGE_HIKVISION_TERMINALS_FILE: file });
  ({ page } = opened);
  await untilLive(page, opened.community.gateway);
});
afterAll(async () => {
  await opened?.stop();
  await terminal?.close();
  rmSync(folder, { recursive: true });
});

const lineOf = (gate: string) =>
  page.locator('.gate-list > li', { has: page.getByTestId(`open-${gate}`) }).getByTestId('command');

test('the keyboard alone opens a gate with a reason, and the page says how far it came', async () => {
  await page.getByTestId('open-gate-east-in').press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.getByLabel('原因').focus();
  await page.getByLabel('原因').selectOption('other');
  await page.getByLabel('补充说明').focus();
  await page.keyboard.press('Enter');
  await page.getByText('请写明原因，至少 3 个字').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.type('<b>搬家</b>公司');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await lineOf('gate-east-in').getByText('已开门').waitFor();
  expect(await lineOf('gate-east-in').textContent()).toContain('<b>搬家</b>公司');
  expect(terminal.openings).toHaveLength(1);
});

test('a gate that could not be opened says why, in Chinese and in English, and axe finds nothing', async () => {
  await page.getByTestId('open-gate-east-out').click();
  await page.getByRole('button', { name: '立即开门' }).click();
  await lineOf('gate-east-out').getByText('失败（网关上没有设置这台设备）').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await switchTo(page, 'en');
  await lineOf('gate-east-out').getByText('Failed (the device is not set up at the gateway)').waitFor();
  expect(await violationsOf(page)).toEqual([]);
});
