import { type Browser, chromium } from 'playwright-core';
import { inject } from 'vitest';

/** A platform that several communities are on. */
export interface SharedPlatform {
  url: string;
  brokerUrl: string;
  dataDir: string;
  /** Of every account that is made on it. */
  password: string;
}

/** What the test files of this project share, by the path that `shared-setup.ts` answers under. */
export interface Shared {
  chromium: { wsEndpoint: string };
  platform: SharedPlatform;
  'restarted-dashboard': Record<string, never>;
}

/** Asks for what is shared; what is asked for first is started first. */
export async function askShared<K extends keyof Shared>(what: K): Promise<Shared[K]> {
  const answer = await fetch(`${inject('sharedUrl')}/${what}`, { method: 'POST' });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the shared ${what} did not start: ${text}`);
  return JSON.parse(text) as Shared[K];
}

let connected: Promise<Browser> | undefined;

/** The Chromium of this project, for all test files; each closes its contexts, or gives them back. */
export function connectChromium(): Promise<Browser> {
  connected ??= askShared('chromium').then(({ wsEndpoint }) => chromium.connect(wsEndpoint));
  return connected;
}
