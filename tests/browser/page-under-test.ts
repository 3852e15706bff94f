import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { PageClient } from '#simulators/page-client.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { launchChromium, openConsole, openPhone } from './chromium.ts';

/** A platform with one of its pages open in a browser, signed in as whom the page is for. */
export interface PageUnderTest {
  underTest: PlatformUnderTest;
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** The guard at the desk without a browser: tells of incidents, and acts on them. */
  desk: PageClient;
  stop(): Promise<void>;
}

/** Starts a platform, a browser and a page; what was begun is ended where a later step fails. */
export async function startPageUnderTest(
  name: 'console' | 'responder' | 'family',
  options: Parameters<typeof startPlatformUnderTest>[0] = {},
): Promise<PageUnderTest> {
  await using begun = new AsyncDisposableStack();
  const underTest = begun.adopt(await startPlatformUnderTest(options), (platform) => platform.stop());
  const desk = begun.adopt(await underTest.openPage(), (client) => client.close());
  const browser = begun.adopt(await launchChromium(), (chromium) => chromium.close());
  const url = `${underTest.platform.url}/${name}/`;
  const { login = '', password = '' } = underTest.secrets.demo ?? {};
  const { context, page } =
    name === 'console'
      ? await openConsole(browser, { url, login, password })
      : await openPhone(browser, { url, login: name, password });
  const all = begun.move();
  return { underTest, browser, context, page, desk, stop: () => all.disposeAsync() };
}
