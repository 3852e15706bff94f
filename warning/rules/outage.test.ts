import { expect, test } from 'vitest';
import { createJournalScript, type JournalScript, scriptRegistry } from '../testing/journal-script.ts';
import { inShort, runScript } from '../testing/run-script.ts';

const alive = { type: 'keep-alive' } as const;
const offline = { type: 'event', kind: 'link-fault', code: 'offline' } as const;
const online = { ...offline, code: 'online', active: false } as const;
const minute = 60_000;

const ids = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`);
const watches = ids('watch', 63);
const buttons = ids('button', 8);
const registry = scriptRegistry({}, [
  ...watches.map((id, index) => ({
    id,
    class: 'watch',
    name: '手表',
    address: `watch-3g:${7_000_000_000 + index}`,
  })),
  ...buttons.map((id, index) => ({
    id,
    class: 'sos-button',
    name: '按钮',
    address: `zigbee2mqtt:00124b000000010${index}`,
  })),
  { id: 'bridge', class: 'zigbee-bridge', name: 'Zigbee', address: 'zigbee2mqtt:00124b0000000001' },
]);

const start = () => createJournalScript(registry);
const run = (script: JournalScript, batchEntries = 1000) =>
  runScript(script.entries, { registry, batchEntries });
/** The warnings that hold at the end, by kind. */
function standing(script: JournalScript): string[] {
  const active = new Map<string, string>();
  for (const line of run(script).lines) {
    if (line.transition === 'raised') active.set(line.warning, line.kind);
    if (line.transition === 'cleared') active.delete(line.warning);
  }
  return [...active.values()];
}
const newest = (script: JournalScript) => run(script).lines.at(-1);

test('63 watches whose carrier fails go silent one by one and are one warning, over when the last is heard', () => {
  const script = start();
  for (const id of watches) {
    script.record(id, alive);
    script.pass(5000, { heartbeats: ['gw1'] });
  }
  script.pass(30 * minute, { heartbeats: ['gw1'] });
  expect(standing(script)).toEqual(['outage']);
  expect(newest(script)).toMatchObject({
    transition: 'changed',
    level: 'yellow',
    lifeSafety: false,
    evidence: { zh: '网关 东门网关 的 63 台手表失联', members: { count: 63 } },
  });
  expect(newest(script)?.evidence.members?.places).toHaveLength(20);
  for (const id of watches.slice(1)) script.record(id, alive);
  expect(newest(script)?.evidence).toMatchObject({ members: { count: 1 } });
  script.record('watch-0', alive);
  expect(newest(script)).toMatchObject({ transition: 'cleared', evidence: { zh: '设备已全部恢复通信' } });
  expect(standing(script)).toEqual([]);
});

test('what went silent before it was many stands on the one warning, its own ended as part of it', () => {
  const script = start();
  for (const id of buttons.slice(0, 5)) script.record(id, offline);
  expect(inShort(run(script).lines)).toEqual([
    ...Array(4).fill('raised link-fault yellow'),
    'raised outage yellow',
    ...Array(4).fill('cleared link-fault yellow'),
  ]);
  expect(run(script).lines.filter(({ merged }) => merged)).toHaveLength(4);
});

test('four silent devices are four warnings, and so are five that fail far apart', () => {
  const four = start();
  for (const id of buttons.slice(0, 4)) four.record(id, offline);
  expect(standing(four)).toEqual(Array(4).fill('link-fault'));
  const apart = start();
  for (const id of buttons.slice(0, 6)) {
    apart.record(id, offline);
    apart.pass(minute, { heartbeats: ['gw1'] });
  }
  expect(standing(apart)).toEqual(Array(6).fill('link-fault'));
});

test('while its bridge is away each device that goes silent, hours apart, is on one warning with the bridge', () => {
  const script = start();
  script.record('button-0', alive);
  script.pass(3 * 60 * minute, { heartbeats: ['gw1'] });
  script.record('button-1', alive);
  script.record('bridge', offline);
  expect(standing(script)).toEqual(['link-fault']);
  script.pass(13 * 60 * minute, { heartbeats: ['gw1'] });
  expect(standing(script)).toEqual(['outage']);
  expect(newest(script)?.evidence).toMatchObject({
    zh: '网关 东门网关 的 3 台Zigbee 设备失联',
    members: { count: 3 },
  });
  script.record('bridge', online);
  script.record('bridge', alive);
  for (const id of ['button-0', 'button-1']) script.record(id, alive);
  expect(standing(script)).toEqual([]);
});

test('a line that is said to be broken twice stands twice on the warning of many, each record once', () => {
  const script = start();
  for (const id of [...buttons.slice(0, 6), 'button-5']) script.record(id, offline);
  const { lines } = run(script);
  expect(
    inShort(lines.filter(({ kind, transition }) => kind === 'outage' && transition !== 'cleared')),
  ).toEqual(['raised outage yellow', 'repeated outage yellow', 'repeated outage yellow']);
  const records = lines
    .filter(({ transition }) => transition === 'raised' || transition === 'repeated')
    .map(({ record }) => record?.sequence);
  expect(records.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('a replay of an outage cut into single entries writes the same log', () => {
  const script = start();
  script.record('bridge', offline);
  for (const id of buttons) script.record(id, offline);
  for (const id of buttons.slice(2)) script.record(id, online);
  expect(run(script, 1).lines).toEqual(run(script).lines);
});

test('an outage that people closed warns anew of a device that goes silent while its bridge is away', () => {
  const script = start();
  script.record('bridge', offline);
  script.record('button-0', offline);
  script.incident(
    'resolved',
    [run(script).lines.find(({ kind }) => kind === 'outage')?.warning ?? ''],
    'real',
  );
  expect(standing(script)).toEqual([]);
  script.record('button-1', offline);
  expect(newest(script)).toMatchObject({
    transition: 'raised',
    kind: 'outage',
    evidence: { members: { count: 3 } },
  });
});

test('a silent fire panel stands by itself, in orange', () => {
  const script = start();
  script.record('panel', alive);
  for (const id of buttons) script.record(id, offline);
  script.pass(6 * minute, { heartbeats: ['gw1', 'gw2'] });
  expect(standing(script).toSorted()).toEqual(['device-stale', 'outage']);
});
