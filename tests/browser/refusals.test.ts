import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { manager, staff } from '#dashboard/testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '#dashboard/testing/test-dashboard.ts';
import { deadLetterOf } from '#dashboard/testing/test-ingest.ts';
import { violationsOf } from './axe.ts';
import { fillSignIn, giveBackContext, openConsole, strangerName, takeContext } from './chromium.ts';
import { showState, threeInTheNight } from './incident-states.ts';
import { connectChromium } from './shared.ts';
import { builtPages, openDesk, openPhoneOf } from './state-pages.ts';

let browser: Browser;
let dashboard: TestDashboard;
beforeAll(async () => {
  browser = await connectChromium();
  dashboard = await startTestDashboard({ webDir: builtPages });
});
afterAll(() => dashboard?.close());

/** A dashboard of a test's own, for what would keep the others out. */
async function startOwn(settings: Parameters<typeof startTestDashboard>[0] = {}): Promise<TestDashboard> {
  const own = await startTestDashboard({ webDir: builtPages, ...settings });
  onTestFinished(() => own.close());
  return own;
}
function givenBack(context: BrowserContext): BrowserContext {
  onTestFinished(() => giveBackContext(context));
  return context;
}
async function newPage(): Promise<Page> {
  return givenBack(await takeContext(browser, { timezoneId: 'Asia/Shanghai' })).newPage();
}

test('a page for which there is no place says that too many are open, and what to do', async () => {
  const { url } = await startOwn({ maxPagesPerSession: 1 });
  const { context } = await openConsole(browser, { url: `${url}/console/`, ...staff });
  const second = await givenBack(context).newPage();
  await second.goto(`${url}/console/`);
  await second.getByTestId('lost-bar').getByText('请关掉用不着的页面').waitFor();
  expect(await violationsOf(second)).toEqual([]);
});

test('an address by a name that is not ours opens a page in words, not a line of JSON', async () => {
  const page = await newPage();
  const { port } = new URL(dashboard.url);
  const answer = await page.goto(`http://${strangerName}:${port}/console/`);
  expect(answer?.status()).toBe(421);
  await page.getByRole('heading', { name: '这不是平台的网址' }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
});

test('after many guesses the form says in words how long to wait', async () => {
  const { app, url } = await startOwn();
  const guess = () =>
    app.inject({ method: 'POST', url: '/api/session', body: { ...staff, password: 'a guess' } });
  for (let status = 401; status === 401; ) status = (await guess()).statusCode;
  const page = await newPage();
  await (await fillSignIn(page, { url: `${url}/console/`, ...staff })).click();
  await page.getByText(/试得太多了，请等 (\d+ 分 )?\d+ 秒 再试/).waitFor();
  expect(await violationsOf(page)).toEqual([]);
});

describe('of a guard at the desk', () => {
  let desk: Page;
  beforeAll(async () => {
    dashboard.clock.now = threeInTheNight;
    desk = await openDesk(dashboard, browser);
  });
  afterAll(() => desk && giveBackContext(desk.context()));

  test.each([
    [409, 'INCIDENT_RESOLVED', '这条警情已经结束，要接着处理请先重新打开'],
    [429, 'DASHBOARD_TOO_MANY_REQUESTS', '点得太快了，请等一分钟再试'],
    [400, 'SOMETHING_NEW', '没有办成，请刷新页面再试'],
  ])(
    'an act refused with %s %s is told in Chinese, never in the words of the server',
    async (status, code, words) => {
      const id = showState(dashboard, 'nobody-answers', status);
      dashboard.dispatch.refuseNext(status, { code, message: 'words of the server' });
      await desk.getByTestId(`acknowledge-${id}`).click();
      const told = desk.getByTestId(`incident-${id}`).getByRole('alert');
      await told.getByText(words).waitFor();
      expect(await told.textContent()).not.toContain('server');
    },
  );

  test('a session ended elsewhere says on desk and phone to sign in again', async () => {
    const responder = await openPhoneOf(dashboard, browser, 'responder');
    givenBack(responder.context());
    await dashboard.db.deleteFrom('session').execute();
    for (const page of [desk, responder]) {
      await page.getByRole('alert').getByText('登录已失效，请重新登录').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    }
  });
});

test('a dead letter that finds the disk full is not told as a server that cannot be reached', async () => {
  dashboard.ingest.deadLetters.c1 = [deadLetterOf(60)];
  const { context, page } = await openConsole(browser, { url: `${dashboard.url}/console/`, ...manager });
  givenBack(context);
  await page.getByTestId('open-dead-letters').click();
  await page.getByTestId('dead-letter-60').click();
  dashboard.ingest.answerNext(503, { code: 'INGEST_JOURNAL_FULL', message: 'the journal has no room' });
  await page.getByRole('button', { name: '重新处理', exact: true }).click();
  await page.getByRole('alert').getByText('这一条还留着，可能是磁盘满了').waitFor();
  expect(await violationsOf(page)).toEqual([]);
});
