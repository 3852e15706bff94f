import { text } from 'node:stream/consumers';
import mqtt from 'mqtt';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeadLetterList } from '#contracts/dead-letters.ts';
import type { DeviceList, IncidentDetail } from '#contracts/rest.ts';
import { buildTopic } from '#contracts/topics.ts';
import { gatewayUsername } from '#registry/credentials.ts';
import { spareGateway } from '#simulators/community.ts';
import { connectWatch, type Watch } from '#simulators/devices/watch.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { violationsOf } from './axe.ts';
import { giveBackContext, openConsole, switchTo } from './chromium.ts';
import { type CommunityUnderTest, startCommunityUnderTest } from './community-under-test.ts';
import { connectChromium } from './shared.ts';

const watchId = '6999999999';
const address = `watch-3g:${watchId}`;
const hostile = `<img src=x onerror="document.title='stolen'"> \u202egnp.exe\u0000 ${'长'.repeat(9000)}`;

let community: CommunityUnderTest;
let client: PageClient;
let context: BrowserContext;
let desk: Page;
let watch: Watch | undefined;

beforeAll(async () => {
  community = await startCommunityUnderTest('dead-letters');
  const { url } = community;
  client = await community.openPage('manager');
  const account = community.accountOf('manager');
  ({ context, page: desk } = await openConsole(await connectChromium(), { url, ...account }));
});
afterAll(async () => {
  await watch?.close();
  if (context) await giveBackContext(context);
  client?.close();
  await community?.stop();
});

async function publish(payload: string): Promise<void> {
  const username = gatewayUsername(community.id, spareGateway);
  const gateway = await mqtt.connectAsync(community.brokerUrl, {
    username,
    password: community.gatewaySecrets[username],
    clientId: `${spareGateway}-test`,
    reconnectPeriod: 0,
  });
  const topic = buildTopic({ name: 'telemetry', community: community.id, gateway: spareGateway });
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
  await desk.getByTestId(`dead-letters-of-${spareGateway}`).getByText('不是 JSON').waitFor();
  expect(await inBothLanguages()).toEqual([]);
  await desk.getByTestId(`dead-letters-of-${spareGateway}`).getByText('Not JSON').waitFor();
  expect(await violationsOf(desk)).toEqual([]);

  await desk.getByRole('button', { name: `Replay all: gateway ${spareGateway}, Not JSON` }).press('Enter');
  await desk.getByTestId('replayed-many').getByText('Still cannot be read: 1').waitFor();
  const downloading = desk.waitForEvent('download');
  await desk.getByRole('link', { name: 'Export (JSON Lines)' }).press('Enter');
  const exported = await (await downloading).createReadStream();
  const [line = ''] = (await text(exported)).split('\n');
  expect(JSON.parse(line).payload).toEqual({ encoding: 'text', data: hostile });

  const [deadLetter] = await deadLettersOf(spareGateway);
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
  expect(await deadLettersOf(spareGateway)).toEqual([]);
  await desk.locator('button:focus', { hasText: 'Back to the list' }).press('Enter');
  await desk.getByText('There are no dead letters.').waitFor();
  await desk.keyboard.press('Escape');
  await desk.getByTestId('dead-letters').waitFor({ state: 'detached' });
  await switchTo(desk, 'zh-CN');
});

test('a watch nobody registered: its SOS is registered, replayed, and stands on a timeline at its place', async () => {
  const { watch3gPort } = community.devices;
  watch = connectWatch({ id: watchId, host: '127.0.0.1', port: watch3gPort, now: Date.now });
  await watch.pressSos();
  const unreadable = await client.waitForIncident(
    ({ kind }) => kind === 'unreadable-alarm',
    AbortSignal.timeout(20_000),
  );
  expect(unreadable.lifeSafety).toBe(true);
  await openDrawer();
  await desk.getByTestId(`dead-letters-of-${community.gateway}`).getByText('设备没有登记').waitFor();
  const deadLetter = (await deadLettersOf(community.gateway)).find(({ kind }) => kind === 'sos');
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
  expect(device).toMatchObject({ class: 'watch', place: '2栋1单元301', gateway: community.gateway });

  await desk.getByRole('button', { name: /重新处理它的 \d+ 条数据/ }).press('Enter');
  await desk.getByTestId('replayed-many').getByText('已补录').waitFor();
  const incident = await client.waitForIncident(({ kind }) => kind === 'sos', AbortSignal.timeout(20_000));
  expect(incident).toMatchObject({ late: false, place: { label: '2栋1单元301' } });
  const { timeline } = await client.rest<IncidentDetail>('GET', `/api/incidents/${incident.id}`);
  expect(timeline.filter(({ type }) => type === 'alarm')).toHaveLength(1);
  expect((await deadLettersOf(community.gateway)).filter((one) => one.address === address)).toEqual([]);

  // Asked once more it is told that it was done, and nothing sounds again.
  await desk.getByRole('button', { name: '重新处理', exact: true }).press('Enter');
  await desk.getByTestId('replayed').getByText('之前已经处理过，不会重复').waitFor();
  const after = await client.rest<IncidentDetail>('GET', `/api/incidents/${incident.id}`);
  expect(after.incident.alarmCount).toBe(1);
});
