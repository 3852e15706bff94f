import { expect, test } from 'vitest';
import { createJournalScript, type JournalScript } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';
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

test('a sender whose alarms cannot be read is one warning, whatever the reasons; another sender is another', () => {
  const script = createJournalScript();
  unreadable(script, 'device is not registered');
  unreadable(script, 'device is not registered');
  unreadable(script, 'body does not parse');
  unreadable(script, 'device is not registered', 'watch-3g:9999999999');
  const { lines } = runScript(script.entries);
  expect(lines.map(({ transition }) => transition)).toEqual(['raised', 'repeated', 'repeated', 'raised']);
  expect(new Set(lines.map(({ warning }) => warning)).size).toBe(2);
});

test('two terminals that nobody registered are two senders, though both are called unknown', () => {
  const script = createJournalScript();
  const from = (sender: string, part = {}) =>
    script.record(
      'unknown',
      {
        type: 'event',
        kind: 'unreadable-alarm',
        text: `from ${sender}`,
        unreadable: { reason: 'expected JSON' },
      },
      { address: 'hikvision-isapi:unknown', ...part },
    );
  from('10.0.0.5');
  from('10.0.0.6');
  from('10.0.0.5');
  from('10.0.0.5', { gateway: 'gw2' });
  const { lines } = runScript(script.entries);
  expect(lines.map(({ transition }) => transition)).toEqual(['raised', 'raised', 'repeated', 'raised']);
  expect(lines[0]?.evidence).toMatchObject({
    zh: expect.stringContaining('（来自 10.0.0.5）'),
    en: expect.stringContaining('(from 10.0.0.5)'),
    values: { sender: '10.0.0.5' },
  });
});

test('a voice message that came late is told, since somebody waits for a call', () => {
  const script = createJournalScript();
  script.record('watch', { type: 'event', kind: 'voice-message' }, { heldMs: 300_000 });
  expect(inShort(runScript(script.entries).lines)).toEqual(['raised voice-message yellow late']);
});

test('a gateway gone mad fills one warning beyond the limit, and every alarm still has its line', () => {
  const script = createJournalScript();
  const beyond = 5;
  for (let index = 0; index < maxActivePerGateway + beyond; index++)
    unreadable(script, 'device is not registered', `watch-3g:${index}`);
  const { lines } = runScript(script.entries);
  expect(lines).toHaveLength(maxActivePerGateway + beyond);
  expect(new Set(lines.map(({ warning }) => warning)).size).toBe(maxActivePerGateway + 1);
  expect(inShort(lines.slice(-beyond))).toEqual([
    'raised unreadable-alarm red',
    ...Array(beyond - 1).fill('repeated unreadable-alarm red'),
  ]);
});
