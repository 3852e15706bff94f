import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { violationsOf } from './axe.ts';
import { fillSignIn, giveBackContext, switchTo, takeContext } from './chromium.ts';
import { play } from './incidents.ts';
import { type PageUnderTest, startPageUnderTest } from './page-under-test.ts';

let opened: PageUnderTest;
let page: Page;
/** The guard at the desk. */
let desk: PageClient;

beforeAll(async () => {
  opened = await startPageUnderTest('console', 'console');
  ({ page, desk } = opened);
});
afterAll(() => opened?.stop(), 60_000);

const soundIs = (state: 'silent' | 'sounding') => page.locator(`html[data-sound="${state}"]`).waitFor();
const cardOf = ({ id }: Incident) => page.getByTestId(`incident-${id}`);

test.each(['sos', 'fire', 'forced-gate'] as const)(
  '%s: the guard sees the incident, hears it, acknowledges it, and it is quiet again',
  async (name) => {
    await soundIs('silent');
    const incident = await play(opened.community, desk, name);
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
  const [acknowledged] = desk.incidents.values();
  if (!acknowledged) throw new Error('the scenarios before left no incident');
  await desk.rest('POST', '/api/incidents', {
    kind: 'medical',
    place: { label: '中心花园' },
    request: crypto.randomUUID(),
  });
  const incident = await desk.waitForIncident(({ kind }) => kind === 'medical', AbortSignal.timeout(10_000));
  await cardOf(incident).waitFor();
  await soundIs('sounding');
  await cardOf(incident).focus();
  await page.keyboard.press('a');
  await page.locator(`[data-testid="incident-${incident.id}"][data-state="acknowledged"]`).waitFor();
  await soundIs('silent');
});

test('a page that lost its connection says so, and catches up by itself', async () => {
  await opened.context.setOffline(true);
  const back = opened.community.restartDashboard();
  await page.getByText('连接中断').first().waitFor();
  await back;
  await opened.context.setOffline(false);
  await page.getByText('连接中断').first().waitFor({ state: 'detached' });
  const again = await opened.community.openPage('demo');
  await again.rest('POST', '/api/incidents', {
    kind: 'disturbance',
    place: { label: '南门' },
    request: crypto.randomUUID(),
  });
  await page.getByText('南门').first().waitFor();
  again.close();
});

test.each(['zh-CN', 'en'] as const)('axe finds nothing to object to, in %s', async (language) => {
  if (language === 'en') await switchTo(page, language);
  expect(await violationsOf(page)).toEqual([]);
});

test.each(['responder', 'family'] as const)(
  '%s: who signs in here is led to the page made for them',
  async (login) => {
    const own = await takeContext(opened.browser, { timezoneId: 'Asia/Shanghai' });
    const other = await own.newPage();
    const url = `${opened.community.url}/console/`;
    await (await fillSignIn(other, { url, ...opened.community.accountOf(login) })).click();
    await other.waitForURL(`**/${login}/`);
    await giveBackContext(own);
  },
);
