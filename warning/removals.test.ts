import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { patchCommunityRegistry } from '#registry/patch-community.ts';
import { type Registry, registryOf } from '#registry/registry.ts';
import { type RemovalPart, removalKey } from '#registry/removals.ts';
import { silentLog } from '#runtime/log.ts';
import { Engine } from './engine.ts';
import { allRules } from './rules/all.ts';
import {
  createJournalScript,
  type JournalScript,
  scriptRegistry,
  scriptStart,
} from './testing/journal-script.ts';
import { readWarningLog } from './testing/read-warning-log.ts';
import { runScript, scriptSettings } from './testing/run-script.ts';
import { openWarningStore } from './warning-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taken-out-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const minute = 60_000;
const hours = (count: number) => count * 60 * minute;
const watches = Array.from({ length: 6 }, (_, index) => ({
  id: `watch-${index}`,
  name: '手表',
  address: `watch-3g:${7_000_000_000 + index}`,
}));
const detector = {
  id: 'smoke-1',
  class: 'smoke-detector',
  name: '烟感',
  address: 'zigbee2mqtt:00124b0000000001',
};
const full = scriptRegistry({}, [...watches, detector]);
const smoke = { type: 'event', kind: 'smoke' } as const;
const alive = { type: 'keep-alive' } as const;

/** The registry after somebody of the machine took these out. */
function without(gone: Partial<Record<RemovalPart, string[]>>, at = scriptStart): Registry {
  const own = full.of('c1');
  if (!own) throw new Error('no c1');
  const { device = [], gateway = [], resident = [] } = gone;
  const none = (ids: string[]) => new Map(ids.map((id) => [id, undefined] as const));
  const taken = Object.entries(gone).flatMap(([part, ids]) => ids.map((id) => removalKey(part, id)));
  const patched = patchCommunityRegistry(own, {
    devices: none(device),
    gateways: none(gateway),
    residents: none(resident),
    removals: new Map(taken.map((key) => [key, { at, by: 'operator' }] as const)),
  });
  return registryOf(2, new Map([['c1', patched]]), new Map());
}

/** What the engine writes where the registry is another from the second part of the script on. */
function play(
  script: JournalScript,
  after: Registry,
  more: (lines: WarningTransition[]) => void,
): WarningTransition[] {
  const file = join(folder, 'warning.db');
  const store = openWarningStore(file);
  const counters = { droppedLate: 0, refused: 0, failedSteps: 0 };
  const engine = new Engine(store.load(), {
    ...{ store, rules: allRules, settings: scriptSettings, log: silentLog(), counters },
  });
  const read = () => {
    const lines = readWarningLog(file);
    return lines;
  };
  engine.run(script.entries, full);
  const { length } = script.entries;
  const before = read();
  script.pass(1000);
  more(before);
  engine.run(script.entries.slice(length), after);
  store.close();
  expect(counters.failedSteps).toBe(0);
  return read().slice(before.length);
}

const inBrief = (lines: readonly WarningTransition[]) =>
  lines.map(({ transition, kind, takenOut, evidence }) => [transition, kind, takenOut === true, evidence.zh]);
const nothingMore = () => undefined;

test('the silence of a device that was taken out is not open for ever: it ends, saying when and by whom', () => {
  const script = createJournalScript(full);
  script.record('watch-0', alive);
  script.pass(hours(2), { heartbeats: ['gw1'] });
  const after = without({ device: ['watch-0'] }, script.now());
  const lines = play(script, after, nothingMore);
  expect(inBrief(lines)).toEqual([
    [
      ...['cleared', 'device-stale', true],
      '设备 watch-0 已移出登记（2026-11-24 11:00，operator）：不再等待它的消息，现状无从得知',
    ],
  ]);
});

test('smoke of a detector that was taken out is not said to end: its siren goes on, and its state is not known', () => {
  const script = createJournalScript(full);
  script.record('smoke-1', smoke);
  const lines = play(script, without({ device: ['smoke-1'] }), ([raised]) => {
    script.incident('resolved', [raised?.warning ?? ''], 'false');
    script.pass(2000);
  });
  expect(inBrief(lines)).toEqual([
    [
      ...['changed', 'smoke', true],
      '设备 smoke-1 已移出登记（2026-11-24 09:00，operator）：现在是否仍在报警无从得知，请现场确认',
    ],
    ['validated', 'smoke', false, '核实为误报'],
    ['cleared', 'smoke', false, '警情已处置完毕'],
  ]);
  expect(lines.at(-1)?.byPeople).toBe(true);
});

