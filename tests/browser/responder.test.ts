import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { giveBackContext, openPhone, switchTo, tap } from './chromium.ts';
import { actOn, play } from './incidents.ts';
import { type PageUnderTest, startPageUnderTest } from './page-under-test.ts';
import { expectReadable } from './readable.ts';

let opened: PageUnderTest;
let page: Page;
/** The guard at the desk. */
let desk: PageClient;

beforeAll(async () => {
  opened = await startPageUnderTest('responder', 'responder');
  ({ page, desk } = opened);
});
afterAll(() => opened?.stop(), 60_000);

const soundIs = (state: 'silent' | 'sounding') => page.locator(`html[data-sound="${state}"]`).waitFor();
const hasStatus = ({ id }: { id: string }, status: string) =>
  page.locator(`[data-testid="task-${id}"][data-status="${status}"]`).waitFor();
const press = (name: string) => tap(page, name);
const isReadable = () => expectReadable(page, { textPx: 18, targetPx: 60 });
const openByHand = async (change: object): Promise<Incident> => {
  const { incident } = await desk.rest<ActionDone>('POST', '/api/incidents', {
    kind: 'medical',
    place: { label: '中心花园' },
    request: crypto.randomUUID(),
    ...change,
  });
  return desk.waitForIncident(({ id }) => id === incident, AbortSignal.timeout(10_000));
};
const resolve = async (incident: Incident, outcome: string) => {
  const { attention } = desk.incidents.get(incident.id) ?? incident;
  await actOn(desk, incident, 'acknowledge', { attention });
  await actOn(desk, incident, 'resolve', { outcome });
};

test('with nothing to do the page is calm, in both languages', async () => {
  await page.getByTestId('no-task').waitFor();
  await page.getByText('我是 微型消防站 1 号').waitFor();
  await soundIs('silent');
  await isReadable();
  await switchTo(page, 'en');
  await page.getByText('No task').waitFor();
  await isReadable();
  await switchTo(page, 'zh-CN');
});

test('an SOS fills the screen and rings; going, arriving and reporting are single presses; the desk closes it', async () => {
  const incident = await play(opened.community, desk, 'sos');
  await hasStatus(incident, 'notified');
  await soundIs('sounding');
  expect(await page.getByTestId(`task-${incident.id}`).textContent()).toContain(incident.place.label);
  expect(await page.getByTestId('arrival-info').count()).toBe(0);
  await isReadable();

  await press('我去');
  await hasStatus(incident, 'accepted');
  await soundIs('silent');
  await page.getByTestId('arrival-info').getByText('听力不好').waitFor();
  await press('我出发了');
  await hasStatus(incident, 'en-route');
  await press('我到了');
  await hasStatus(incident, 'on-scene');
  await press('人安全');
  await page.getByTestId('timeline-note').getByText('人安全').waitFor();
  expect(await page.locator('a[href="tel:120"]').count()).toBe(1);
  await isReadable();
  await switchTo(page, 'en');
  await page.getByText('You are on the scene').waitFor();
  await isReadable();
  await switchTo(page, 'zh-CN');

  await actOn(desk, incident, 'resolve', { outcome: 'real' });
  await page.getByTestId(`removed-${incident.id}`).getByText('警情已结束').waitFor();
  await press('知道了');
  await page.getByTestId('no-task').waitFor();
});

test('somebody sent may decline; sent again, they are asked again', async () => {
  const incident = await openByHand({ level: 'yellow' });
  await actOn(desk, incident, 'assignments', { person: 'station-1' });
  await hasStatus(incident, 'assigned');
  await soundIs('sounding');
  await press('去不了');
  await page.getByTestId(`task-${incident.id}`).waitFor({ state: 'detached' });
  await page.getByTestId('no-task').waitFor();
  await soundIs('silent');

  await actOn(desk, incident, 'assignments', { person: 'station-1' });
  await hasStatus(incident, 'assigned');
  await soundIs('sounding');
  await resolve(incident, 'test');
  await page.getByTestId(`removed-${incident.id}`).waitFor();
  await soundIs('silent');
  await press('知道了');
});

