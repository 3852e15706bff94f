import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import type { IncidentDetail } from '#contracts/rest.ts';
import { actingHeader, type WallList } from '#contracts/wall.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { violationsOf } from './axe.ts';
import { giveBackContext, openConsole, screens, switchTo, takeContext } from './chromium.ts';
import { type CommunityUnderTest, startCommunityUnderTest } from './community-under-test.ts';
import { play } from './incidents.ts';
import { connectChromium } from './shared.ts';

const pin = '739154';
const wrongPin = '739155';
const manager = '物业经理';

let community: CommunityUnderTest;
let client: PageClient;
/** The manager at a PC, and the wall in the duty room. */
let desk: Page;
let wall: Page;
let sos: Incident;

beforeAll(async () => {
  community = await startCommunityUnderTest('wall');
  const { url } = community;
  client = await community.openPage('manager');
  const browser = await connectChromium();
  ({ page: desk } = await openConsole(browser, { url, ...community.accountOf('manager') }));
  wall = await (await takeContext(browser, { timezoneId: 'Asia/Shanghai' })).newPage();
  await wall.setViewportSize(screens.wall);
  await wall.goto(url);
});
afterAll(async () => {
  for (const page of [desk, wall]) if (page) await giveBackContext(page.context());
  client?.close();
  await community?.stop();
});

const soundIs = (state: 'silent' | 'sounding') => wall.locator(`html[data-sound="${state}"]`).waitFor();
const cardIs = (incident: Incident, state: Incident['state']) =>
  wall.locator(`[data-testid="incident-${incident.id}"][data-state="${state}"]`).waitFor();

async function inBothLanguages(page: Page): Promise<string[]> {
  const chinese = await violationsOf(page);
  await switchTo(page, 'en');
  const english = await violationsOf(page);
  await switchTo(page, 'zh-CN');
  return [...chinese, ...english];
}

test('the manager sets a PIN, which must be typed alike and not be easy to guess', async () => {
  await desk.getByTestId('open-pin').click();
  await desk.getByText('你还没有墙上操作密码').waitFor();
  await desk.getByLabel('新操作密码').fill(pin);
  await desk.getByLabel('再输一遍').fill(wrongPin);
  await desk.getByLabel('登录密码').fill(community.accountOf('manager').password);
  await desk.getByRole('button', { name: '保存' }).click();
  await desk.getByText('两遍输入的操作密码不一样').waitFor();
  expect(await violationsOf(desk)).toEqual([]);
  for (const field of ['新操作密码', '再输一遍']) await desk.getByLabel(field).fill('111111');
  await desk.getByRole('button', { name: '保存' }).click();
  await desk.getByText('太容易猜到').waitFor();
  for (const field of ['新操作密码', '再输一遍']) await desk.getByLabel(field).fill(pin);
  await desk.getByRole('button', { name: '保存' }).click();
  await desk.getByText('墙上操作密码已保存').waitFor();
  await desk.getByRole('dialog').getByRole('button', { name: '关闭' }).click();
});

test('a screen becomes a wall by the code the manager made, tries its sound and is heard', async () => {
  await desk.getByTestId('open-walls').click();
  await desk.getByLabel('名称').fill('监控室 <b>大屏</b>');
  await desk.getByRole('button', { name: '生成登记码' }).click();
  const code = (await desk.getByTestId('wall-code').getAttribute('data-code')) ?? '';
  expect(await violationsOf(desk)).toEqual([]);

  await wall.getByRole('button', { name: '这是一面值守墙' }).click();
  await wall.getByLabel('登记码').fill(code === '00000000' ? '00000001' : '00000000');
  await wall.keyboard.press('Enter');
  await wall.getByText('登记码不对').waitFor();
  expect(await inBothLanguages(wall)).toEqual([]);
  await wall.getByLabel('登记码').fill(`${code.slice(0, 4)} ${code.slice(4)}`);
  await wall.keyboard.press('Enter');

  await wall.locator('html[data-try-out="sounding"]').waitFor();
  await wall.getByText('监控室 <b>大屏</b>').waitFor();
  await wall.locator('html[data-wall-sound="on"]').waitFor();
  await wall.locator('html:not([data-try-out])').waitFor({ timeout: 10_000 });
  expect(await inBothLanguages(wall)).toEqual([]);
  await wall.getByRole('button', { name: '听到了', exact: true }).click();
  await wall.getByTestId('shift-question').waitFor({ state: 'detached' });
  await desk.locator('.walls__one[data-sound="on"]').getByText('监控室 <b>大屏</b>').waitFor();
});

