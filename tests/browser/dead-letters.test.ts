import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeadLetterList } from '#contracts/dead-letters.ts';
import type { DeviceList, IncidentDetail } from '#contracts/rest.ts';
import { buildTopic } from '#contracts/topics.ts';
import { gatewayUsername } from '#registry/credentials.ts';
import { demoCommunity, hostedGateway } from '#simulators/community.ts';
import { connectWatch, type Watch } from '#simulators/devices/watch.ts';
import { openPageClient, type PageClient } from '#simulators/page-client.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { violationsOf } from './axe.ts';
import { launchChromium, openConsole, switchTo } from './chromium.ts';

const strangeGateway = 'gw-yard';
const watchId = '6999999999';
const address = `watch-3g:${watchId}`;
const hostile = `<img src=x onerror="document.title='stolen'"> \u202egnp.exe\u0000 ${'长'.repeat(9000)}`;

let underTest: PlatformUnderTest;
let client: PageClient;
let browser: Browser;
let context: BrowserContext;
let desk: Page;
let watch: Watch | undefined;

beforeAll(async () => {
  underTest = await startPlatformUnderTest();
  const { url } = underTest.platform;
  const { password = '' } = underTest.secrets.demo ?? {};
  client = await openPageClient({ url, login: 'manager', password });
  browser = await launchChromium();
  ({ context, page: desk } = await openConsole(browser, { url, login: 'manager', password }));
});
afterAll(async () => {
  await watch?.close();
  await context?.close();
  await browser?.close();
  client?.close();
  await underTest?.stop();
});

async function publish(payload: string): Promise<void> {
  const gateway = await mqtt.connectAsync(underTest.platform.brokerUrl, {
    username: gatewayUsername(demoCommunity, strangeGateway),
    password: await underTest.addGateway(strangeGateway),
    clientId: `${strangeGateway}-test`,
    reconnectPeriod: 0,
  });
  const topic = buildTopic({ name: 'telemetry', community: demoCommunity, gateway: strangeGateway });
  await gateway.publishAsync(topic, payload, { qos: 1 });
  await gateway.endAsync();
}
async function inBothLanguages(): Promise<string[]> {
  const chinese = await violationsOf(desk);
  await desk.keyboard.press('Escape');
  await desk.getByTestId('dead-letters').waitFor({ state: 'detached' });
  await switchTo(desk, 'en');
  await openDrawer();
  return chinese;
}
async function openDrawer(): Promise<void> {
  await desk.getByTestId('open-dead-letters').focus();
  await desk.keyboard.press('Enter');
  await desk.getByTestId('dead-letters').waitFor();
}
const deadLettersOf = async (gateway: string) =>
  (await client.rest<DeadLetterList>('GET', `/api/dead-letters?gateway=${gateway}`)).deadLetters;

test('hostile bytes are shown as what they are, exported whole, and discarded with a reason by keyboard', async () => {
  await publish(hostile);
  await openDrawer();
  await desk.getByTestId(`dead-letters-of-${strangeGateway}`).getByText('不是 JSON').waitFor();
  expect(await inBothLanguages()).toEqual([]);
  await desk.getByTestId(`dead-letters-of-${strangeGateway}`).getByText('Not JSON').waitFor();
  expect(await violationsOf(desk)).toEqual([]);

  await desk.getByRole('button', { name: `Replay all: gateway ${strangeGateway}, Not JSON` }).press('Enter');
  await desk.getByTestId('replayed-many').getByText('Still cannot be read: 1').waitFor();
  const downloading = desk.waitForEvent('download');
  await desk.getByRole('link', { name: 'Export (JSON Lines)' }).press('Enter');
  const [line = ''] = readFileSync(await (await downloading).path(), 'utf8').split('\n');
  expect(JSON.parse(line).payload).toEqual({ encoding: 'text', data: hostile });

  const [deadLetter] = await deadLettersOf(strangeGateway);
  await desk.getByTestId(`dead-letter-${deadLetter?.id}`).press('Enter');
  const shown = await desk.getByTestId('dead-letter-payload').inputValue();
  expect(shown).toMatch(/^<img src=x onerror="document\.title='stolen'"> ⟦U\+202E⟧gnp\.exe⟦U\+0000⟧ 长/);
  expect(shown.length).toBeLessThan(hostile.length);
  expect(await desk.title()).not.toContain('stolen');
  expect(await violationsOf(desk)).toEqual([]);

  await desk.getByRole('button', { name: 'Replay', exact: true }).press('Enter');
  await desk.getByTestId('replayed').getByText('Still cannot be read').waitFor();
  await desk.getByRole('button', { name: 'Discard', exact: true }).press('Enter');
  await desk.getByLabel('Why discard it').pressSequentially('a test of the installer');
  expect(await violationsOf(desk)).toEqual([]);
  await desk.keyboard.press('Enter');
  await desk.getByTestId('replayed').getByText('Discarded').waitFor();
  expect(await deadLettersOf(strangeGateway)).toEqual([]);
  await desk.locator('button:focus', { hasText: 'Back to the list' }).press('Enter');
  await desk.getByText('There are no dead letters.').waitFor();
  await desk.keyboard.press('Escape');
  await desk.getByTestId('dead-letters').waitFor({ state: 'detached' });
  await switchTo(desk, 'zh-CN');
});

