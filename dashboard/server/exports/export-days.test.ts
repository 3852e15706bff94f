import { expect, test } from 'vitest';
import { localTimeOf } from '#runtime/local-days.ts';
import { timeOfDays } from './export-days.ts';

const iso = (at: number) => new Date(at).toISOString();

test.each([
  ['Asia/Shanghai', '2026-11-01', '2026-11-07', '2026-10-31T16:00:00.000Z', '2026-11-07T16:00:00.000Z'],
  ['Asia/Urumqi', '2026-11-01', '2026-11-01', '2026-10-31T18:00:00.000Z', '2026-11-01T18:00:00.000Z'],
  ['UTC', '2024-02-29', '2024-02-29', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
  ['Pacific/Auckland', '2026-01-10', '2026-01-10', '2026-01-09T11:00:00.000Z', '2026-01-10T11:00:00.000Z'],
  ['Pacific/Pago_Pago', '2026-01-10', '2026-01-10', '2026-01-10T11:00:00.000Z', '2026-01-11T11:00:00.000Z'],
  ['America/New_York', '2026-11-01', '2026-11-01', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
])('in %s the days %s to %s last from %s to %s', (timezone, from, to, begin, end) => {
  const time = timeOfDays({ from, to }, timezone);
  expect([iso(time.from), iso(time.to)]).toEqual([begin, end]);
  expect(localTimeOf(timezone, time.from)).toBe(`${from} 00:00:00`);
});

test.each([
  ['2026-02-30', '2026-03-01', '/from'],
  ['2026-03-01', '2026-02-30', '/to'],
  ['2026-11-07', '2026-11-06', '/to'],
  ['2026-01-01', '2026-04-03', '/to'],
])('%s to %s is refused', (from, to, path) => {
  expect(() => timeOfDays({ from, to }, 'Asia/Shanghai')).toThrow(
    expect.objectContaining({ code: 'DASHBOARD_REQUEST_INVALID', path }),
  );
});

test('a quarter is not too long', () => {
  expect(() => timeOfDays({ from: '2026-10-01', to: '2026-12-31' }, 'Asia/Shanghai')).not.toThrow();
});
