import { expect, test } from 'vitest';
import { createJournalScript, type JournalScript } from '../journal-script.fixture.ts';
import { inShort, runScript } from '../run-script.fixture.ts';
import { maxActivePerGateway } from './alarm.ts';

const address = 'watch-3g:1234567890';
const unreadable = (script: JournalScript, reason: string, from = address) =>
  script.record(
    'unknown',
    { type: 'event', kind: 'unreadable-alarm', text: 'AL,170525', unreadable: { reason, raw: '5b33472a' } },
    { address: from },
  );

test('an alarm of an unregistered device is red, life safety, and carries what could be read', () => {
  const script = createJournalScript();
  unreadable(script, 'device is not registered');
  const { lines } = runScript(script.entries);
  expect(lines).toMatchObject([
    { transition: 'raised', kind: 'unreadable-alarm', level: 'red', lifeSafety: true, gateway: 'gw1' },
  ]);
  expect(lines[0]).not.toHaveProperty('device');
  expect(lines[0]?.evidence).toMatchObject({
    zh: `未登记的设备 ${address} 无法识别的报警，请核实（AL,170525）`,
    en: `Unreadable alarm, verify: the unregistered device ${address} (AL,170525)`,
    values: { reason: 'device is not registered', raw: '5b33472a', address },
  });
});

test('the same address and reason repeats; another address or reason is another warning', () => {
  const script = createJournalScript();
  unreadable(script, 'device is not registered');
  unreadable(script, 'device is not registered');
  unreadable(script, 'body does not parse');
  unreadable(script, 'device is not registered', 'watch-3g:9999999999');
  const { lines } = runScript(script.entries);
  expect(lines.map(({ transition }) => transition)).toEqual(['raised', 'repeated', 'raised', 'raised']);
  expect(new Set(lines.map(({ warning }) => warning)).size).toBe(3);
});

test('a gateway gone mad fills one warning beyond the limit, and every alarm still has its line', () => {
  const script = createJournalScript();
  const beyond = 5;
  for (let index = 0; index < maxActivePerGateway + beyond; index++) unreadable(script, `reason ${index}`);
  const { lines } = runScript(script.entries);
  expect(lines).toHaveLength(maxActivePerGateway + beyond);
  expect(new Set(lines.map(({ warning }) => warning)).size).toBe(maxActivePerGateway + 1);
  expect(inShort(lines.slice(-beyond))).toEqual([
    'raised unreadable-alarm red',
    ...Array(beyond - 1).fill('repeated unreadable-alarm red'),
  ]);
});
