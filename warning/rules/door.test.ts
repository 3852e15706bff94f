import { expect, test } from 'vitest';
import { createJournalScript } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';

const forced = { type: 'event', kind: 'door-forced' } as const;
const held = { type: 'event', kind: 'door-held-open' } as const;
const closed = { type: 'event', kind: 'door-closed' } as const;

test('a forced door warns until it is closed', () => {
  const script = createJournalScript();
  script.record('unit-door', forced);
  script.pass(3000);
  script.record('unit-door', closed);
  script.record('unit-door', forced);
  const { lines } = runScript(script.entries);
  expect(inShort(lines)).toEqual([
    'raised door-forced orange',
    'cleared door-forced orange',
    'raised door-forced orange',
  ]);
  expect(lines[0]?.evidence.zh).toBe('3栋2单元 单元门 强行开门');
});

test('closing ends both what was forced and what was held open', () => {
  const script = createJournalScript();
  script.record('unit-door', forced);
  script.record('unit-door', held);
  script.record('unit-door', closed);
  expect(inShort(runScript(script.entries).lines)).toEqual([
    'raised door-forced orange',
    'raised door-held-open yellow',
    'cleared door-forced orange',
    'cleared door-held-open yellow',
  ]);
});

test('the end of being held open leaves a forced door as it is', () => {
  const script = createJournalScript();
  script.record('unit-door', forced);
  script.record('unit-door', held);
  script.record('unit-door', { ...held, active: false });
  expect(inShort(runScript(script.entries).lines).slice(2)).toEqual(['cleared door-held-open yellow']);
});

test('another door’s closing ends nothing, also on the same controller', () => {
  const script = createJournalScript();
  script.record('unit-door', forced);
  script.record('home-door', closed);
  script.record('unit-door', closed, { address: 'hikvision-isapi:c0517eaabbcc/9' });
  expect(inShort(runScript(script.entries).lines)).toEqual(['raised door-forced orange']);
});

test('a closing that was captured before the forcing ends nothing', () => {
  const script = createJournalScript();
  script.record('unit-door', forced);
  script.record('unit-door', closed, { capturedAt: script.now() - 4000 });
  expect(inShort(runScript(script.entries).lines)).toEqual(['raised door-forced orange']);
});
