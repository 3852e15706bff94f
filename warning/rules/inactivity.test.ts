import { describe, expect, test } from 'vitest';
import type { Body } from '#contracts/record-body.ts';
import { createJournalScript, scriptRegistry, scriptStart } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';

const minute = 60_000;
const hour = 60 * minute;
const steps = (value: number) => ({ type: 'reading', quantity: 'steps', value, unit: '{steps}' }) as const;
const battery = (value: number) => ({ type: 'reading', quantity: 'battery', value, unit: '%' }) as const;
const worn = (value: number) => ({ type: 'reading', quantity: 'worn', value, unit: '1' }) as const;
const alive = { type: 'keep-alive' } as const;
const event = (kind: 'door-opened' | 'door-closed' | 'sos' | 'fall') => ({ type: 'event', kind }) as const;

/** A day told by hours: both devices and their gateway are heard, and nothing else happens. */
function quiet(script: ReturnType<typeof createJournalScript>, hours: number): void {
  for (let tenMinutes = 0; tenMinutes < hours * 6; tenMinutes++) {
    script.pass(10 * minute, { heartbeats: ['gw1', 'gw2'] });
    script.record('watch', alive);
    script.record('home-door', alive);
  }
}

function begun() {
  const script = createJournalScript();
  script.gateway('gw1', 'birth');
  script.gateway('gw2', 'birth');
  script.record('watch', steps(100));
  return script;
}

const inactive = (script: ReturnType<typeof createJournalScript>, registry = scriptRegistry()) =>
  runScript(script.entries, { registry }).lines.filter((line) => line.kind === 'inactivity');

test('no sign of activity for the hours chosen warns once, saying how long each source was silent', () => {
  const script = begun();
  quiet(script, 3);
  script.record('home-door', event('door-closed'));
  quiet(script, 11);
  expect(inactive(script)).toEqual([]);
  quiet(script, 12);
  const lines = inactive(script);
  expect(inShort(lines)).toEqual(['raised inactivity orange']);
  expect(lines[0]).toMatchObject({ key: 'r1', device: 'watch', gateway: 'gw1', lifeSafety: false });
  expect(lines[0]?.evidence).toEqual({
    zh: '3栋2单元501 独居居民超过 12 小时没有活动迹象：手表 12 小时没有走动；门禁 12 小时没有动静',
    en: 'No sign of activity for 12 hours at 3栋2单元501, living alone: watch without steps for 12 hours; gate without a passage for 12 hours',
    values: {
      inactivityMs: 12 * hour,
      sinceAt: scriptStart + 3 * hour,
      'silentMs watch': 12 * hour,
      'silentMs home-door': 12 * hour,
    },
  });
});

test.each<[string, string, Body, boolean]>([
  ['more steps', 'watch', steps(101), true],
  ['steps counted anew after midnight', 'watch', steps(5), true],
  ['the same steps', 'watch', steps(100), false],
  ['steps at nought', 'watch', steps(0), false],
  ['steps of a watch that has counted on for years', 'watch', steps(226_120), true],
  ['an impossible number of steps', 'watch', steps(900_000_000), false],
  ['the dwelling’s door opened', 'home-door', event('door-opened'), true],
  ['the dwelling’s door closed', 'home-door', event('door-closed'), true],
  ['the unit’s door opened', 'unit-door', event('door-opened'), false],
  ['somebody moving at home', 'home-door', { type: 'event', kind: 'motion' }, true],
  ['nobody moving any more', 'home-door', { type: 'event', kind: 'motion', active: false }, false],
  ['SOS', 'watch', event('sos'), true],
  ['a fall', 'watch', event('fall'), false],
  ['a battery level', 'watch', battery(50), false],
  ['a keep-alive', 'watch', alive, false],
  ['a heart beat', 'watch', { type: 'reading', quantity: 'heart-rate', value: 70, unit: '/min' }, false],
  [
    'a position',
    'watch',
    { type: 'position', position: { latitude: 1, longitude: 2, source: 'cell' } },
    false,
  ],
])('%s counts as activity: %s %j %s', (_name, device, body, counts) => {
  const script = begun();
  quiet(script, 11);
  script.record(device, body);
  quiet(script, 2);
  expect(inactive(script)).toHaveLength(counts ? 0 : 1);
  quiet(script, 10);
  expect(inactive(script)).toHaveLength(1);
});