test('an SOS sounds at the wall; acknowledging asks who acts, and cancelling does nothing', async () => {
  sos = await play(community, client, 'sos');
  await cardIs(sos, 'new');
  await soundIs('sounding');

  await wall.getByTestId(`acknowledge-${sos.id}`).click();
  await wall.getByRole('dialog', { name: '谁在操作？' }).waitFor();
  await wall.getByTestId('acting-manager').waitFor();
  expect(await wall.getByTestId(/^acting-/).allTextContents()).toEqual([manager]);
  expect(await violationsOf(wall)).toEqual([]);
  await wall.getByRole('button', { name: '取消操作' }).click();
  await wall.getByRole('dialog').waitFor({ state: 'detached' });
  expect(client.incidents.get(sos.id)?.state).toBe('new');
  await soundIs('sounding');
});

test('by keyboard alone: a wrong PIN is refused, the right one acknowledges as that person', async () => {
  await wall.getByTestId(`incident-${sos.id}`).focus();
  await wall.keyboard.press('a');
  await wall.getByTestId('acting-manager').waitFor();
  await wall.locator('[data-testid="acting-manager"]:focus').waitFor();
  await wall.keyboard.press('Enter');
  await wall.locator('.pin-pad:focus').waitFor();
  await wall.keyboard.type(wrongPin.slice(0, 3));
  expect((await wall.getByTestId('pin-dots').textContent())?.match(/●/g)).toHaveLength(3);
  expect(await wall.getByTestId('acting').textContent()).not.toContain(wrongPin.slice(0, 3));
  expect(await violationsOf(wall)).toEqual([]);
  await wall.keyboard.type(wrongPin.slice(3));
  await wall.getByText('操作密码不对').waitFor();
  expect(client.incidents.get(sos.id)?.state).toBe('new');

  await wall.locator('.pin-pad:focus').waitFor();
  await wall.keyboard.type(pin);
  await wall.getByRole('dialog').waitFor({ state: 'detached' });
  await cardIs(sos, 'acknowledged');
  await soundIs('silent');
  const { incident, timeline } = await client.rest<IncidentDetail>('GET', `/api/incidents/${sos.id}`);
  expect(incident.acknowledgedBy).toBe(manager);
  expect(timeline.find(({ type }) => type === 'acknowledged')?.actor).toBe(manager);
});

test('every act asks anew, and the pad takes a finger as well as a key', async () => {
  await wall.getByTestId(`show-${sos.id}`).click();
  await wall.getByLabel('写一句记录').fill('已电话回访');
  await wall.getByRole('button', { name: '添加记录' }).click();
  await wall.getByTestId('acting-manager').click();
  for (const digit of pin) await wall.getByRole('button', { name: digit, exact: true }).click();
  await wall.getByTestId('timeline-note').getByText('已电话回访').waitFor();
  expect(await wall.getByTestId('timeline-note').textContent()).toContain(manager);
  expect(await wall.getByTestId('arrival-info').count()).toBe(0);
  expect(await violationsOf(wall)).toEqual([]);
  await wall.getByRole('button', { name: '关闭' }).click();
});

