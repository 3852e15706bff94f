import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { relative, responder, staff } from '#dashboard/testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '#dashboard/testing/test-dashboard.ts';
import { violationsOf } from './axe.ts';
import { giveBackContext, openConsole, openPhone } from './chromium.ts';
import { connectChromium } from './shared.ts';

const webDir = resolve(import.meta.dirname, '../../dashboard/web/dist');
let dashboard: TestDashboard;
let browser: Browser;
beforeAll(async () => {
  dashboard = await startTestDashboard({ webDir });
  browser = await connectChromium();
});
afterAll(async () => {
  await dashboard?.close();
});

test('a guard who left a phone behind signs it out from the console', async () => {
  const left = await dashboard.signIn();
  const { context, page } = await openConsole(browser, { url: `${dashboard.url}/console/`, ...staff });
  await page.getByTestId('open-sessions').click();
  const list = page.getByTestId('sessions');
  await list.getByText('就是这台').waitFor();
  expect(await list.getByText('Chrome 浏览器，Linux 电脑').count()).toBe(1);
  expect(await violationsOf(page)).toEqual([]);
  await list.getByRole('button', { name: '退出这台' }).click();
  await list.getByRole('button', { name: '确定退出' }).click();
  await list.getByText('没有在别的设备上登录。').waitFor();
  const asked = await dashboard.app.inject({ method: 'GET', url: '/api/session', headers: { cookie: left } });
  expect(asked.statusCode).toBe(401);
  await giveBackContext(context);
});

test.each([
  ['responder', responder],
  ['family', relative],
])('the %s page shows on a phone where one is signed in', async (name, account) => {
  await dashboard.signIn(account);
  const { context, page } = await openPhone(browser, { url: `${dashboard.url}/${name}/`, ...account });
  await page.getByRole('button', { name: '登录设备' }).tap();
  const list = page.getByTestId('sessions');
  await list.getByText('就是这台').waitFor();
  expect(await list.getByRole('button', { name: '退出这台' }).count()).toBe(1);
  await giveBackContext(context);
});
