import { describe, expect, test } from 'vitest';
import { type EventKind, eventKinds, factsOf } from '#contracts/facts/event-kinds.ts';
import { createJournalScript, type JournalScript } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';
import { isGroupKind } from './gateway-group.ts';

// What stands on one warning a gateway has a rule, and a test, of its own.
const kinds = (Object.keys(eventKinds) as EventKind[]).filter((kind) => !isGroupKind(kind));
const warning = kinds.filter((kind) => factsOf(kind).level);
const event = (kind: EventKind, active?: boolean) => ({ type: 'event', kind, active }) as const;

test.each(kinds)('%s raises what its facts say, once, and no more', (kind) => {
  const script = createJournalScript();
  const record = script.record('panel', event(kind));
  const { level, lifeSafety = false } = factsOf(kind);
  const { lines } = runScript(script.entries);
  expect(lines).toMatchObject(
    level
      ? [
          {
            sequence: 1,
            transition: 'raised',
            kind,
            level,
            lifeSafety,
            late: false,
            drill: false,
            device: 'panel',
            record: { sequence: record.sequence, lane: 'alarm' },
            at: record.receivedAt,
            position: record.position,
          },
        ]
      : [],
  );
});

test.each(warning)('a second %s repeats the first', (kind) => {
  const script = createJournalScript();
  script.record('panel', event(kind));
  script.record('panel', event(kind));
  const { lines } = runScript(script.entries);
  expect(lines.map(({ transition }) => transition)).toEqual(['raised', 'repeated']);
  expect(new Set(lines.map((line) => line.warning)).size).toBe(1);
});

test.each(warning.filter((kind) => factsOf(kind).hasEnd))('%s is over when the device says so', (kind) => {
  const script = createJournalScript();
  script.record('panel', event(kind));
  script.pass(1000);
  script.record('panel', event(kind, false));
  script.record('panel', event(kind));
  const { lines } = runScript(script.entries);
  expect(lines.map(({ transition }) => transition)).toEqual(['raised', 'cleared', 'raised']);
  expect(lines[2]?.warning).not.toBe(lines[0]?.warning);
});

test.each(warning.filter((kind) => !factsOf(kind).hasEnd))(
  '%s has no end of its own and holds until its incident is resolved',
  (kind) => {
    const script = createJournalScript();
    script.record('unit-door', event(kind));
    const first = runScript(script.entries).lines[0]?.warning ?? '';
    script.record('unit-door', event(kind, false));
    script.incident('resolved', [first], 'real');
    script.record('unit-door', event(kind));
    const { lines } = runScript(script.entries);
    const ended = kind === 'door-forced' ? ['cleared', 'validated'] : ['validated', 'cleared'];
    expect(lines.map(({ transition }) => transition)).toEqual(['raised', ...ended, 'raised']);
    expect(lines[3]?.warning).not.toBe(first);
  },
);

test('the evidence says what happened and where, in both languages, and names nobody', () => {
  const script = createJournalScript();
  script.record('watch', {
    type: 'event',
    kind: 'sos',
    code: '00010000',
    position: { latitude: 32.06, longitude: 118.79, source: 'gnss' },
  });
  expect(runScript(script.entries).lines[0]?.evidence).toEqual({
    zh: '3栋2单元501 手表 SOS 求救',
    en: 'SOS: the watch of 3栋2单元501',
    values: {
      address: 'watch-3g:6907919734',
      capturedAt: script.now() - 2,
      code: '00010000',
      latitude: 32.06,
      longitude: 118.79,
      fix: 'gnss',
    },
  });
});

describe('components of a fire panel', () => {
  const smoke = (script: JournalScript, point: number, active = true) =>
    script.record(
      'panel',
      {
        type: 'event',
        kind: 'smoke',
        active,
        component: { systemType: 1, systemAddress: 1, zone: 3, point },
        text: '三层走廊',
      },
      { address: `gb26875:060504030201/1.1.3.${point}` },
    );

  test('each has a warning of its own, named in its evidence', () => {
    const script = createJournalScript();
    smoke(script, 17);
    smoke(script, 18);
    smoke(script, 17, false);
    const { lines } = runScript(script.entries);
    expect(lines.map(({ transition, component }) => [transition, component?.point])).toEqual([
      ['raised', 17],
      ['raised', 18],
      ['cleared', 17],
    ]);
    expect(lines[0]?.evidence.zh).toBe('3栋 消防主机 烟雾报警（1.1.3.17 三层走廊）');
  });

  test('an end older than the newest alarm ends nothing', () => {
    const script = createJournalScript();
    smoke(script, 17);
    script.record(
      'panel',
      {
        type: 'event',
        kind: 'smoke',
        active: false,
        component: { systemType: 1, systemAddress: 1, zone: 3, point: 17 },
      },
      { capturedAt: script.now() - 5000 },
    );
    expect(inShort(runScript(script.entries).lines)).toEqual(['raised smoke red']);
  });
});

describe('people', () => {
  test('acknowledge once, and say what it was', () => {
    const script = createJournalScript();
    script.record('watch', event('sos'));
    const id = runScript(script.entries).lines[0]?.warning ?? '';
    script.incident('acknowledged', [id]);
    script.incident('acknowledged', [id]);
    script.incident('resolved', [id], 'false');
    script.incident('resolved', [id], 'drill');
    script.incident('resolved', ['w-000000000000000000000000'], 'real');
    const { lines } = runScript(script.entries);
    expect(lines.map((line) => [line.transition, line.evidence.values.validity, line.drill])).toEqual([
      ['raised', undefined, false],
      ['acknowledged', undefined, false],
      ['validated', 'false', false],
      ['cleared', undefined, false],
      ['validated', 'drill', true],
    ]);
  });

  test('of other transitions of an incident nothing comes', () => {
    const script = createJournalScript();
    script.record('watch', event('sos'));
    const id = runScript(script.entries).lines[0]?.warning ?? '';
    for (const transition of ['opened', 'assigned', 'note', 'reopened']) script.incident(transition, [id]);
    expect(runScript(script.entries).lines).toHaveLength(1);
  });
});
