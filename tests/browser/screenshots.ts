import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { deviceScenarios } from '#simulators/scenarios/device-scenarios.ts';
import { startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { launchChromium, openConsole, screens } from './chromium.ts';
import { play } from './incidents.ts';

/** `npm run screenshots`: the console in the middle of its three scenarios, on every screen, for the README. */
const folder = join(import.meta.dirname, '../../docs/screenshots');
mkdirSync(folder, { recursive: true });

const underTest = await startPlatformUnderTest({ withSimulators: true });
const client = await underTest.openPage();
const browser = await launchChromium();
try {
  for (const name of Object.keys(deviceScenarios)) {
    await play(underTest.platform, client, name as keyof typeof deviceScenarios);
  }
  const [seen] = [...client.incidents.values()].filter(({ kind }) => kind === 'door-forced');
  if (seen) {
    await client.rest('POST', `/api/incidents/${seen.id}/acknowledge`, {
      attention: seen.attention,
      request: crypto.randomUUID(),
    });
  }
  const { login = '', password = '' } = underTest.secrets.demo ?? {};
  for (const screen of Object.keys(screens) as (keyof typeof screens)[]) {
    const { context, page } = await openConsole(browser, {
      url: underTest.platform.url,
      login,
      password,
      screen,
    });
    // Until passages have come through, the list of them says nothing about how it looks in use.
    await page.getByTestId('passages').locator('li').nth(7).waitFor({ timeout: 120_000 });
    await page.screenshot({ path: join(folder, `${screen}.png`) });
    await page
      .getByTestId(/^show-/)
      .first()
      .click();
    await page.getByRole('dialog').getByRole('heading', { name: '经过' }).waitFor();
    await page.screenshot({ path: join(folder, `${screen}-detail.png`) });
    await context.close();
  }
} finally {
  await browser.close();
  client.close();
  await underTest.stop();
}
