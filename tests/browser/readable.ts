import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { violationsOf } from './axe.ts';

/** What old eyes and fingers need, in CSS px; 0 asks nothing. */
export interface Sizes {
  textPx: number;
  targetPx: number;
}

/**
 * Text and targets that are smaller. As text, since the tests are not checked against a browser's types.
 */
const tooSmall = ({ textPx, targetPx }: Sizes) => `(() => {
  const found = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    if (!node.textContent.trim() || ['SCRIPT', 'NOSCRIPT'].includes(node.parentElement.tagName)) continue;
    const size = Number.parseFloat(getComputedStyle(node.parentElement).fontSize);
    if (size < ${textPx}) found.push(size + ' px text: ' + node.textContent);
  }
  for (const target of document.querySelectorAll('button, a, input, textarea')) {
    const { height } = target.getBoundingClientRect();
    if (height < ${targetPx}) found.push(height + ' px high: ' + target.textContent);
  }
  return found;
})()`;

/** Expects of a page that axe objects to nothing, nothing is cut off sideways, and nothing is too small. */
export async function expectReadable(page: Page, sizes: Sizes): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  expect(await page.evaluate(tooSmall(sizes))).toEqual([]);
}
