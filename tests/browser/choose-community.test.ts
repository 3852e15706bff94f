import { resolve } from 'node:path';
import type { Kysely } from 'kysely';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkAccount } from '#dashboard/server/identity/accounts.ts';
import { relative, responder, staff } from '#dashboard/testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '#dashboard/testing/test-dashboard.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { violationsOf } from './axe.ts';
import { giveBackContext, screens, takeContext } from './chromium.ts';
import { connectChromium } from './shared.ts';

const webDir = resolve(import.meta.dirname, '../../dashboard/web/dist');
let dashboard: TestDashboard;
let browser: Browser;
beforeAll(async () => {
  dashboard = await startTestDashboard({ webDir });
  const registry = dashboard.db as unknown as Kysely<RegistryTables>;
  await registry
    .updateTable('community')
    .set({ name_zh: '山边小区', name_en: 'Hillside' })
    .where('id', '=', 'c2')
    .execute();
  for (const [{ login }, person] of [
    [staff, 'guard'],
    [responder, 'station'],
    [relative, 'relative'],
  ] as const) {
    await linkAccount(registry, { login, community: 'c2', person: `c2-${person}` });
  }
  await dashboard.refreshRegistry();
  browser = await connectChromium();
});
afterAll(async () => {
  await dashboard?.close();
});

/** Types account and password into a page, and presses Enter. */
async function signIn(page: Page, name: string, account: typeof staff): Promise<void> {
  await page.goto(`${dashboard.url}/${name}/`);
  await page.locator('input[name=login]').fill(account.login);
  await page.locator('input[name=password]').fill(account.password);
  await page.keyboard.press('Enter');
  await page.getByText('进入哪个小区？').waitFor();
}

test('a guard of two communities chooses by keyboard after signing in, changes over from the menu, and begins there next time', async () => {
  const context = await takeContext(browser, { timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await page.setViewportSize(screens.wall);
  await signIn(page, 'console', staff);
  expect(await violationsOf(page)).toEqual([]);
  const focused = () => page.locator(':focus').textContent();
  expect(await focused()).toContain('一号小区');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '守望 一号小区' }).waitFor();

  const other = await context.newPage();
  await other.goto(`${dashboard.url}/console/`);
  await other.getByRole('heading', { name: '守望 一号小区' }).waitFor();
  await page.getByTestId('open-community').click();
  await page.getByText('现在在这里').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByTestId('communities').getByRole('button', { name: '山边小区' }).click();
  for (const one of [page, other]) {
    await one.getByRole('heading', { name: '守望 山边小区' }).waitFor();
    await one.getByTestId('link-state').getByText('实时').waitFor();
  }
  await page.getByRole('button', { name: '退出登录' }).click();
  await signIn(page, 'console', staff);
  expect(await focused()).toContain('山边小区');
  await giveBackContext(context);
});

test.each([
  ['responder', responder],
  ['family', relative],
])('the %s page asks on a phone which community, and changes over', async (name, account) => {
  const context = await takeContext(browser, { timezoneId: 'Europe/Berlin', hasTouch: true });
  const page = await context.newPage();
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn(page, name, account);
  expect(await violationsOf(page)).toEqual([]);
  await page.getByTestId('communities').getByRole('button', { name: '山边小区' }).tap();
  await page.getByRole('button', { name: '更换小区' }).tap();
  const here = page.getByTestId('communities').getByRole('button', { name: '山边小区' });
  await here.getByText('现在在这里').waitFor();
  await page.getByTestId('communities').getByRole('button', { name: '一号小区' }).tap();
  await page.getByTestId('communities').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '更换小区' }).tap();
  await page.getByTestId('communities').getByRole('button', { name: '一号小区 ✓ 现在在这里' }).waitFor();
  await giveBackContext(context);
});
