import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startTestDashboard, type TestDashboard } from '#dashboard/testing/test-dashboard.ts';
import { incidentId } from '#dashboard/testing/test-dispatch.ts';
import { violationsOf } from './axe.ts';
import { giveBackContext, switchTo } from './chromium.ts';
import {
  type IncidentStateName,
  incidentStates,
  showState,
  takeIncident,
  threeInTheNight,
} from './incident-states.ts';
import { expectReadable } from './readable.ts';
import { connectChromium } from './shared.ts';
import { builtPages, openAnew, openDesk, openPhoneOf, openWall } from './state-pages.ts';

let browser: Browser;
let dashboard: TestDashboard;
let desk: Page;
let family: Page;
let responder: Page;
/** So far; each is another incident. */
let shown = 6;

beforeAll(async () => {
  browser = await connectChromium();
  dashboard = await startTestDashboard({ webDir: builtPages });
  dashboard.clock.now = threeInTheNight;
  desk = await openDesk(dashboard, browser);
  family = await openPhoneOf(dashboard, browser, 'family');
  responder = await openPhoneOf(dashboard, browser, 'responder');
});
afterAll(async () => {
  for (const page of [desk, family, responder]) if (page) await giveBackContext(page.context());
  await dashboard?.close();
});

const stateNames = Object.keys(incidentStates) as IncidentStateName[];
const isOver = (name: IncidentStateName) => name === 'closed-while-in-alarm';
const narrowPhone = { width: 360, height: 740 };

/** Shows one incident of a state and nothing else, on these pages opened anew. */
function show(name: IncidentStateName, pages: readonly Page[]): Promise<string> {
  shown += 1;
  return openAnew(pages, () => {
    dashboard.incidents.clear();
    return showState(dashboard, name, shown);
  });
}
function closed(page: Page): Page {
  onTestFinished(() => giveBackContext(page.context()));
  return page;
}
const cardOf = (page: Page, id: string) => page.getByTestId(`incident-${id}`);
async function boxOf(page: Page, testId: string) {
  const box = await page.getByTestId(testId).boundingBox();
  if (!box) throw new Error(`${testId} is not drawn`);
  return box;
}

/** The buttons of a card stand beside its place, in sight of a PC's screen. */
async function expectButtonsInSight(desk: Page, id: string): Promise<void> {
  const place = await cardOf(desk, id).getByRole('heading').boundingBox();
  const button = await boxOf(desk, `show-${id}`);
  expect(place?.height).toBeLessThan(80);
  expect(button.y).toBeGreaterThanOrEqual((place?.y ?? 0) - button.height);
  expect(button.y + button.height).toBeLessThan(768);
}

test.each(stateNames)(
  'an incident in state %s is readable at the desk and on both phones, its buttons in sight',
  async (name) => {
    const id = await show(name, [desk, family, ...(isOver(name) ? [] : [responder])]);
    if (isOver(name)) await desk.getByRole('button', { name: '24 小时内已结束' }).click();
    await cardOf(desk, id).waitFor();
    if (!isOver(name)) await expectButtonsInSight(desk, id);
    expect(await violationsOf(desk)).toEqual([]);
    await switchTo(desk, 'en');
    if (!isOver(name)) await expectButtonsInSight(desk, id);
    await desk.getByTestId(`show-${id}`).click();
    await desk.getByTestId('timeline-opened').waitFor();
    expect(await violationsOf(desk)).toEqual([]);

    await family.setViewportSize(narrowPhone);
    await cardOf(family, id).waitFor();
    await family.getByRole('button', { name: '大字' }).tap();
    await expectReadable(family, { textPx: 18, targetPx: 60 });
    if (isOver(name)) return;
    await responder.setViewportSize(narrowPhone);
    takeIncident(dashboard, id);
    await responder.locator(`[data-testid="task-${id}"][data-status="accepted"]`).waitFor();
    await expectReadable(responder, { textPx: 18, targetPx: 60 });
  },
);

test('a wall shows all that is to be said of an incident, in both languages', async () => {
  const id = await show('everything-at-once', []);
  const wall = closed(await openWall(dashboard, browser));
  for (const language of ['zh-CN', 'en'] as const) {
    if (language === 'en') await switchTo(wall, language);
    await cardOf(wall, id).waitFor();
    expect(await violationsOf(wall)).toEqual([]);
  }
});

test('a late alarm says on every page when it was, with its day, by the community’s time', async () => {
  const id = await show('late-and-linked', [responder, family]);
  const elsewhere = closed(await openDesk(dashboard, browser, 'America/Los_Angeles'));
  for (const page of [elsewhere, responder]) {
    expect(await page.getByTestId(`first-lines-${id}`).textContent()).toContain(
      '迟到的报警，9月21日 23:45 发生，请核实',
    );
  }
  await cardOf(family, id).getByText('这是 9月21日 23:45 的报警，刚刚才收到').waitFor();
  expect(await responder.getByTestId(`task-${id}`).textContent()).toContain('1 分钟前收到');
  expect(await elsewhere.locator('.top-bar__clock').textContent()).toMatch(/^03:1/);
});

test('the closed incident that a late alarm belongs to opens from the card by its number', async () => {
  const id = await show('late-and-linked', [desk]);
  dashboard.incidents.change({ id: incidentId(90), number: '20260921-090', state: 'resolved' }, 'resolved');
  await cardOf(desk, id).getByRole('link', { name: '20260921-090' }).click();
  await desk
    .getByTestId(`detail-${incidentId(90)}`)
    .getByText('编号 20260921-090')
    .waitFor();
});

test('nobody answers stands above what is to be verified, on the card and on the phone', async () => {
  const id = await show('everything-at-once', [desk, responder]);
  for (const page of [desk, responder]) {
    const first = page.getByTestId(`first-lines-${id}`);
    await first.waitFor();
    const lines = await first.locator('p').allTextContents();
    expect(lines).toEqual([
      '无人应答 9月21日 23:50 起已通知所有人，要马上有人去',
      '迟到的报警，9月21日 23:10 发生，请核实',
      '由另一网关上报，请核实',
      '打电话或到现场看',
    ]);
  }
});

test('a card that nobody goes to says so, until somebody does', async () => {
  const id = await show('still-in-alarm', [desk]);
  await cardOf(desk, id).getByText('还没有人去').waitFor();
  takeIncident(dashboard, id);
  await cardOf(desk, id).getByText('微型消防站 已接受').waitFor();
  expect(await cardOf(desk, id).getByText('还没有人去').count()).toBe(0);
});

test('an alarm opened for handling gives its evidence, not its title again', async () => {
  const id = await show('panel-reset', [desk]);
  await desk.getByTestId(`show-${id}`).click();
  await desk.locator('.detail__evidence', { hasText: '1.1.3.17 三层走廊' }).waitFor();
});

test('a relative does not read that an alarm is handled before anybody has seen it', async () => {
  const id = await show('nobody-answers', [family]);
  await cardOf(family, id).getByText('已通知值班室：SOS 求救').waitFor();
  expect(await cardOf(family, id).getByText('正在处理').count()).toBe(0);
});

test('a wall on a PC whose clock is ahead takes the answer that its sound was heard', async () => {
  const behind = await startTestDashboard({ webDir: builtPages });
  onTestFinished(() => behind.close());
  behind.clock.now = Date.now() - 400 * 86_400_000;
  closed(await openWall(behind, browser));
});
