import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { PageClient } from '#simulators/page-client.ts';
import { giveBackContext, openConsole, openPhone } from './chromium.ts';
import { type CommunityUnderTest, startCommunityUnderTest } from './community-under-test.ts';
import { connectChromium } from './shared.ts';

/** A community with one of its pages open in a browser, signed in as whom the page is for. */
export interface PageUnderTest {
  community: CommunityUnderTest;
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** The guard at the desk without a browser: tells of incidents, and acts on them. */
  desk: PageClient;
  stop(): Promise<void>;
}

/**
 * Makes a community and opens a page of it; what was begun is ended where a later step fails.
 *
 * @param id Of the community, as `startCommunityUnderTest` takes it.
 */
export async function startPageUnderTest(
  name: 'console' | 'responder' | 'family',
  id: string,
  agentEnv: Record<string, string> = {},
): Promise<PageUnderTest> {
  await using begun = new AsyncDisposableStack();
  const community = begun.adopt(await startCommunityUnderTest(id, agentEnv), ({ stop }) => stop());
  const desk = begun.adopt(await community.openPage('demo'), (client) => client.close());
  const browser = await connectChromium();
  const url = `${community.url}/${name}/`;
  const { context, page } =
    name === 'console'
      ? await openConsole(browser, { url, ...community.accountOf('demo') })
      : await openPhone(browser, { url, ...community.accountOf(name) });
  begun.defer(() => giveBackContext(context));
  const all = begun.move();
  return { community, browser, context, page, desk, stop: () => all.disposeAsync() };
}