test('the desk calls somebody off, and the page says so', async () => {
  const incident = await openByHand({ level: 'yellow' });
  const { assignment } = await actOn(desk, incident, 'assignments', { person: 'station-1' });
  await hasStatus(incident, 'assigned');
  await press('我去');
  await hasStatus(incident, 'accepted');
  await actOn(desk, incident, `assignments/${assignment}`, { to: 'released' });
  await page.getByTestId(`removed-${incident.id}`).getByText('撤回').waitFor();
  await press('知道了');
  await resolve(incident, 'test');
});

test('of several the worst is shown, what rings anew takes the screen, what was taken on keeps it, and a hostile place is only text', async () => {
  const label = `<script>document.title='x'</script>\u202e🚪${'长'.repeat(60)}`;
  const orange = await openByHand({ level: 'orange', place: { label } });
  await actOn(desk, orange, 'assignments', { person: 'station-1' });
  await hasStatus(orange, 'assigned');
  expect(await page.getByTestId(`task-${orange.id}`).textContent()).toContain('<script>');
  expect(await page.title()).not.toBe('x');
  await isReadable();

  const red = await openByHand({ kind: 'fire', level: 'red' });
  await actOn(desk, red, 'assignments', { person: 'station-1' });
  await hasStatus(red, 'assigned');
  await page.getByText('还有 1 起').waitFor();
  await page.getByTestId(`other-${orange.id}`).tap();
  await hasStatus(orange, 'assigned');
  await soundIs('sounding');
  await isReadable();
  await press('我去');
  await hasStatus(orange, 'accepted');
  // The other still rings, but not anew: the steps of what was taken on stay on the screen.
  await soundIs('sounding');
  await page.getByRole('button', { name: '我出发了' }).waitFor();
  await resolve(red, 'test');
  await resolve(orange, 'test');
  await page.getByTestId('no-task').waitFor();
});

test('the keyboard alone answers', async () => {
  const incident = await openByHand({ level: 'orange' });
  await actOn(desk, incident, 'assignments', { person: 'station-1' });
  await hasStatus(incident, 'assigned');
  const focused = () => page.evaluate('document.activeElement?.dataset.testid');
  for (let stops = 0; stops < 30 && (await focused()) !== 'action-go'; stops += 1) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await hasStatus(incident, 'accepted');
  await resolve(incident, 'test');
  await page.getByTestId('no-task').waitFor();
});

test('a page that lost its connection says so in red, and catches up by itself', async () => {
  await opened.context.setOffline(true);
  const back = opened.community.restartDashboard();
  await page.getByTestId('lost-bar').waitFor();
  await back;
  await opened.context.setOffline(false);
  await page.getByTestId('lost-bar').waitFor({ state: 'detached' });
});

test('a relative who opens this page is shown the way to their own', async () => {
  const other = await openPhone(opened.browser, {
    url: `${opened.community.url}/responder/`,
    ...opened.community.accountOf('family'),
  });
  await other.page.getByRole('link', { name: '打开我的页面' }).tap();
  await other.page.waitForURL('**/family/');
  await giveBackContext(other.context);
});

test('who signs out while it rings leaves a silent page; a wrong password is told, the right one rings again', async () => {
  const incident = await openByHand({ level: 'orange' });
  await actOn(desk, incident, 'assignments', { person: 'station-1' });
  await hasStatus(incident, 'assigned');
  await soundIs('sounding');
  await press('退出登录');
  await page.getByLabel('账号').waitFor();
  await soundIs('silent');

  await press('登录');
  await page.getByText('请填写账号和密码').waitFor();
  const account = opened.community.accountOf('responder');
  await page.getByLabel('账号').fill(account.login);
  await page.getByLabel('密码').fill('not-the-password');
  await press('登录');
  await page.getByText('账号或密码不对').waitFor();
  await isReadable();
  await page.getByLabel('密码').fill(account.password);
  await press('登录');
  await hasStatus(incident, 'assigned');
  await soundIs('sounding');
});
