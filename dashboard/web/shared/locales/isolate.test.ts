import { expect, test } from 'vitest';
import { isolate } from './isolate.ts';

test.each([
  ['3栋2单元501', '3栋2单元501'],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['👵🏽 501', '👵🏽 501'],
  ['a\u202egnp.exe', 'agnp.exe'],
  ['\u2069\u202eout', 'out'],
  ['שלום', '\u2068שלום\u2069'],
  ['\u200fabc', '\u2068\u200fabc\u2069'],
])('%j stands as %j', (value, shown) => {
  expect(isolate(value)).toBe(shown);
});
