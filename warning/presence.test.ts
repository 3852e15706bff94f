import { describe, expect, test } from 'vitest';
import { Presence } from './presence.ts';
import { createJournalScript, scriptRegistry, scriptStart } from './testing/journal-script.ts';
import { inShort, runScript, scriptSettings } from './testing/run-script.ts';

const minute = 60_000;
const alive = { type: 'keep-alive' } as const;
const beats = { heartbeats: ['gw1', 'gw2'] };
const stale = (entries: Parameters<typeof runScript>[0]) =>
  runScript(entries).lines.map(({ transition, key, level }) => `${transition} ${key} ${level}`);

function born() {
  const script = createJournalScript();
  script.gateway('gw1', 'birth');
  script.gateway('gw2', 'birth');
  return script;
}

describe('a device', () => {
  test.each([
    ['watch', 20, 'yellow'],
    ['unit-door', 15, 'yellow'],
    ['panel', 5, 'orange'],
  ])('%s is stale after %i minutes unheard, and live when heard', (device, minutes, level) => {
    const script = born();
    script.record(device, alive);
    script.pass(minutes * minute - 1000, beats);
    expect(stale(script.entries)).toEqual([]);
    script.pass(minute, beats);
    const { devices } = runScript(script.entries);
    expect(devices.get(device)).toMatchObject({ state: 'stale', heardAt: scriptStart - 2 });
    script.record(device, alive);
    expect(stale(script.entries)).toEqual([`raised ${device} ${level}`, `cleared ${device} ${level}`]);
    expect(runScript(script.entries).devices.get(device)).toMatchObject({
      state: 'live',
      heardAt: script.now() - 2,
    });
  });

  test('never heard is unheard, however long, and warns of nothing', () => {
    const script = born();
    script.pass(60 * minute, beats);
    const { lines, devices } = runScript(script.entries);
    expect(lines).toEqual([]);
    expect(devices.get('watch')).toMatchObject({ state: 'unheard', latest: {} });
    expect(devices.get('watch')).not.toHaveProperty('heardAt');
  });

  test('whose first record was held too long is known but stale, and missed after its full time', () => {
    const script = born();
    script.record('panel', alive, { heldMs: 10 * minute, capturedAt: scriptStart - 10 * minute });
    script.gateway('gw2', 'heartbeat', []);
    expect(runScript(script.entries).devices.get('panel')).toMatchObject({
      state: 'stale',
      heardAt: scriptStart - 10 * minute,
    });
    script.pass(4 * minute, beats);
    expect(stale(script.entries)).toEqual([]);
    script.pass(2 * minute, beats);
    expect(stale(script.entries)).toEqual(['raised panel orange']);
  });

  test('is heard by what it says, not by a gap or the result of a command', () => {
    const script = born();
    script.record('panel', { type: 'gap', from: 1, reason: 'quota' });
    script.record('panel', {
      type: 'command-result',
      command: 'c-0b6d1f5e-6a0d-4a8e-9a53-0d6a3f1f7f10',
      result: 'done',
    });
    expect(runScript(script.entries).devices.get('panel')?.state).toBe('unheard');
  });

  test('an alarm of a stale device stands in one line; being heard again does not carry its record', () => {
    const script = born();
    script.record('watch', alive);
    script.pass(21 * minute, beats);
    script.record('watch', { type: 'event', kind: 'sos' });
    const { lines } = runScript(script.entries);
    expect(inShort(lines)).toEqual([
      'raised device-stale yellow',
      'cleared device-stale yellow',
      'raised sos red',
    ]);
    expect(lines.map((line) => line.record !== undefined)).toEqual([false, false, true]);
  });
});

describe('a gateway', () => {
  test('unheard for three heartbeats is one warning, its devices stale with it and back as they are heard', () => {
    const script = born();
    for (const device of ['watch', 'unit-door', 'home-door']) script.record(device, alive);
    script.pass(90_000, { heartbeats: ['gw2'] });
    expect(stale(script.entries)).toEqual([]);
    script.pass(60 * minute, { heartbeats: ['gw2'] });
    const gone = runScript(script.entries);
    expect(stale(script.entries)).toEqual(['raised c1/gw1 orange']);
    expect(gone.gateways.get('gw1')).toMatchObject({ state: 'stale' });
    expect(['watch', 'unit-door', 'home-door'].map((id) => gone.devices.get(id)?.state)).toEqual(
      Array(3).fill('stale'),
    );
    script.gateway('gw1', 'birth');
    script.record('watch', alive);
    const back = runScript(script.entries);
    expect(stale(script.entries)).toEqual(['raised c1/gw1 orange', 'cleared c1/gw1 orange']);
    expect(back.gateways.get('gw1')?.state).toBe('live');
    expect([back.devices.get('watch')?.state, back.devices.get('unit-door')?.state]).toEqual([
      'live',
      'stale',
    ]);
  });

  test('back again gives its devices their full time', () => {
    const script = born();
    script.record('unit-door', alive);
    script.pass(14 * minute, beats);
    script.gateway('gw1', 'death');
    script.pass(minute, { heartbeats: ['gw2'] });
    script.gateway('gw1', 'birth');
    script.pass(14 * minute, beats);
    expect(stale(script.entries)).toEqual(['raised c1/gw1 orange', 'cleared c1/gw1 orange']);
    script.pass(2 * minute, beats);
    expect(stale(script.entries).slice(2)).toEqual(['raised unit-door yellow']);
  });

  test('that dies is stale at once, and twice dead is one warning', () => {
    const script = born();
    script.gateway('gw1', 'death');
    script.gateway('gw1', 'death');
    const { lines } = runScript(script.entries);
    expect(lines).toMatchObject([
      { kind: 'gateway-stale', level: 'orange', gateway: 'gw1', lifeSafety: false },
    ]);
    expect(lines[0]?.evidence.zh).toContain('东门网关');
    expect(lines[0]).not.toHaveProperty('device');
  });

  test('never heard is unheard and warns of nothing', () => {
    const script = createJournalScript();
    script.pass(10 * minute);
    expect(stale(script.entries)).toEqual([]);
    expect(runScript(script.entries).gateways.get('gw1')).toMatchObject({ state: 'unheard' });
  });

  test('that comes back with long-held records is catching up until one is fresh', () => {
    const script = born();
    const states = () => runScript(script.entries).gateways.get('gw1')?.state;
    script.record('watch', alive, { heldMs: 3 * minute });
    expect(states()).toBe('catching-up');
    script.record('watch', alive, { heldMs: 30_000 });
    script.record('watch', { type: 'event', kind: 'sos' });
    expect(states()).toBe('catching-up');
    script.record('watch', alive, { heldMs: 9000 });
    expect(states()).toBe('live');
    script.record('watch', alive, { heldMs: undefined });
    expect(states()).toBe('catching-up');
    script.gateway('gw1', 'heartbeat', []);
    expect(states()).toBe('live');
  });
});

