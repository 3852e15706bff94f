import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type BrowserServer,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';

/** Debian's Chromium; another one by `CHROMIUM_PATH`. */
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Screens the pages are made for. */
export const screens = {
  wall: { width: 1920, height: 1080 },
  laptop: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
} as const;

/** A name that leads to this machine, and that no server here knows as its own. */
export const strangerName = 'stranger.example';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  `--host-resolver-rules=MAP ${strangerName} 127.0.0.1`,
];

/** Starts a browser with an empty profile. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}

/** Starts a browser that other processes may connect to. */
export function serveChromium(): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath, args });
}

type ContextKind = Pick<BrowserContextOptions, 'timezoneId' | 'hasTouch'>;
const kinds = new WeakMap<BrowserContext, string>();
const emptied = new Map<string, BrowserContext[]>();

/** A browser context without anybody's data, in Chinese, on a machine that asks for little motion. */
export async function takeContext(browser: Browser, kind: ContextKind): Promise<BrowserContext> {
  const name = JSON.stringify(kind);
  const context =
    emptied.get(name)?.pop() ??
    (await browser.newContext({ ...kind, locale: 'zh-CN', reducedMotion: 'reduce' }));
  kinds.set(context, name);
  return context;
}

/**
 * Closes a context's pages and forgets who was signed in, so that the next one to take it has it as if new. It keeps
 * what its pages have loaded, and so opens the next in less than half the processor time.
 */
export async function giveBackContext(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) {
    // A page that never got anywhere has no storage to clear.
    if (page.url() !== 'about:blank') await page.evaluate('localStorage.clear()');
    await page.close();
  }
  await context.clearCookies();
  await context.setOffline(false);
  const name = kinds.get(context) ?? '';
  emptied.set(name, [...(emptied.get(name) ?? []), context]);
}

interface OpenOptions {
  url: string;
  login: string;
  password: string;
  screen?: keyof typeof screens;
  /** The community's unless said otherwise. */
  timezoneId?: string;
}

/** Opens the console and signs in, as a person does: the click is what lets sound play. */
export async function openConsole(
  browser: Browser,
  options: OpenOptions,
): Promise<{ context: BrowserContext; page: Page }> {
  const timezoneId = options.timezoneId ?? 'Asia/Shanghai';
  const context = await takeContext(browser, { timezoneId });
  const page = await context.newPage();
  await page.setViewportSize(screens[options.screen ?? 'laptop']);
  await (await fillSignIn(page, options)).click();
  await page.locator('html[data-sound="silent"], html[data-sound="sounding"]').waitFor();
  return { context, page };
}

/** Opens a page for phones and signs in, as a person does on a phone of a 390 × 844 screen. */
export async function openPhone(
  browser: Browser,
  options: OpenOptions,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await takeContext(browser, { timezoneId: 'Europe/Berlin', hasTouch: true });
  const page = await context.newPage();
  await page.setViewportSize(screens[options.screen ?? 'phone']);
  await (await fillSignIn(page, options)).tap();
  await page.getByRole('button', { name: '退出登录' }).waitFor();
  return { context, page };
}

/** Opens a page and fills in its sign-in form; the button that sends it is the caller's to press. */
export async function fillSignIn(page: Page, options: OpenOptions): Promise<Locator> {
  await page.goto(options.url);
  await page.getByLabel('账号').fill(options.login);
  await page.getByLabel('密码').fill(options.password);
  return page.getByRole('button', { name: '登录', exact: true });
}

/** Taps a button as a finger does. */
export function tap(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name, exact: true }).tap();
}

/** Switches the page to a language it is not in. */
export async function switchTo(page: Page, language: 'zh-CN' | 'en'): Promise<void> {
  await page.getByRole('button', { name: language === 'en' ? 'English' : '中文', exact: true }).click();
  await page.locator(`html[lang="${language}"]`).waitFor();
}

/** Waits until the page shows a gateway as live: before its birth is heard, a command has no session to go to. */
export async function untilLive(page: Page, gateway: string): Promise<void> {
  await page.locator(`[data-testid="gateway-${gateway}"][data-state="live"]`).waitFor();
}