test('activity ends the warning, and silence after it warns anew', () => {
  const script = begun();
  quiet(script, 13);
  script.record('watch', steps(130));
  quiet(script, 13);
  const lines = inactive(script);
  expect(inShort(lines)).toEqual([
    'raised inactivity orange',
    'cleared inactivity orange',
    'raised inactivity orange',
  ]);
  expect(lines[2]?.warning).not.toBe(lines[0]?.warning);
});

test('a resolved incident counts from then', () => {
  const script = begun();
  quiet(script, 13);
  script.incident('resolved', [inactive(script)[0]?.warning ?? ''], 'false');
  quiet(script, 11);
  expect(inShort(inactive(script)).slice(1)).toEqual([
    'validated inactivity orange',
    'cleared inactivity orange',
  ]);
  quiet(script, 2);
  expect(inShort(inactive(script)).slice(3)).toEqual(['raised inactivity orange']);
});

describe('the evidence says what a source could not have seen:', () => {
  test.each<[string, Body[], string]>([
    ['a watch not worn', [worn(0)], '手表未佩戴'],
    ['a watch on its charger', [battery(50), battery(60)], '手表在充电'],
    ['a watch that was charged and is not', [battery(50), battery(60), battery(59)], '手表 12 小时没有走动'],
  ])('%s', (_name, bodies, words) => {
    const script = begun();
    for (const body of bodies) script.record('watch', body);
    quiet(script, 13);
    expect(inactive(script)[0]?.evidence.zh).toContain(`：${words}；`);
  });

  test('a watch not heard, a door never heard', () => {
    const script = begun();
    script.pass(13 * hour, { heartbeats: ['gw1', 'gw2'] });
    expect(inactive(script)[0]?.evidence.zh).toContain('：手表已失联；门禁从未有消息');
  });
});

describe('time does not run', () => {
  test.each<[string, (script: ReturnType<typeof createJournalScript>) => void]>([
    ['while ingest is not listening', (script) => script.pass(24 * hour, { listening: false })],
    [
      'while the gateway is away',
      (script) => {
        script.gateway('gw1', 'death');
        script.pass(24 * hour, { heartbeats: ['gw2'] });
        script.gateway('gw1', 'birth');
      },
    ],
    [
      'while the gateway is catching up',
      (script) => {
        script.record('watch', alive, { heldMs: 10 * minute });
        script.pass(24 * hour, { heartbeats: ['gw1', 'gw2'] });
        script.gateway('gw1', 'heartbeat', []);
      },
    ],
  ])('%s', (_name, pass) => {
    const script = begun();
    quiet(script, 6);
    pass(script);
    quiet(script, 5);
    expect(inactive(script)).toEqual([]);
    quiet(script, 2);
    expect(inactive(script)).toHaveLength(1);
  });

  test('while the resident is away, and starts in full on return', () => {
    const registry = scriptRegistry({
      away_from: scriptStart + 2 * hour,
      away_until: scriptStart + 20 * hour,
    });
    const script = begun();
    quiet(script, 31);
    expect(inactive(script, registry)).toEqual([]);
    quiet(script, 2);
    expect(inactive(script, registry)).toHaveLength(1);
  });

  test('while the resident is away without a date of return', () => {
    const registry = scriptRegistry({ away_from: scriptStart });
    const script = begun();
    quiet(script, 40);
    expect(inactive(script, registry)).toEqual([]);
  });
});

test('what a gateway held counts as activity of its time, what a device kept does not', () => {
  const script = begun();
  quiet(script, 11);
  script.record('watch', steps(500), { historical: true });
  quiet(script, 2);
  expect(inactive(script)).toHaveLength(1);
  script.record('watch', steps(700), { heldMs: 5 * minute, capturedAt: script.now() - 5 * minute });
  expect(inShort(inactive(script)).at(-1)).toBe('cleared inactivity orange');
});

test.each([
  ['does not live alone', { lives_alone: 0 }],
  ['has no hours chosen', { inactivity_ms: null }],
])('a resident who %s is left alone', (_name, change) => {
  const script = begun();
  quiet(script, 50);
  expect(inactive(script, scriptRegistry(change))).toEqual([]);
});
