import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startTestDashboard } from '#dashboard/testing/test-dashboard.ts';
import { launchChromium, switchTo } from './chromium.ts';
import { type IncidentStateName, incidentStates, showState, takeIncident } from './incident-states.ts';
import { builtPages, openDesk, openPhoneOf, openWall } from './state-pages.ts';

/**
 * `npm run screenshots:states FOLDER [STATE...]`: each state of an incident, on every page and in both languages, for people
 * to look at.
 */
const [folder = 'states', ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const languages = ['zh-CN', 'en'] as const;
const narrow = { width: 360, height: 740 };
const usual = { width: 390, height: 844 };

const browser = await launchChromium();
for (const name of Object.keys(incidentStates) as IncidentStateName[]) {
  if (only.length > 0 && !only.includes(name)) continue;
  const dashboard = await startTestDashboard({ webDir: builtPages });
  try {
    await shootState(name, dashboard);
  } finally {
    await dashboard.close();
  }
}
await browser.close();

async function shootState(
  name: IncidentStateName,
  dashboard: Awaited<ReturnType<typeof startTestDashboard>>,
): Promise<void> {
  const id = showState(dashboard, name);
  const isOver =
    'state' in incidentStates[name].incident && incidentStates[name].incident.state === 'resolved';
  const [desk, wall] = [await openDesk(dashboard, browser), await openWall(dashboard, browser)];
  const [responder, family] = [
    await openPhoneOf(dashboard, browser, 'responder'),
    await openPhoneOf(dashboard, browser, 'family'),
  ];
  for (const page of isOver ? [desk, wall] : [])
    await page.getByRole('button', { name: '24 小时内已结束' }).click();
  const inBoth = async (page: Page, shot: string, isWhole = false) => {
    for (const language of languages) {
      if (language === 'en') await switchTo(page, language);
      await page.evaluate('scrollTo(0, 0)');
      await page.screenshot({ path: join(folder, `${name}-${shot}-${language}.png`), fullPage: isWhole });
    }
    await switchTo(page, 'zh-CN');
  };
  for (const page of [desk, wall]) await page.getByTestId(`incident-${id}`).waitFor();
  await inBoth(desk, 'laptop');
  await inBoth(wall, 'wall');
  for (const language of languages) {
    if (language === 'en') await switchTo(desk, language);
    await desk.getByTestId(`show-${id}`).click();
    await desk.getByTestId(`timeline-opened`).waitFor();
    await desk.screenshot({ path: join(folder, `${name}-detail-${language}.png`) });
    await desk.keyboard.press('Escape');
    await desk.getByTestId(`detail-${id}`).waitFor({ state: 'detached' });
  }
  await family.getByTestId(`incident-${id}`).waitFor();
  await inBoth(family, 'family', true);
  for (const going of isOver ? [] : (['notified', 'going'] as const)) {
    if (going === 'going') takeIncident(dashboard, id);
    await responder
      .locator(`[data-testid="task-${id}"]${going === 'going' ? '[data-status="accepted"]' : ''}`)
      .waitFor();
    for (const viewport of [usual, narrow]) {
      await responder.setViewportSize(viewport);
      await inBoth(responder, `${going}-${viewport.width}`);
    }
  }
  for (const page of [desk, wall, responder, family]) await page.context().close();
}