describe('time that counts for no absence', () => {
  test('is that in which ingest was not listening', () => {
    const script = born();
    script.record('panel', alive);
    script.pass(60 * minute, { listening: false });
    script.pass(4 * minute, beats);
    expect(stale(script.entries)).toEqual([]);
  });

  test('is that in which there were no ticks', () => {
    const script = born();
    script.record('panel', alive);
    for (let times = 0; times < 100; times++) {
      script.skip(6000);
      script.pass(1000, beats);
    }
    expect(stale(script.entries)).toEqual([]);
  });

  test('is not that between ticks five seconds apart', () => {
    const script = born();
    script.record('panel', alive);
    for (let times = 0; times < 100; times++) {
      script.skip(4000);
      script.pass(1000);
      script.gateway('gw2', 'heartbeat');
    }
    expect(stale(script.entries)).toEqual(['raised c1/gw1 orange', 'raised panel orange']);
  });

  test('is that in which the gateway was catching up', () => {
    const script = born();
    script.record('panel', alive);
    script.record('panel', alive, { heldMs: 3 * minute });
    script.pass(30 * minute, beats);
    expect(stale(script.entries)).toEqual([]);
    script.gateway('gw2', 'heartbeat', []);
    script.pass(6 * minute, beats);
    expect(stale(script.entries)).toEqual(['raised panel orange']);
  });

  test('is that since the gateway was last heard', () => {
    const script = born();
    script.record('panel', alive);
    script.pass(4 * minute, beats);
    script.pass(80_000, { heartbeats: ['gw1'] });
    script.gateway('gw2', 'death');
    script.gateway('gw2', 'birth');
    script.pass(4 * minute, beats);
    expect(stale(script.entries)).toEqual(['raised c1/gw2 orange', 'cleared c1/gw2 orange']);
  });
});

test('a storm of stale devices stays one warning when their gateway goes', () => {
  const script = born();
  for (let round = 0; round < 5; round++) {
    for (const device of ['watch', 'unit-door', 'home-door', 'panel']) script.record(device, alive);
    script.pass(minute, beats);
  }
  script.pass(120 * minute);
  expect(stale(script.entries)).toEqual(['raised c1/gw1 orange', 'raised c1/gw2 orange']);
});

test('devices of another protocol are known of a gateway until it no longer tells of them', () => {
  const presence = new Presence(
    { clock: { ms: 0, listening: false }, gateways: [], devices: [] },
    scriptSettings,
  );
  presence.sync(scriptRegistry());
  const call = {
    adapter: 'watch-3g',
    protocol: 'GT06',
    remote: '192.0.2.17',
    times: 1,
    lastAt: '2026-11-24T01:15:00.000Z',
  };
  const [birth] = born().entries;
  if (birth?.class !== 'gateway') throw new Error('the script begins with a birth');
  presence.onGateway({ ...birth, foreign: [call] });
  expect(presence.gateway('c1/gw1')?.foreign).toEqual([call]);
  presence.onGateway({ ...birth, status: 'heartbeat' });
  expect(presence.gateway('c1/gw1')?.foreign).toBeUndefined();
});

test('who is there is counted by community and state, with 0 where nobody is', () => {
  const presence = new Presence(
    { clock: { ms: 0, listening: false }, gateways: [], devices: [] },
    scriptSettings,
  );
  expect(presence.count()).toEqual([]);
  presence.sync(scriptRegistry());
  const script = born();
  const heard = script.record('panel', alive);
  for (const entry of script.entries) {
    if (entry.class === 'gateway') presence.onGateway(entry);
    if (entry.class === 'record') presence.onRecord(entry);
  }
  expect(heard).toMatchObject({ device: 'panel' });
  const counts = Object.fromEntries(
    presence.count().map(({ of, community, state, count }) => [`${of} ${community} ${state}`, count]),
  );
  expect(counts).toEqual({
    'gateways c1 live': 2,
    'gateways c1 catching-up': 0,
    'gateways c1 stale': 0,
    'gateways c1 unheard': 0,
    'devices c1 live': 1,
    'devices c1 stale': 0,
    'devices c1 unheard': (scriptRegistry().of('c1')?.devices.size ?? 0) - 1,
  });
});
