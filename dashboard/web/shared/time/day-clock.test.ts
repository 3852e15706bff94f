import { expect, test } from 'vitest';
import { createDayClock, startOfDay } from './day-clock.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);
const dayFrom = at('2026-11-25T00:00:00');

test.each([
  ['zh-CN', at('2026-11-25T07:12:40'), '7:12'],
  ['zh-CN', at('2026-11-25T00:05:00'), '0:05'],
  ['zh-CN', at('2026-11-25T23:59:59'), '23:59'],
  ['zh-CN', at('2026-11-24T21:40:00'), '11月24日 21:40'],
  ['zh-CN', at('2026-11-26T00:00:00'), '11月26日 0:00'],
  ['en', at('2026-11-25T07:12:40'), '7:12'],
  ['en', at('2026-11-24T21:40:00'), 'Nov 24 21:40'],
])('%s: %d is written %s', (language, epochMs, words) => {
  expect(createDayClock({ language, timeZone: 'Asia/Shanghai', dayFrom })(epochMs)).toBe(words);
});

test.each([
  ['Asia/Shanghai', at('2026-11-25T07:12:40'), dayFrom],
  ['Asia/Shanghai', dayFrom, dayFrom],
  ['Asia/Shanghai', at('2026-11-25T23:59:59') + 999, dayFrom],
  ['America/New_York', at('2026-11-25T07:12:40'), Date.parse('2026-11-24T00:00:00-05:00')],
])('in %s the day of %d begins at its midnight', (timeZone, epochMs, start) => {
  expect(startOfDay(epochMs, timeZone)).toBe(start);
});
