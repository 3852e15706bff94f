import { describe, expect, test } from 'vitest';
import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { createJournalScript } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';

const minute = 60_000;
const event = (kind: EventKind, active?: boolean) => ({ type: 'event', kind, active }) as const;
const held = (minutes: number, now: number) => ({
  heldMs: minutes * minute,
  capturedAt: now - minutes * minute,
});

test('a late life-safety alarm by itself asks to be verified', () => {
  const script = createJournalScript();
  script.record('watch', event('sos'), held(30, script.now()));
  const { lines } = runScript(script.entries);
  expect(inShort(lines)).toEqual(['raised sos red late']);
  expect(lines[0]?.evidence.zh).toBe('3栋2单元501 手表 SOS 求救');
  expect(lines[0]?.evidence.en).toBe('SOS: the watch of 3栋2单元501');
});

test.each([
  ['historical', { historical: true } as const],
  ['of unknown age', { heldMs: undefined }],
])('an alarm that is %s is late', (_name, part) => {
  const script = createJournalScript();
  script.record('watch', event('fall'), part);
  expect(inShort(runScript(script.entries).lines)).toEqual(['raised fall red late']);
});

describe.each([
  ['active', false],
  ['over', true],
])('a late alarm beside a warning that is %s', (_name, resolved) => {
  test.each([
    [-1, ['raised sos red late']],
    [0, [resolved ? 'raised sos red late' : 'repeated sos red late']],
    [15, [resolved ? 'raised sos red late' : 'repeated sos red late']],
  ])('and captured %s minutes after it began', (minutes, expected) => {
    const script = createJournalScript();
    script.record('watch', event('sos'));
    const id = runScript(script.entries).lines[0]?.warning ?? '';
    if (resolved) script.incident('resolved', [id], 'real');
    const before = script.entries.length;
    script.skip(20 * minute);
    const ageMinutes = 20 - minutes;
    script.record('watch', event('sos'), {
      heldMs: ageMinutes * minute,
      capturedAt: script.now() - ageMinutes * minute - 2,
    });
    const { lines } = runScript(script.entries);
    const after = lines.filter((line) => line.position > before);
    expect(inShort(after)).toEqual(expected);
    expect(after[0]?.warning === id).toBe(expected[0]?.startsWith('repeated'));
    script.record('watch', event('sos'));
    const now = runScript(script.entries).lines.at(-1);
    expect([now?.transition, now?.warning === id]).toEqual(resolved ? ['raised', false] : ['repeated', true]);
  });
});

test('late alarms of one device and kind are one warning until its incident is resolved, in any batches', () => {
  const script = createJournalScript();
  for (const minutes of [30, 33, 25]) script.record('watch', event('sos'), held(minutes, script.now()));
  const [first] = runScript(script.entries).lines;
  script.incident('resolved', [first?.warning ?? ''], 'false');
  script.record('watch', event('sos'), held(60, script.now()));
  const expected = [
    'raised sos red late',
    'repeated sos red late',
    'repeated sos red late',
    'validated sos red',
    'cleared sos red',
    'raised sos red late',
  ];
  for (const batchEntries of [1, 2, 100]) {
    expect(inShort(runScript(script.entries, { batchEntries }).lines)).toEqual(expected);
  }
});

test('an alarm of now is not swallowed by a late one of the same device', () => {
  const script = createJournalScript();
  script.record('watch', event('sos'), held(3, script.now()));
  script.record('watch', event('sos'));
  const { lines } = runScript(script.entries);
  expect(inShort(lines)).toEqual(['raised sos red late', 'raised sos red']);
  expect(lines[0]?.warning).not.toBe(lines[1]?.warning);
});

test('another device or kind is another alarm', () => {
  const script = createJournalScript();
  script.record('watch', event('sos'));
  script.record('watch', event('fall'), held(3, script.now()));
  script.record('panel', event('fire'));
  script.record('panel', event('smoke'), held(3, script.now()));
  expect(inShort(runScript(script.entries).lines).filter((line) => line.endsWith('late'))).toEqual([
    'raised fall red late',
    'raised smoke red late',
  ]);
});

test('what is not life safety and late repeats what held when it was captured, else is dropped and counted', () => {
  const script = createJournalScript();
  script.record('unit-door', event('door-forced'), held(5, script.now()));
  script.record('unit-door', event('door-forced'));
  script.record('unit-door', event('door-forced'), held(5, script.now()));
  script.skip(600_000);
  script.record('unit-door', event('door-forced'), held(5, script.now()));
  script.pass(1000);
  script.record('unit-door', event('door-closed'));
  script.record('unit-door', event('door-forced'), held(5, script.now()));
  const { lines, result } = runScript(script.entries);
  expect(inShort(lines)).toEqual([
    'raised door-forced orange',
    'repeated door-forced orange late',
    'cleared door-forced orange',
  ]);
  expect(result.droppedLate).toBe(3);
});

test('the device’s word that it is over ends a late warning too', () => {
  const script = createJournalScript();
  script.record('panel', event('fire'), held(5, script.now()));
  script.record('panel', event('fire', false));
  expect(inShort(runScript(script.entries).lines)).toEqual(['raised fire red late', 'cleared fire red']);
});
