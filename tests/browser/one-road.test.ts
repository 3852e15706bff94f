import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gateMac } from '#simulators/community.ts';
import { createDoorControl, type DoorControl } from '#simulators/devices/door-control.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { giveBackContext, openConsole, openPhone, tap, untilLive } from './chromium.ts';
import { type CommunityUnderTest, startCommunityUnderTest } from './community-under-test.ts';
import { play } from './incidents.ts';
import { connectChromium } from './shared.ts';

/**
 * One SOS through the pages of all who have a part in it, each a browser context of its own with the account of its
 * role: the guard's console, the responder's phone, the daughter's phone.
 */
const doorSignIn = { username: 'opener', password: 'a-door-password' };
/** The terminal of the unit door that the scenario `forced-gate` breaks open. */
const forcedGate = { id: 'gate-b1u1', mac: gateMac(8) };
const folder = mkdtempSync(join(tmpdir(), 'one-road-'));

let community: CommunityUnderTest;
let terminal: DoorControl;
let guard: Page;
let responder: Page;
let family: Page;
/** Tells which incident a scenario led to, so that the pages can be asked for that one. */
let client: PageClient;

beforeAll(async () => {
  terminal = await createDoorControl({ accounts: { [doorSignIn.username]: doorSignIn.password } });
  const file = join(folder, 'terminals.json');
  writeFileSync(
    file,
    JSON.stringify({ terminals: { [forcedGate.mac]: { url: terminal.url, ...doorSignIn } } }),
  );
  community = await startCommunityUnderTest('one-road', { EDGE_HIKVISION_TERMINALS_FILE: file });
  client = await community.openPage('demo');
  const browser = await connectChromium();
  const { url, accountOf } = community;
  ({ page: guard } = await openConsole(browser, { url, ...accountOf('demo') }));
  await untilLive(guard, community.gateway);
  ({ page: responder } = await openPhone(browser, {
    url: `${url}/responder/`,
    ...accountOf('responder'),
  }));
  ({ page: family } = await openPhone(browser, { url: `${url}/family/`, ...accountOf('family') }));
});
afterAll(async () => {
  for (const page of [guard, responder, family]) if (page) await giveBackContext(page.context());
  client?.close();
  await community?.stop();
  await terminal?.close();
  rmSync(folder, { recursive: true });
});

const sounds = (page: Page, state: 'silent' | 'sounding') =>
  page.locator(`html[data-sound="${state}"]`).waitFor();

test('one SOS, from the press to the closing message, through guard, responder and daughter', async () => {
  const { id, place } = await play(community, client, 'sos');
  const story = family.getByTestId(`incident-${id}`);
  const taskIs = (status: string) =>
    responder.locator(`[data-testid="task-${id}"][data-status="${status}"]`).waitFor();

  // All three know of it at once; the guard and the responder hear it.
  await guard.getByTestId(`incident-${id}`).waitFor();
  await sounds(guard, 'sounding');
  await taskIs('notified');
  await sounds(responder, 'sounding');
  await story.getByTestId('step-alarm').waitFor();

  await guard.getByTestId(`acknowledge-${id}`).click();
  await sounds(guard, 'silent');
  await story.getByTestId('step-acknowledged').waitFor();

  await guard.getByTestId(`show-${id}`).click();
  const detail = guard.getByTestId(`detail-${id}`);
  await detail.getByText('听力不好').waitFor();
  await detail.getByLabel('派谁去').selectOption({ value: 'station-1' });
  await detail.getByRole('button', { name: '派出', exact: true }).click();
  await taskIs('assigned');
  await story.getByTestId('step-assigned').waitFor();

  await tap(responder, '我去');
  await taskIs('accepted');
  await sounds(responder, 'silent');
  expect(await responder.getByTestId(`task-${id}`).textContent()).toContain(place.label);
  await responder.getByTestId('arrival-info').getByText('听力不好').waitFor();
  await tap(responder, '我出发了');
  await story.getByTestId('step-en-route').waitFor();
  await tap(responder, '我到了');
  await story.getByTestId('step-on-scene').waitFor();
  await tap(responder, '人安全');
  await detail.getByText('人安全').waitFor();

  await tap(family, '我打过电话了');
  await detail.getByText('家属（女儿） 已致电').waitFor();

  await detail.getByLabel('真警').check();
  await detail.getByRole('button', { name: '确认结束，结果「真警」' }).click();
  await responder.getByTestId(`removed-${id}`).waitFor();
  await family.locator(`[data-testid="incident-${id}"][data-state="resolved"]`).waitFor();
  // Who knew the notes and the place is told afterwards; what staff wrote to one another is not.
  await story.getByText('微型消防站 1 号').waitFor();
  expect(await story.textContent()).not.toContain('人安全');
});

test('a forced gate, from the event to "open with a reason"', async () => {
  const { id } = await play(community, client, 'forced-gate');
  await guard.keyboard.press('Escape');
  await guard.getByTestId(`incident-${id}`).waitFor();
  await sounds(guard, 'sounding');
  await guard.getByTestId(`acknowledge-${id}`).click();
  await sounds(guard, 'silent');

  await guard.getByTestId(`open-${forcedGate.id}`).click();
  await guard.getByLabel('原因').selectOption('other');
  await guard.getByLabel('补充说明').fill('放维修人员进门查看门锁');
  await guard.getByRole('button', { name: '立即开门' }).click();
  const line = guard.locator('.gate-list > li', { has: guard.getByTestId(`open-${forcedGate.id}`) });
  await line.getByTestId('command').getByText('已开门').waitFor();
  expect(await line.getByTestId('command').textContent()).toContain('放维修人员进门查看门锁');
  expect(terminal.openings).toHaveLength(1);
});
