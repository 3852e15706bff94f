import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { manager, relative, responder, staff } from '#dashboard/testing/test-community.ts';
import type { TestDashboard } from '#dashboard/testing/test-dashboard.ts';
import { openConsole, openPhone, screens } from './chromium.ts';

/** Where `npm run build` leaves the pages. */
export const builtPages = resolve(import.meta.dirname, '../../dashboard/web/dist');

/** Opens the desk's PC, which need not be in the community's time zone. */
export async function openDesk(
  { url }: TestDashboard,
  browser: Browser,
  timezoneId = 'Asia/Shanghai',
): Promise<Page> {
  return (await openConsole(browser, { url: `${url}/console/`, ...staff, timezoneId })).page;
}

/** Makes a wall of a screen of 1920 × 1080, and says that its sound was heard. */
export async function openWall({ url, app, signIn }: TestDashboard, browser: Browser): Promise<Page> {
  const headers = { cookie: await signIn(manager) };
  const made = await app.inject({
    method: 'POST',
    url: '/api/walls/codes',
    headers,
    body: { name: '监控室' },
  });
  const context = await browser.newContext({
    viewport: screens.wall,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  });
  const page = await context.newPage();
  await page.goto(`${url}/console/`);
  await page.getByRole('button', { name: '这是一面值守墙' }).click();
  await page.getByLabel('登记码').fill(made.json().code);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '听到了', exact: true }).click();
  await page.getByTestId('shift-question').waitFor({ state: 'detached' });
  return page;
}

/** Opens the phone of the responder or of the first elder's relative. */
export async function openPhoneOf(
  { url }: TestDashboard,
  browser: Browser,
  name: 'responder' | 'family',
): Promise<Page> {
  const account = name === 'responder' ? responder : relative;
  return (await openPhone(browser, { url: `${url}/${name}/`, ...account })).page;
}
