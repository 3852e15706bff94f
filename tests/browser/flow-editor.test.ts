import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { provisionCommunity } from '#provisioning/prepare.ts';
import { createDemoPlan, demoGateway, gateMac } from '#simulators/community.ts';
import { createGateTerminal } from '#simulators/devices/gate.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { deploy, dragOntoCanvas, edit, inPalette, openFlowEditor, wire } from '#tests/support/flow-editor.ts';
import { launchChromium, screens } from './chromium.ts';

let underTest: PlatformUnderTest;
let incidents: PageClient;
let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  underTest = await startPlatformUnderTest({ env: { EDGE_NODE_RED_ENABLED: 'true' } });
  const plan = createDemoPlan();
  const door = { id: 'flow-door-1', gateway: demoGateway, address: 'node-red:door-1', name: '门开超时' };
  plan.devices.push({ ...door, class: 'gate' });
  await provisionCommunity(underTest.dataDir, plan);
  incidents = await underTest.openPage();
  browser = await launchChromium();
  page = await browser.newPage({ viewport: screens.laptop, locale: 'zh-CN' });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.text().startsWith('Validation error')) faults.push(message.text());
  });
  const { port } = underTest.platform.ready['node-red'];
  await openFlowEditor(page, `http://127.0.0.1:${port}`, underTest.secrets.flows.password);
});
afterAll(async () => {
  await browser?.close();
  incidents?.close();
  await underTest?.stop();
});

test.each([
  ['shouwang-event-in', '事件输入'],
  ['shouwang-reading-in', '读数输入'],
  ['shouwang-publish', '发布'],
  ['shouwang-command', '操作'],
])('the palette lacked our nodes, and now has %s by its Chinese name', async (type, name) => {
  await expect.poll(() => inPalette(page, type).textContent()).toBe(name);
});

test('two of our nodes, dragged, wired, filled in and deployed, turn a badge under duress into an incident', async () => {
  const heard = await dragOntoCanvas(page, 'shouwang-event-in', { x: 120, y: 100 });
  const said = await dragOntoCanvas(page, 'shouwang-publish', { x: 400, y: 100 });
  await edit(page, heard, (form) => form.locator('#node-input-device').fill('hikvision-isapi:'));
  await edit(page, said, async (form) => {
    await form.locator('#node-input-device').fill('door-1');
    await form.locator('#node-input-kind').selectOption('water-leak');
  });
  await wire(page, heard, said);
  await deploy(page);
  expect(await page.locator('.red-ui-flow-node-error:visible').count()).toBe(0);
  expect(faults).toEqual([]);
  await page.locator(`[id="${heard}"]`).getByText('connected', { exact: true }).waitFor();

  const gate = createGateTerminal({
    url: underTest.platform.devices.gateUrl,
    mac: gateMac(0),
    doorNo: 1,
    now: Date.now,
    retryMs: 100,
  });
  await gate.duress('1042');
  await gate.close();
  await incidents.waitForIncident(({ kind }) => kind === 'water-leak', AbortSignal.timeout(30_000));
  await vi.waitFor(() => expect(faults).toEqual([]));
});

test('a device that cannot be one is marked in the form and on the node', async () => {
  const act = await dragOntoCanvas(page, 'shouwang-command', { x: 400, y: 260 });
  await edit(page, act, (form) => form.locator('#node-input-device').fill('siren'));
  await expect.poll(() => page.locator(`[id="${act}"] .red-ui-flow-node-error:visible`).count()).toBe(1);
  await edit(page, act, (form) => form.locator('#node-input-device').fill('zigbee2mqtt:00124b0000000007'));
  await expect.poll(() => page.locator(`[id="${act}"] .red-ui-flow-node-error:visible`).count()).toBe(0);
  expect(faults).toEqual([]);
});
