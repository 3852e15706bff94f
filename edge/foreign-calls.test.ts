import { expect, test } from 'vitest';
import { ForeignCall, maxForeignCalls } from '#contracts/gateway-messages.ts';
import { createValidator } from '#contracts/validate.ts';
import { silentLog } from '#runtime/log.ts';
import { createForeignCalls, foreignCallKeptMs } from './foreign-calls.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');

function calls() {
  let now = start;
  const warned: object[] = [];
  const log = Object.assign(silentLog(), { warn: (facts: object) => warned.push(facts) });
  const list = createForeignCalls({ now: () => now, log });
  const pass = (ms: number) => {
    now += ms;
  };
  return { list, warned, pass };
}
const jt808 = { protocol: 'JT/T 808', device: '13912345678', remote: '192.0.2.17' };

test('a device that keeps calling is one entry and one line of the log, wherever it calls from', () => {
  const { list, warned, pass } = calls();
  list.add('watch-3g', jt808);
  pass(60_000);
  list.add('watch-3g', { ...jt808, remote: '192.0.2.99' });
  expect(list.list()).toEqual([
    { adapter: 'watch-3g', ...jt808, remote: '192.0.2.99', times: 2, lastAt: '2026-11-24T01:16:00.000Z' },
  ]);
  expect(createValidator(ForeignCall)(list.list()?.[0]).ok).toBe(true);
  expect(warned).toEqual([
    { adapter: 'watch-3g', protocol: 'JT/T 808', remote: '192.0.2.17', deviceEnd: '5678' },
  ]);
});

test('passers-by do not push out a device that keeps calling, and are forgotten after a day', () => {
  const { list, pass } = calls();
  list.add('watch-3g', jt808);
  list.add('watch-3g', jt808);
  for (let n = 0; n < 100; n++) list.add('gb26875', { protocol: 'TLS', remote: `198.51.100.${n}` });
  expect(list.list()).toHaveLength(maxForeignCalls);
  expect(list.list()).toContainEqual(expect.objectContaining(jt808));
  pass(foreignCallKeptMs + 1);
  expect(list.list()).toBeUndefined();
});