test('smoke that people closed while it held is waited for no more once its detector was taken out', () => {
  const script = createJournalScript(full);
  script.record('smoke-1', smoke);
  const [raised] = runScript(script.entries, { registry: full }).lines;
  script.incident('resolved', [raised?.warning ?? ''], 'false');
  const lines = play(script, without({ device: ['smoke-1'] }), nothingMore);
  expect(lines).toMatchObject([{ transition: 'cleared', kind: 'smoke', takenOut: true }]);
});

test('an alarm read after its device was taken out says so at once', () => {
  const script = createJournalScript(full);
  script.record('watch-0', alive);
  const lines = play(script, without({ device: ['smoke-1'] }), () => void script.record('smoke-1', smoke));
  expect(inBrief(lines).map(([transition, kind, takenOut]) => [transition, kind, takenOut])).toEqual([
    ['raised', 'smoke', false],
    ['changed', 'smoke', true],
  ]);
});

/** Six watches that go silent together. */
function silentWatches(): JournalScript {
  const script = createJournalScript(full);
  for (const { id } of watches) script.record(id, alive);
  script.pass(hours(2), { heartbeats: ['gw1'] });
  return script;
}

test('"every device is heard again" is not said of an outage of which some were taken out', () => {
  const lines = play(silentWatches(), without({ device: ['watch-0', 'watch-1'] }), nothingMore);
  expect(lines).toMatchObject([
    { transition: 'changed', kind: 'outage', evidence: { members: { count: 4 } } },
  ]);
});

test('an outage of which the others are heard again ends, and says that some were taken out', () => {
  const script = silentWatches();
  const lines = play(script, without({ device: ['watch-0', 'watch-1'] }), () => {
    for (const { id } of watches.slice(2)) script.record(id, alive);
  });
  expect(lines.at(-1)).toMatchObject({ transition: 'cleared', kind: 'outage' });
  expect(lines.at(-1)?.evidence.zh).toBe('其余设备已恢复通信，另有设备已移出登记，现状无从得知');
});

test('an outage all of whose devices were taken out ends for that reason', () => {
  const lines = play(silentWatches(), without({ device: watches.map(({ id }) => id) }), nothingMore);
  expect(inBrief(lines)).toEqual([['cleared', 'outage', true, '失联的设备已全部移出登记，现状无从得知']]);
});

test('detectors that cannot be read are counted without those that were taken out', () => {
  const script = createJournalScript(full);
  const unread = { type: 'event', kind: 'detector-unread' } as const;
  for (const id of ['watch-0', 'watch-1']) script.record(id, unread, { lane: 'telemetry' });
  const fewer = play(script, without({ device: ['watch-0'] }), nothingMore);
  expect(fewer).toMatchObject([{ transition: 'changed', evidence: { members: { count: 1 } } }]);
});

test('the silence of a gateway that was taken out with its devices ends, and nothing is said of its return', () => {
  const script = createJournalScript(full);
  script.gateway('gw2', 'birth');
  script.gateway('gw2', 'death');
  const lines = play(script, without({ gateway: ['gw2'], device: ['panel'] }), nothingMore);
  expect(inBrief(lines)).toEqual([
    [
      ...['cleared', 'gateway-stale', true],
      '网关 gw2 已移出登记（2026-11-24 09:00，operator）：不再等待它的消息，现状无从得知',
    ],
  ]);
});

test.each([
  ['the resident was taken out', { resident: ['r1'] }, '住户 r1 已移出登记'],
  ['all that shows it was taken out', { device: ['watch', 'home-door'] }, '没有设备再为这位居民显示活动'],
])('inactivity of which nobody can see the end is not open for ever: %s', (_what, gone, words) => {
  const script = createJournalScript(full);
  script.record('watch', alive);
  for (let hour = 0; hour < 13; hour++) {
    script.pass(hours(1), { heartbeats: ['gw1'] });
    script.record('watch', alive);
  }
  const lines = play(script, without(gone), nothingMore);
  expect(inBrief(lines).map(([transition, kind, takenOut]) => [transition, kind, takenOut])).toContainEqual([
    ...['cleared', 'inactivity', true],
  ]);
  expect(lines.find(({ kind }) => kind === 'inactivity')?.evidence.zh).toContain(words);
});
