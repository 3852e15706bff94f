import { expect, test } from 'vitest';
import { createJournalScript, type JournalScript } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';

const unread = { type: 'event', kind: 'detector-unread' } as const;
const unsure = { type: 'event', kind: 'button-unsure' } as const;
const lane = { lane: 'telemetry' } as const;
const last = (script: JournalScript) => runScript(script.entries).lines.at(-1);

test('detectors that cannot be read are one red warning a gateway, which names them as they join and leave', () => {
  const script = createJournalScript();
  script.record('watch', unread, lane);
  script.record('home-door', unread, lane);
  script.record('home-door', unread, lane);
  script.record('panel', unread, lane);
  const { lines } = runScript(script.entries);
  expect(
    lines.map(({ transition, gateway, level, lifeSafety }) => [transition, gateway, level, lifeSafety]),
  ).toEqual([
    ['raised', 'gw1', 'red', false],
    ['changed', 'gw1', 'red', false],
    ['raised', 'gw2', 'red', false],
  ]);
  expect(lines[1]?.evidence.members).toEqual({ count: 2, places: ['3栋2单元501 手表', '3栋2单元501 门禁'] });
  script.record('watch', { ...unread, active: false }, lane);
  expect(last(script)).toMatchObject({ transition: 'changed', evidence: { members: { count: 1 } } });
  script.record('home-door', { ...unread, active: false }, lane);
  expect(last(script)).toMatchObject({ transition: 'cleared', gateway: 'gw1' });
});

test('told while the gateway was away it is told all the same, and an older word changes nothing', () => {
  const script = createJournalScript();
  script.record('watch', unsure, { ...lane, heldMs: 3_600_000 });
  script.record('watch', { ...unsure, active: false }, { ...lane, heldMs: 7_200_000 });
  expect(inShort(runScript(script.entries).lines)).toEqual(['raised button-unsure yellow']);
});

test('closed by people it begins anew with the next device that says it', () => {
  const script = createJournalScript();
  script.record('watch', unread, lane);
  script.incident('resolved', [last(script)?.warning ?? ''], 'real');
  script.record('home-door', unread, lane);
  expect(last(script)).toMatchObject({ transition: 'raised', evidence: { members: { count: 1 } } });
  expect(runScript(script.entries, { batchEntries: 1 }).lines).toEqual(runScript(script.entries).lines);
});
