import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { manager, relative, responder, staff } from '#dashboard/testing/test-community.ts';
import type { TestDashboard } from '#dashboard/testing/test-dashboard.ts';
import { openConsole, openPhone, screens, takeContext } from './chromium.ts';

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
  const context = await takeContext(browser, { timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await page.setViewportSize(screens.wall);
  await page.goto(`${url}/console/`);
  await page.getByRole('button', { name: '这是一面值守墙' }).click();
  await page.getByLabel('登记码').fill(made.json().code);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '听到了', exact: true }).click();
  await page.getByTestId('shift-question').waitFor({ state: 'detached' });
  return page;
}

/**
 * Opens pages anew for who is signed in on them: in Chinese, in their usual text, their sound let through by a click.
 *
 * @param change Carried out while none of them is there to be told.
 */
export async function openAnew<T>(pages: readonly Page[], change: () => T): Promise<T> {
  const addresses = pages.map((page) => new URL('.', page.url()).href);
  for (const page of pages) {
    await page.evaluate('localStorage.clear()');
    await page.goto('about:blank');
  }
  const changed = change();
  for (const [index, page] of pages.entries()) {
    await page.goto(addresses[index] ?? '');
    await page.getByRole('button', { name: '退出登录' }).waitFor();
    await page.mouse.click(1, 1);
    await page.locator('html:not([data-sound="blocked"])').waitFor();
  }
  return changed;
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