test('a watch nobody registered: its SOS is registered, replayed, and stands on a timeline at its place', async () => {
  const { watch3gPort } = underTest.ports;
  watch = connectWatch({ id: watchId, host: '127.0.0.1', port: watch3gPort, now: Date.now });
  await watch.pressSos();
  const unreadable = await client.waitForIncident(
    ({ kind }) => kind === 'unreadable-alarm',
    AbortSignal.timeout(20_000),
  );
  expect(unreadable.lifeSafety).toBe(true);
  await openDrawer();
  await desk.getByTestId(`dead-letters-of-${hostedGateway}`).getByText('设备没有登记').waitFor();
  const deadLetter = (await deadLettersOf(hostedGateway)).find(({ kind }) => kind === 'sos');
  expect(deadLetter).toMatchObject({ address, reason: 'unknown-device', lane: 'alarm' });
  await desk.getByTestId(`dead-letter-${deadLetter?.id}`).press('Enter');

  await desk.getByRole('button', { name: '登记设备', exact: true }).press('Enter');
  const form = desk.getByTestId('register-device');
  expect(await form.getByLabel('设备地址').inputValue()).toBe(address);
  expect(await form.getByLabel('设备类型').inputValue()).toBe('watch');
  await form.getByLabel('名称').focus();
  await desk.keyboard.press('Enter');
  await form.getByText('请填写名称').waitFor();
  expect(await violationsOf(desk)).toEqual([]);
  await desk.keyboard.type('王阿姨的手表');
  await form.getByLabel('在哪里').focus();
  await desk.keyboard.type('2-1-301');
  await desk.getByRole('listbox').getByRole('option', { name: '2栋1单元301' }).waitFor();
  await desk.keyboard.press('Enter');
  await form.getByRole('button', { name: '登记', exact: true }).press('Enter');
  await desk.getByText('设备已登记').waitFor();
  const { devices } = await client.rest<DeviceList>('GET', '/api/devices');
  const device = devices.find(({ name }) => name === '王阿姨的手表');
  expect(device).toMatchObject({ class: 'watch', place: '2栋1单元301', gateway: hostedGateway });

  await desk.getByRole('button', { name: /重新处理它的 \d+ 条数据/ }).press('Enter');
  await desk.getByTestId('replayed-many').getByText('已补录').waitFor();
  const incident = await client.waitForIncident(({ kind }) => kind === 'sos', AbortSignal.timeout(20_000));
  expect(incident).toMatchObject({ late: false, place: { label: '2栋1单元301' } });
  const { timeline } = await client.rest<IncidentDetail>('GET', `/api/incidents/${incident.id}`);
  expect(timeline.filter(({ type }) => type === 'alarm')).toHaveLength(1);
  expect((await deadLettersOf(hostedGateway)).filter((one) => one.address === address)).toEqual([]);

  // Asked once more it is told that it was done, and nothing sounds again.
  await desk.getByRole('button', { name: '重新处理', exact: true }).press('Enter');
  await desk.getByTestId('replayed').getByText('之前已经处理过，不会重复').waitFor();
  const after = await client.rest<IncidentDetail>('GET', `/api/incidents/${incident.id}`);
  expect(after.incident.alarmCount).toBe(1);
});
