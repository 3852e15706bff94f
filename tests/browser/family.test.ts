import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ElderList } from '#contracts/elder.ts';
import type { Incident } from '#contracts/incident.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { switchTo, tap } from './chromium.ts';
import { actOn, play } from './incidents.ts';
import { type PageUnderTest, startPageUnderTest } from './page-under-test.ts';
import { expectReadable } from './readable.ts';

let opened: PageUnderTest;
let page: Page;
/** The guard at the desk. */
let desk: PageClient;
let sos: Incident;

beforeAll(async () => {
  opened = await startPageUnderTest('family', 'family');
  ({ page, desk } = opened);
});
afterAll(() => opened?.stop(), 60_000);

const press = (name: string) => tap(page, name);
const isReadable = (textPx = 18) => expectReadable(page, { textPx, targetPx: 60 });

test('the elder the relative follows is shown, and a watch never heard is said first', async () => {
  await page.getByRole('heading', { name: '妈妈' }).waitFor();
  await page.getByTestId('silence').getByText('手表还没有发来过消息').waitFor();
  await page.getByTestId('shares').getByText('由老人本人决定，随时可撤回').waitFor();
  await isReadable();
});

test('an SOS stands on the page as it goes on, and what the relative did stands on the timeline', async () => {
  sos = await play(opened.community, desk, 'sos');
  const line = page.getByTestId(`incident-${sos.id}`);
  await line.getByTestId('step-alarm').waitFor();
  await page.getByTestId('silence').waitFor({ state: 'detached' });

  await press('我打过电话了');
  await line.getByTestId('step-family-called').waitFor();
  await line.getByText('已记录，值班员看得到').waitFor();
  const detail = await desk.rest<{ timeline: { type: string }[] }>('GET', `/api/incidents/${sos.id}`);
  expect(detail.timeline.map(({ type }) => type)).toContain('family-called');
  await isReadable();
});

test('a visit is asked for after a second question, reaches the desk, and is said to stand', async () => {
  await press('请人上门看看');
  await press('先不用');
  await press('请人上门看看');
  await isReadable();
  await press('要，请派人去');
  await page.getByTestId('visit').getByText('已请求，值班员会派人').waitFor();
  expect(await page.getByRole('button', { name: '请人上门看看' }).count()).toBe(0);
  const { timeline } = await desk.rest<{ timeline: { type: string }[] }>('GET', `/api/incidents/${sos.id}`);
  expect(timeline.filter(({ type }) => type === 'visit-requested')).toHaveLength(1);
  await page.reload();
  await page.getByTestId('visit').getByText('已请求，值班员会派人').waitFor();
});

test('the page follows to the closing message with its outcome, in both languages and in large text', async () => {
  const { attention } = await desk.waitForIncident(({ id }) => id === sos.id, AbortSignal.timeout(10_000));
  await actOn(desk, sos, 'acknowledge', { attention });
  const line = page.getByTestId(`incident-${sos.id}`);
  await line.getByTestId('step-acknowledged').waitFor();
  await actOn(desk, sos, 'resolve', { outcome: 'false' });
  await line.getByText('结果：是误报').waitFor();
  expect(await line.getAttribute('data-state')).toBe('resolved');
  await page.getByRole('button', { name: '请人上门看看' }).waitFor();

  await press('大字');
  await isReadable(24);
  await switchTo(page, 'en');
  await line.getByText('Outcome: a false alarm').waitFor();
  await isReadable(24);
  await page.reload();
  await line.waitFor();
  await isReadable(24);
  await press('Small text');
  await isReadable();
  await switchTo(page, 'zh-CN');
});

test('the keyboard alone asks for a visit, and without an incident that opens one', async () => {
  await page.getByRole('button', { name: '请人上门看看' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  const asked = await desk.waitForIncident(
    ({ kind }) => kind === 'visit-request',
    AbortSignal.timeout(10_000),
  );
  await page.getByTestId(`incident-${asked.id}`).waitFor();
  await page.getByTestId('visit').getByText('已请求，值班员会派人').waitFor();
});

test('of several elders one is chosen; a hostile name is only text, and what is not shared is said to be so', async () => {
  const name = `<img src=x onerror="document.title='x'">\u202e👵${'名'.repeat(60)}`;
  await page.route('**/api/elders', async (route) => {
    const answer = await route.fetch();
    const { elders } = (await answer.json()) as ElderList;
    await route.fulfill({
      response: answer,
      json: { elders: [...elders, { id: 'r8', name, place: '1栋' }] },
    });
  });
  await page.reload();
  await page.getByRole('heading', { name: '您想看谁？' }).waitFor();
  await isReadable();
  await page.getByRole('button', { name: /<img/ }).tap();
  // The real server answers for an elder this relative does not follow.
  await page.getByText('老人没有和您分享，或已经撤回').waitFor();
  expect(await page.title()).not.toBe('x');
  await isReadable();
  await press('看别的老人');
  await page.getByRole('button', { name: /妈妈/ }).tap();
  await page.getByRole('heading', { name: '妈妈' }).waitFor();
  await page.unroute('**/api/elders');
});

test('a page that lost its connection says so, and catches up by itself', async () => {
  await opened.context.setOffline(true);
  const back = opened.community.restartDashboard();
  await page.getByTestId('lost-bar').waitFor();
  await page.getByRole('heading', { name: '妈妈' }).waitFor();
  await back;
  await opened.context.setOffline(false);
  await page.getByTestId('lost-bar').waitFor({ state: 'detached' });
});
