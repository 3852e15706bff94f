import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zigbeeDevices } from '#simulators/community.ts';
import { connectZigbeeBridge, type ZigbeeBridge } from '#simulators/devices/zigbee-bridge.ts';
import { violationsOf } from './axe.ts';
import { untilLive } from './chromium.ts';
import { type PageUnderTest, startPageUnderTest } from './page-under-test.ts';

let opened: PageUnderTest;
let page: Page;
let bridge: ZigbeeBridge;

beforeAll(async () => {
  opened = await startPageUnderTest('console', 'lock-and-siren');
  ({ page } = opened);
  const { community } = opened;
  bridge = connectZigbeeBridge({ host: '127.0.0.1', ...community.devices.zigbee, devices: zigbeeDevices });
  await bridge.report('lock-1', { state: 'UNLOCK', lock_state: 'unlocked' });
  await bridge.report('siren-1', { battery: 80 });
  await untilLive(page, community.gateway);
});
afterAll(async () => {
  await bridge?.close();
  await opened?.stop();
}, 60_000);

const lineOf = (device: string) => page.getByTestId(`device-${device}`).getByTestId('command');

test('a lock is locked from the list of devices, with who asked and why', async () => {
  await page.getByLabel('类别').selectOption('lock');
  await page.locator('[data-testid="device-lock-1"][data-state="live"]').waitFor();
  await page.getByTestId('lock-lock-1').click();
  await page.getByRole('dialog').getByLabel('原因').selectOption('night');
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: '立即锁门' }).click();
  await lineOf('lock-1').getByText('已锁门').waitFor();
  expect(await lineOf('lock-1').textContent()).toContain('监控室值班员 · 夜间锁门');
});

test('a siren that says nothing is sounded and stopped by keyboard, and never called done', async () => {
  await page.getByLabel('类别').selectOption('siren');
  await page.locator('[data-testid="device-siren-1"][data-state="live"]').waitFor();
  for (const [button, now, asked] of [
    ['start-siren-1', '立即拉响', '拉响警号'],
    ['stop-siren-1', '立即关停', '关停警号'],
  ] as const) {
    await page.getByTestId(button).press('Enter');
    await page.getByRole('button', { name: now }).press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await lineOf('siren-1').getByText(`${asked}：结果不明，请到现场查看（设备没有回答）`).waitFor();
  }
  expect(await violationsOf(page)).toEqual([]);
});