test('a PIN that no longer counts when the act comes is asked for again, and nothing of the act is lost', async () => {
  // To the server a token of yesterday is one it does not know.
  await wall.route('**/notes', async (route) => {
    await route.continue({ headers: { ...route.request().headers(), [actingHeader]: 'of yesterday' } });
  });
  const note = '对讲无人应答';
  await wall.getByTestId(`show-${sos.id}`).click();
  await wall.getByLabel('写一句记录').fill(note);
  await wall.getByRole('button', { name: '添加记录' }).click();
  await wall.getByTestId('acting-manager').click();
  await wall.keyboard.type(pin);
  await wall.getByText('操作密码已失效，请再输一次').waitFor();
  expect(await violationsOf(wall)).toEqual([]);
  await wall.getByRole('button', { name: '取消操作' }).click();
  await wall.getByText('没有办成：操作密码已失效').waitFor();
  expect(await wall.getByLabel('写一句记录').inputValue()).toBe(note);

  await wall.getByRole('button', { name: '添加记录' }).click();
  await wall.getByTestId('acting-manager').click();
  await wall.keyboard.type(pin);
  await wall.getByText('操作密码已失效，请再输一次').waitFor();
  await wall.unroute('**/notes');
  await wall.locator('.pin-pad:focus').waitFor();
  await wall.keyboard.type(pin);
  await wall.getByTestId('timeline-note').getByText(note).waitFor();
  expect(await wall.getByLabel('写一句记录').inputValue()).toBe('');
  await wall.getByRole('button', { name: '关闭' }).click();
});

test('a hostile place and note are shown as they were written, inside their bounds', async () => {
  const label = `<img src=x onerror="document.title='taken'">\u202e👵🏽${'栋'.repeat(60)}`;
  const request = () => crypto.randomUUID();
  await client.rest('POST', '/api/incidents', { kind: 'medical', place: { label }, request: request() });
  const hostile = await client.waitForIncident(({ kind }) => kind === 'medical', AbortSignal.timeout(10_000));
  const note = `<script>document.title='taken'</script>\u202e${'长'.repeat(450)}`;
  await client.rest('POST', `/api/incidents/${hostile.id}/notes`, { text: note, request: request() });
  await cardIs(hostile, 'new');
  expect(await wall.getByTestId(`incident-${hostile.id}`).getByRole('heading').textContent()).toBe(label);
  await wall.setViewportSize(screens.phone);
  await wall.getByTestId(`show-${hostile.id}`).click();
  await wall.getByTestId('timeline-note').waitFor();
  expect(await wall.getByTestId('timeline-note').textContent()).toContain(note);
  const tooWide = await wall.evaluate<string[]>(
    `['.detail', '.incident', 'html'].filter((selector) => {
      const element = document.querySelector(selector);
      return element.scrollWidth > element.clientWidth;
    })`,
  );
  expect(tooWide).toEqual([]);
  expect(await wall.title()).not.toBe('taken');
  await wall.getByRole('button', { name: '关闭' }).click();
  await wall.setViewportSize(screens.wall);
});

test('in English axe finds nothing either, and cancelling leaves all as it is', async () => {
  await switchTo(wall, 'en');
  await wall.getByRole('button', { name: 'Take down' }).click();
  await wall.getByText('Take this wall down?').waitFor();
  const found = await violationsOf(wall);
  await wall.getByRole('button', { name: 'Keep watching' }).click();
  await wall
    .getByTestId(/^acknowledge-/)
    .first()
    .click();
  await wall.getByTestId('acting-manager').waitFor();
  found.push(...(await violationsOf(wall)));
  await wall.getByTestId('acting-manager').click();
  await wall.getByText('Enter your PIN of 6 digits').waitFor();
  found.push(...(await violationsOf(wall)));
  await wall.keyboard.press('Escape');
  await wall.getByRole('dialog').waitFor({ state: 'detached' });
  await switchTo(wall, 'zh-CN');

  await desk.getByRole('button', { name: '关闭' }).click();
  await switchTo(desk, 'en');
  await desk.getByTestId('open-pin').click();
  await desk.getByText('You have a PIN; here you can change it.').waitFor();
  found.push(...(await violationsOf(desk)));
  await desk.getByRole('button', { name: 'Cancel' }).click();
  await switchTo(desk, 'zh-CN');
  await desk.getByTestId('open-walls').click();
  expect(found).toEqual([]);
});

test('a wall whose manager revokes it says so and asks for a code', async () => {
  await desk.getByRole('button', { name: /^撤销值守墙/ }).click();
  expect(await violationsOf(desk)).toEqual([]);
  await desk.getByRole('button', { name: /^确认撤销/ }).click();
  await wall.getByText('这面值守墙已被撤下').waitFor();
  await wall.getByLabel('登记码').waitFor();
  expect(await inBothLanguages(wall)).toEqual([]);
  expect((await client.rest<WallList>('GET', '/api/walls')).walls).toEqual([]);
});
