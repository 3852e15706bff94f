import type { Browser } from 'playwright-core';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { manager, staff } from '#dashboard/testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '#dashboard/testing/test-dashboard.ts';
import { deadLetterOf } from '#dashboard/testing/test-ingest.ts';
import { violationsOf } from './axe.ts';
import { fillSignIn, openConsole, strangerName } from './chromium.ts';
import { showState } from './incident-states.ts';
import { connectChromium } from './shared.ts';
import { builtPages, openDesk, openPhoneOf } from './state-pages.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});

async function start(settings: Parameters<typeof startTestDashboard>[0] = {}): Promise<TestDashboard> {
  const dashboard = await startTestDashboard({ webDir: builtPages, ...settings });
  onTestFinished(() => dashboard.close());
  return dashboard;
}

test('a page for which there is no place says that too many are open, and what to do', async () => {
  const dashboard = await start({ maxPagesPerSession: 1 });
  const { context } = await openConsole(browser, { url: `${dashboard.url}/console/`, ...staff });
  onTestFinished(() => context.close());
  const second = await context.newPage();
  await second.goto(`${dashboard.url}/console/`);
  await second.getByTestId('lost-bar').getByText('请关掉用不着的页面').waitFor();
  expect(await violationsOf(second)).toEqual([]);
});

test('an address by a name that is not ours opens a page in words, not a line of JSON', async () => {
  const dashboard = await start();
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const { port } = new URL(dashboard.url);
  const answer = await page.goto(`http://${strangerName}:${port}/console/`);
  expect(answer?.status()).toBe(421);
  await page.getByRole('heading', { name: '这不是平台的网址' }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
});

test('a session ended elsewhere says on desk and phone to sign in again', async () => {
  const dashboard = await start();
  const desk = await openDesk(dashboard, browser);
  const responder = await openPhoneOf(dashboard, browser, 'responder');
  onTestFinished(async () => {
    for (const page of [desk, responder]) await page.context().close();
  });
  await dashboard.db.deleteFrom('session').execute();
  for (const page of [desk, responder]) {
    await page.getByRole('alert').getByText('登录已失效，请重新登录').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  }
});

test('after many guesses the form says in words how long to wait', async () => {
  const dashboard = await start();
  const guess = () =>
    dashboard.app.inject({ method: 'POST', url: '/api/session', body: { ...staff, password: 'a guess' } });
  for (let status = 401; status === 401; ) status = (await guess()).statusCode;
  const context = await browser.newContext({ locale: 'zh-CN' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await (await fillSignIn(page, { url: `${dashboard.url}/console/`, ...staff })).click();
  await page.getByText(/试得太多了，请等 (\d+ 分 )?\d+ 秒 再试/).waitFor();
  expect(await violationsOf(page)).toEqual([]);
});

test.each([
  [409, 'INCIDENT_RESOLVED', '这条警情已经结束，要接着处理请先重新打开'],
  [429, 'DASHBOARD_TOO_MANY_REQUESTS', '点得太快了，请等一分钟再试'],
  [400, 'SOMETHING_NEW', '没有办成，请刷新页面再试'],
])(
  'an act refused with %s %s is told in Chinese, never in the words of the server',
  async (status, code, words) => {
    const dashboard = await start();
    const id = showState(dashboard, 'nobody-answers');
    const desk = await openDesk(dashboard, browser);
    onTestFinished(() => desk.context().close());
    dashboard.dispatch.refuseNext(status, { code, message: 'words of the server' });
    await desk.getByTestId(`acknowledge-${id}`).click();
    const told = desk.getByTestId(`incident-${id}`).getByRole('alert');
    await told.getByText(words).waitFor();
    expect(await told.textContent()).not.toContain('server');
  },
);

test('a dead letter that finds the disk full is not told as a server that cannot be reached', async () => {
  const dashboard = await start();
  dashboard.ingest.deadLetters.c1 = [deadLetterOf(60)];
  const { context, page } = await openConsole(browser, { url: `${dashboard.url}/console/`, ...manager });
  onTestFinished(() => context.close());
  await page.getByTestId('open-dead-letters').click();
  await page.getByTestId('dead-letter-60').click();
  dashboard.ingest.answerNext(503, { code: 'INGEST_JOURNAL_FULL', message: 'the journal has no room' });
  await page.getByRole('button', { name: '重新处理', exact: true }).click();
  await page.getByRole('alert').getByText('这一条还留着，可能是磁盘满了').waitFor();
  expect(await violationsOf(page)).toEqual([]);
});
