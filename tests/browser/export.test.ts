import { buffer } from 'node:stream/consumers';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { giveBackContext, openConsole } from './chromium.ts';
import { type CommunityUnderTest, startCommunityUnderTest } from './community-under-test.ts';
import { connectChromium } from './shared.ts';

let community: CommunityUnderTest;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  community = await startCommunityUnderTest('export');
  const client = await community.openPage('demo');
  await client.rest('POST', '/api/incidents', {
    kind: 'medical',
    place: { label: '中心花园' },
    request: crypto.randomUUID(),
  });
  client.close();
  browser = await connectChromium();
  const { url, accountOf } = community;
  ({ context, page } = await openConsole(browser, { url, ...accountOf('manager') }));
});
afterAll(async () => {
  if (context) await giveBackContext(context);
  await community?.stop();
});

const alert = () => page.getByTestId('export').getByRole('alert');
const take = () => page.getByTestId('take-export').click();

test('a manager takes the incidents of today out as a file for spreadsheets', async () => {
  await page.getByTestId('open-export').click();
  await page.getByTestId('export').waitFor();
  const downloads = page.waitForEvent('download');
  await take();
  const download = await downloads;
  const name = download.suggestedFilename();
  expect(name).toMatch(/^shouwang-[\w-]+-incidents-(\d{4}-\d\d-\d\d)_\1\.csv$/);
  await page.getByText(`已导出：${name}`).waitFor();
  // As text it would come without its byte order mark.
  const file = (await buffer(await download.createReadStream())).toString();
  expect(file.split('\r\n')[0]).toBe(
    '\ufeff警情编号,警情种类代码,警情种类,级别,演练,位置,状态,无人应答,处置结论,设备仍在报警,已移出登记，现状无从得知,序号,时间（UTC）,当地时间,记录类型,记录,操作人,报警种类代码,可能是重复发送,由另一网关上报',
  );
  expect(file).toContain(',中心花园,');
});

test('the form says what is wrong with the days before anything is asked', async () => {
  await page.getByTestId('export-from').fill('2026-01-01');
  await page.getByTestId('export-to').fill('2025-12-31');
  await take();
  await alert().getByText('结束日期早于开始日期').waitFor();
  await page.getByTestId('export-to').fill('2026-11-01');
  await alert().getByText('超过 92 天').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByTestId('export-from').fill('2026-10-31');
  await alert().waitFor({ state: 'detached' });
});

test('an export that is broken off leaves no file, and the form says so', async () => {
  await page.evaluate(() => {
    const ask = globalThis.fetch;
    globalThis.fetch = async () => {
      globalThis.fetch = ask;
      const body = new ReadableStream({
        start: (rows) => {
          rows.enqueue(new TextEncoder().encode('half a line'));
          rows.error(new Error('broken off'));
        },
      });
      return new Response(body);
    };
  });
  await take();
  await alert().getByText('导出中断，没有保存文件').waitFor();
  expect(await page.getByTestId('export').getByRole('status').textContent()).toBe('');
});

test('an export that must wait for others says for how long', async () => {
  const json = { code: 'DASHBOARD_TOO_MANY_REQUESTS', message: 'other exports are running' };
  await page.route('**/api/export/**', (route) =>
    route.fulfill({ status: 429, headers: { 'retry-after': '30' }, json }),
  );
  await take();
  await alert().getByText('其他导出正在进行，请 30 秒后再试。').waitFor();
  await page.unroute('**/api/export/**');
});

test('axe finds nothing to object to, in Chinese and in English, on a laptop and on a phone', async () => {
  const found = await violationsOf(page);
  await page.getByRole('button', { name: '关闭' }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByTestId('open-export').click();
  await page.getByText('At most 92 days and 500,000 rows at once').waitFor();
  found.push(...(await violationsOf(page)));
  await page.setViewportSize({ width: 390, height: 844 });
  found.push(...(await violationsOf(page)));
  expect(found).toEqual([]);
});

test('a guard is not offered what only a manager may', async () => {
  const { url, accountOf } = community;
  const guard = await openConsole(browser, { url, ...accountOf('demo') });
  await guard.page.getByTestId('open-pin').waitFor();
  expect(await guard.page.getByTestId('open-export').count()).toBe(0);
  await giveBackContext(guard.context);
});
