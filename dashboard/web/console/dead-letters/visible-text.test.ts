import { expect, test } from 'vitest';
import { visibleText } from './visible-text.ts';

test.each([
  ['readable text 3栋 😀\n\tnext', 'readable text 3栋 😀\n\tnext'],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['a\u202egnp.exe', 'a⟦U+202E⟧gnp.exe'],
  ['\u2066x\u2069\u200f\u200b\ufeff', '⟦U+2066⟧x⟦U+2069⟧⟦U+200F⟧⟦U+200B⟧⟦U+FEFF⟧'],
  ['\u0000\u001b[31m\r\n', '⟦U+0000⟧⟦U+001B⟧[31m⟦U+000D⟧\n'],
  ['a\u2028b\ud800', 'a⟦U+2028⟧b⟦U+D800⟧'],
])('%j is shown as %j', (foreign, shown) => {
  expect(visibleText(foreign)).toBe(shown);
});
