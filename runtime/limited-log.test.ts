import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createLimitedLog } from './limited-log.ts';

function recorded() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line)) });
  return { log, lines };
}

test('a thousand refusals of one address are one line, and a count when the interval is over', () => {
  const { log, lines } = recorded();
  let at = 0;
  const limited = createLimitedLog({ log, intervalMs: 1000, now: () => at });
  for (let i = 0; i < 1000; i++) limited.warn('a/wrong', { address: 'a' }, 'refused');
  expect(lines).toEqual([{ level: 40, address: 'a', msg: 'refused' }]);
  at = 1000;
  limited.warn('a/wrong', { address: 'a' }, 'refused');
  expect(lines.slice(1)).toEqual([
    { level: 40, address: 'a', repeated: 999, msg: 'refused' },
    { level: 40, address: 'a', msg: 'refused' },
  ]);
  limited.close();
});

test('strangers with a thousand addresses share one line beyond the first of them', () => {
  const { log, lines } = recorded();
  const limited = createLimitedLog({ log, intervalMs: 1000, maxKeys: 3, now: () => 0 });
  for (let i = 0; i < 1000; i++) limited.warn(`${i}`, { address: `${i}` }, 'refused');
  expect(lines).toHaveLength(4);
  limited.close();
  expect(lines.slice(4)).toEqual([{ level: 40, repeated: 996, msg: 'refused' }]);
});

test('an error is told as one, however many strangers were told of before it', () => {
  const { log, lines } = recorded();
  const limited = createLimitedLog({ log, intervalMs: 1000, maxKeys: 3, now: () => 0 });
  for (let i = 0; i < 10; i++) limited.warn(`${i}`, { address: `${i}` }, 'refused');
  for (let i = 0; i < 10; i++) limited.error('commit/full', { code: 'full' }, 'commit failed');
  expect(lines.at(-1)).toEqual({ level: 50, code: 'full', msg: 'commit failed' });
  limited.close();
  expect(lines.slice(-2)).toEqual([
    { level: 40, repeated: 6, msg: 'refused' },
    { level: 50, repeated: 9, msg: 'commit failed' },
  ]);
});

test('what is no trouble is counted at its own level', () => {
  const { log, lines } = recorded();
  const limited = createLimitedLog({ log, intervalMs: 1000, now: () => 0 });
  for (let i = 0; i < 10; i++) limited.info('gw1', { username: 'gw1' }, 'disconnected');
  limited.close();
  expect(lines).toEqual([
    { level: 30, username: 'gw1', msg: 'disconnected' },
    { level: 30, username: 'gw1', repeated: 9, msg: 'disconnected' },
  ]);
});
