import { describe, expect, test } from 'vitest';
import type { Body } from '#contracts/record-body.ts';
import { createJournalScript, type JournalScript, scriptRegistry } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';

const minute = 60_000;
const hour = 60 * minute;
const steps = { type: 'reading', quantity: 'steps', value: 7, unit: '1' } as const;
const other = { gateway: 'gw2', saidByOther: true } as const;
const doors = Array.from({ length: 6 }, (_, index) => ({
  id: `d${index}`,
  class: 'door-sensor',
  address: `zigbee2mqtt:${index}`,
  name: `门磁${index}`,
}));
const registry = scriptRegistry({}, doors);
const start = () => createJournalScript(registry);
const say = (script: JournalScript, device: string, body: Body = { type: 'keep-alive' }) =>
  script.record(device, body, other);
const run = (script: JournalScript, of = registry) => runScript(script.entries, { registry: of });
const own = (script: JournalScript, of = registry) =>
  run(script, of).lines.filter(({ rule }) => rule === 'gateway-speaks-for-others');

describe('what another gateway says of a device', () => {
  test.each(['sos', 'fall', 'smoke', 'gas', 'unreadable-alarm'] as const)('%s is raised, marked', (kind) => {
    const script = start();
    say(script, 'watch', { type: 'event', kind });
    expect(run(script).lines).toMatchObject([
      { transition: 'raised', kind, saidByOther: true, device: 'watch' },
    ]);
  });

  test('ends nothing, while its own gateway does', () => {
    const script = start();
    script.record('d0', { type: 'event', kind: 'smoke' });
    say(script, 'd0', { type: 'event', kind: 'smoke', active: false });
    expect(inShort(run(script).lines)).toEqual(['raised smoke red']);
    script.record('d0', { type: 'event', kind: 'smoke', active: false });
    expect(inShort(run(script).lines).at(-1)).toBe('cleared smoke red');
  });

  test.each([
    ['the own gateway first', ['gw1', 'gw2'], ['raised sos']],
    ['the other one first', ['gw2', 'gw1'], ['raised sos by other', 'repeated sos']],
    ['the other one alone, twice', ['gw2', 'gw2'], ['raised sos by other', 'repeated sos by other']],
  ])(
    'one press that two gateways heard, %s, is one by its origin and never lost',
    (_name, senders, expected) => {
      for (const batchEntries of [1, 100]) {
        const script = start();
        for (const gateway of senders) {
          const part = { origin: '00010000@1', ...(gateway === 'gw2' && other) };
          script.record('watch', { type: 'event', kind: 'sos' }, part);
        }
        const { lines } = runScript(script.entries, { registry, batchEntries });
        const said = lines.map(
          ({ transition, kind, saidByOther }) => `${transition} ${kind}${saidByOther ? ' by other' : ''}`,
        );
        expect(said).toEqual(expected);
      }
    },
  );

  test('moves no latest value, is no sign of life and moves the device to no other gateway', () => {
    const script = start();
    script.record('watch', steps);
    script.pass(minute);
    script.record('watch', { ...steps, value: 99 }, other);
    const { devices } = run(script);
    const heardAt = script.entries[0]?.receivedAt ?? 0;
    expect(devices.get('watch')).toMatchObject({
      gateway: 'gw1',
      heardAt: heardAt - 2,
      latest: { steps: { value: 7 } },
    });
    const never = start();
    say(never, 'd1');
    expect(run(never).devices.get('d1')).toMatchObject({ state: 'unheard', latest: {} });
  });

  test('wakes no resident who shows no sign of activity', () => {
    const script = start();
    script.gateway('gw1', 'birth');
    script.record('watch', steps);
    script.pass(6 * hour, { heartbeats: ['gw1', 'gw2'] });
    script.record('watch', { type: 'event', kind: 'door-opened' }, other);
    script.pass(6 * hour + minute, { heartbeats: ['gw1', 'gw2'] });
    expect(run(script).lines.map(({ kind }) => kind)).toContain('inactivity');
  });
});

test('a gateway that speaks for five devices of another within an hour is one orange warning that names them', () => {
  const script = start();
  for (const { id } of doors.slice(0, 4)) say(script, id);
  expect(own(script)).toEqual([]);
  script.pass(hour + minute);
  say(script, 'd4');
  // The first four were an hour ago.
  expect(own(script)).toEqual([]);
  for (const { id } of doors.slice(0, 4)) say(script, id);
  const [line, ...others] = own(script);
  expect(line).toMatchObject({
    transition: 'raised',
    level: 'orange',
    gateway: 'gw2',
    evidence: { members: { count: 5 } },
  });
  expect(line?.evidence.zh).toContain('是更换了网关，还是有人冒充');
  expect(others).toEqual([]);
  say(script, 'd5');
  say(script, 'd5');
  expect(own(script).map(({ transition, evidence }) => [transition, evidence.members?.count])).toEqual([
    ['raised', 5],
    ['changed', 6],
  ]);
});

test.each(['door-forced', 'water-leak', 'detector-unread'] as const)(
  '%s opens nothing, and tells of the gateway at once',
  (kind) => {
    const script = start();
    say(script, 'd0', { type: 'event', kind });
    const { lines } = run(script);
    expect(inShort(lines)).toEqual(['raised gateway-speaks-for-others orange']);
    expect(lines[0]?.evidence.zh).toContain('未产生警情：');
    say(script, 'd0', { type: 'event', kind });
    expect(inShort(run(script).lines).at(-1)).toBe('repeated gateway-speaks-for-others orange');
  },
);

test('it ends when the devices were moved to it, and when it has not spoken for the hour', () => {
  const script = start();
  say(script, 'd0', { type: 'event', kind: 'door-forced' });
  script.gateway('gw1', 'heartbeat');
  expect(own(script).map(({ transition }) => transition)).toEqual(['raised']);
  const moved = scriptRegistry({}, [{ ...doors[0], gateway: 'gw2' }]);
  expect(own(script, moved).map(({ transition }) => transition)).toEqual(['raised', 'cleared']);
  script.skip(hour);
  // Its own heartbeat is not needed: it may be switched off.
  script.gateway('gw1', 'heartbeat');
  expect(own(script).map(({ transition }) => transition)).toEqual(['raised', 'cleared']);
});

test('resolved by people, it is not back with the next reading, but with the next alarm that opens nothing', () => {
  const script = start();
  for (const { id } of doors.slice(0, 5)) say(script, id);
  script.incident('resolved', [own(script)[0]?.warning ?? ''], 'real');
  for (const { id } of doors) say(script, id);
  const since = () => own(script).filter(({ transition }) => transition === 'raised').length;
  expect(since()).toBe(1);
  say(script, 'd0', { type: 'event', kind: 'tamper' });
  expect(since()).toBe(2);
});
