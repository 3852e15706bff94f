import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium, openConsole } from '#tests/browser/chromium.ts';

/** What a page has painted: an incident's card with so many alarms on it, at an instant of this process's clock. */
export interface Painted {
  incident: string;
  alarms: number;
  /** `performance.now()` of this process. */
  at: number;
}

/** A console in a real Chromium that notes when its cards are painted. */
export interface PaintedPage {
  /** All that was painted so far, oldest first. */
  painted(): Promise<Painted[]>;
  /** Half the round trip by which its clock was compared with ours: how far `at` may be off, in ms. */
  clockErrorMs: number;
  close(): Promise<void>;
}

/** Round trips by which the clocks are compared; the shortest counts. */
const clockTrials = 100;

/** Opens the console, signs in, and begins to note what is painted. */
export async function openPaintedPage(account: {
  url: string;
  login: string;
  password: string;
}): Promise<PaintedPage> {
  const browser = await launchChromium();
  const { page } = await openConsole(browser, { ...account, screen: 'wall' });
  await page.getByTestId('incidents-open').waitFor();
  await page.evaluate(readFileSync(join(import.meta.dirname, 'watch-cards.page.js'), 'utf8'));
  const { aheadMs, errorMs } = await compareClocks(page);
  return {
    clockErrorMs: errorMs,
    painted: async () => {
      const records = await page.evaluate<Painted[]>('globalThis.paintRecords');
      return records.map(({ incident, alarms, at }) => ({ incident, alarms, at: at - aheadMs }));
    },
    close: () => browser.close(),
  };
}

async function compareClocks(page: Page): Promise<{ aheadMs: number; errorMs: number }> {
  let best = { aheadMs: 0, errorMs: Number.POSITIVE_INFINITY };
  for (let trial = 0; trial < clockTrials; trial++) {
    const before = performance.now();
    const there = await page.evaluate(() => performance.now());
    const after = performance.now();
    const errorMs = (after - before) / 2;
    if (errorMs < best.errorMs) best = { aheadMs: there - (before + after) / 2, errorMs };
  }
  return best;
}
