import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { deviceScenarios } from '#simulators/scenarios/device-scenarios.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { launchChromium, openConsole } from './chromium.ts';

let underTest: PlatformUnderTest;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Tells which incident a scenario led to, so that the page can be asked for that one. */
let client: PageClient;

beforeAll(async () => {
  underTest = await startPlatformUnderTest();
  client = await underTest.openPage();
  browser = await launchChromium();
  const { login = '', password = '' } = underTest.secrets.demo ?? {};
  ({ context, page } = await openConsole(browser, { url: underTest.platform.url, login, password }));
}, 90_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  client?.close();
  await underTest?.stop();
}, 60_000);

const soundIs = (state: 'silent' | 'sounding') => page.locator(`html[data-sound="${state}"]`).waitFor();
const cardOf = ({ id }: Incident) => page.getByTestId(`incident-${id}`);

async function play(name: keyof typeof deviceScenarios): Promise<Incident> {
  const scenario = deviceScenarios[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  const device = scenario.send(underTest.platform.devices, () => undefined);
  const incident = await client.waitForIncident(scenario.fits, AbortSignal.timeout(20_000));
  await device.close();
  return incident;
}

test.each(['sos', 'fire', 'forced-gate'] as const)(
  '%s: the guard sees the incident, hears it, acknowledges it, and it is quiet again',
  async (name) => {
    await soundIs('silent');
    const incident = await play(name);
    await cardOf(incident).waitFor();
    await soundIs('sounding');
    expect(await page.locator('html').getAttribute('data-audio-state')).toBe('running');
    expect(await cardOf(incident).textContent()).toContain(incident.place.label);

    await page.getByTestId(`acknowledge-${incident.id}`).click();
    await page.locator(`[data-testid="incident-${incident.id}"][data-state="acknowledged"]`).waitFor();
    await soundIs('silent');
  },
);

test('the keyboard alone acknowledges the worst incident', async () => {
  const [acknowledged] = client.incidents.values();
  if (!acknowledged) throw new Error('the scenarios before left no incident');
  await client.rest('POST', '/api/incidents', {
    kind: 'medical',
    place: { label: '中心花园' },
    request: crypto.randomUUID(),
  });
  const incident = await client.waitForIncident(
    ({ kind }) => kind === 'medical',
    AbortSignal.timeout(10_000),
  );
  await cardOf(incident).waitFor();
  await soundIs('sounding');
  await cardOf(incident).focus();
  await page.keyboard.press('a');
  await page.locator(`[data-testid="incident-${incident.id}"][data-state="acknowledged"]`).waitFor();
  await soundIs('silent');
});

test('a page that lost its connection says so, and catches up by itself', async () => {
  await context.setOffline(true);
  const dashboard = underTest.platform.processes.dashboard;
  const back = dashboard?.nextReady();
  dashboard?.kill('SIGKILL');
  await page.getByText('连接中断').first().waitFor();
  await back;
  await context.setOffline(false);
  await page.getByText('连接中断').first().waitFor({ state: 'detached' });
  const again = await underTest.openPage();
  await again.rest('POST', '/api/incidents', {
    kind: 'disturbance',
    place: { label: '南门' },
    request: crypto.randomUUID(),
  });
  await page.getByText('南门').first().waitFor();
  again.close();
});

test.each(['zh-CN', 'en'])('axe finds nothing to object to, in %s', async (language) => {
  if (language === 'en') await page.getByRole('button', { name: 'English' }).click();
  await page.locator(`html[lang="${language}"]`).waitFor();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
});

test.each(['responder', 'family'])(
  '%s: who signs in here is led to the page made for them',
  async (login) => {
    const own = await browser.newContext({ locale: 'zh-CN' });
    const other = await own.newPage();
    await other.goto(`${underTest.platform.url}/console/`);
    await other.getByLabel('账号').fill(login);
    await other.getByLabel('密码').fill(underTest.secrets.demo?.password ?? '');
    await other.getByRole('button', { name: '登录', exact: true }).click();
    await other.waitForURL(`**/${login}/`);
    await own.close();
  },
);
