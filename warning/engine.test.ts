import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { identityOf, type JournalEntry } from '#contracts/journal-entry.ts';
import type { DeviceState } from '#contracts/warning-transition.ts';
import { silentLog } from '#runtime/log.ts';
import { Engine } from './engine.ts';
import { replay } from './replay.ts';
import { allRules } from './rules/all.ts';
import type { Rule } from './rules/rule.ts';
import { createJournalScript, entriesAfter, journalOf, scriptRegistry } from './testing/journal-script.ts';
import { readWarningLog } from './testing/read-warning-log.ts';
import { inShort, replayAtOnce, runScript, scriptSettings } from './testing/run-script.ts';
import { openLiveStateReader } from './warning-readers.ts';
import { openWarningStore } from './warning-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'warning-engine-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const registry = scriptRegistry({ inactivity_ms: 50_000 });
/** Short times, so that a random life meets them all. */
const settings = { ...scriptSettings, watchStaleMs: 60_000, gateStaleMs: 45_000, firePanelStaleMs: 30_000 };
const counters = () => ({ droppedLate: 0, refused: 0, failedSteps: 0 });
const linesOf = (file: string) => {
  const lines = readWarningLog(file);
  return lines;
};

// Revisions count batches, so they alone depend on where these were cut.
const withoutRevision = ({ revision: _revision, ...device }: DeviceState) => device;
const byDevice = (a: { device: string }, b: { device: string }) => (a.device < b.device ? -1 : 1);
const heardIn = (file: string) => {
  const reader = openLiveStateReader(file);
  const devices = reader.devices('c1', 0).map(withoutRevision).sort(byDevice);
  reader.close();
  return devices;
};

type Act = { do: 'event' | 'reading' | 'state' | 'pass' | 'incident'; a: number; b: number; c: number };
const acts = fc.array(
  fc.record<Act>({
    do: fc.constantFrom('event', 'event', 'reading', 'state', 'pass', 'incident'),
    a: fc.nat(1000),
    b: fc.nat(1000),
    c: fc.nat(1000),
  }),
  { minLength: 40, maxLength: 80 },
);
const pick = <T>(list: readonly T[], index: number) => list[index % list.length] as T;
const kinds: EventKind[] = [
  'sos',
  'fire',
  'smoke',
  'door-forced',
  'door-closed',
  'door-held-open',
  'panel-fault',
];
const devices = ['watch', 'home-door', 'unit-door', 'panel', 'unknown'];

/** A life told by random acts; people answer warnings that the same life raises without them. */
function lifeOf(list: readonly Act[]): JournalEntry[] {
  const undisturbed = tell(
    list.filter((act) => act.do !== 'incident'),
    [],
  );
  const raised = runScript(undisturbed, { registry, settings }).lines.map(({ warning }) => warning);
  return tell(list, raised);
}

function tell(list: readonly Act[], raised: readonly string[]): JournalEntry[] {
  const script = createJournalScript(registry);
  for (const act of list) {
    if (act.do === 'pass')
      script.pass((1 + (act.a % 40)) * 1000, { listening: act.b % 5 > 0, heartbeats: ['gw1'] });
    if (act.do === 'state')
      script.gateway(pick(['gw1', 'gw2'], act.a), pick(['birth', 'heartbeat', 'death'], act.b));
    if (act.do === 'reading') {
      const body = { type: 'reading', quantity: 'steps', value: act.b, unit: '{steps}' } as const;
      script.record(pick(devices, act.a), body, { heldMs: pick([5, 5, 90_000, 300_000], act.c) });
    }
    if (act.do === 'event') {
      const heldMs = pick([5, 5, 5, 200_000, 900_000, undefined], act.c);
      script.record(
        pick(devices, act.a),
        { type: 'event', kind: pick(kinds, act.b), active: act.c % 4 > 0 },
        { heldMs, capturedAt: script.now() - (heldMs ?? 60_000) },
      );
    }
    if (act.do === 'incident') {
      if (raised.length === 0) continue;
      const outcome = pick(['real', 'false', 'test', 'drill'], act.c);
      script.incident(pick(['acknowledged', 'resolved'], act.b), [pick(raised, act.a)], outcome);
    }
  }
  return script.entries;
}

describe('a replay', () => {
  test('writes the log of the first run line for line, wherever it was cut into batches or fell over', () => {
    const property = fc.property(
      acts,
      fc.array(fc.integer({ min: 4, max: 160 })),
      fc.nat(),
      (list, cuts, seed) => {
        const entries = lifeOf(list);
        const whole = runScript(entries, { registry, settings });
        const file = join(folder, `${crypto.randomUUID()}.db`);
        let taken = 0;
        for (let round = 0; taken < entries.length; round++) {
          const size = cuts[round % cuts.length] ?? 7;
          const store = openWarningStore(file);
          const loaded = store.load();
          const engine = new Engine(loaded, {
            store,
            rules: allRules,
            settings,
            log: silentLog(),
            counters: counters(),
          });
          const batch = entriesAfter(entries, loaded.cursor, size);
          // Every third time the process dies after the work and before the commit.
          if ((seed + round) % 3 === 0) {
            const broken = {
              ...store,
              save: () => {
                throw new Error('died');
              },
            };
            const dying = new Engine(store.load(), {
              store: broken,
              rules: allRules,
              settings,
              log: silentLog(),
              counters: counters(),
            });
            expect(() => dying.run(batch, registry)).toThrow('died');
          }
          engine.run(batch, registry);
          taken += batch.length;
          store.close();
        }
        expect(linesOf(file)).toEqual(whole.lines);
        expect(heardIn(file)).toEqual([...whole.devices.values()].map(withoutRevision).sort(byDevice));
      },
    );
    fc.assert(property, { numRuns: 12, endOnFailure: true });
  });

  test('has exactly one line for every alarm that is not late, and never two for any', () => {
    const property = fc.property(acts, (list) => {
      const entries = lifeOf(list);
      const { lines, result } = runScript(entries, { registry, settings });
      const alarms = lines.filter(({ transition }) => transition === 'raised' || transition === 'repeated');
      const stands = alarms.flatMap(({ record }) => (record ? [identityOf(record)] : []));
      expect(new Set(stands).size).toBe(stands.length);
      const due = entries.filter(
        (entry) =>
          entry.class === 'record' &&
          entry.body.type === 'event' &&
          entry.body.kind !== 'door-closed' &&
          entry.body.active !== false,
      );
      expect(stands.length + result.droppedLate).toBe(due.length);
      expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_line, index) => index + 1));
    });
    fc.assert(property, { numRuns: 30, endOnFailure: true });
  });

  test('into a file that holds a run is refused', async () => {
    const script = createJournalScript(registry);
    script.pass(1000);
    const options = { file: join(folder, 'warning.db'), settings, log: silentLog() };
    await replay(journalOf(script.entries), registry, options);
    await expect(replay(journalOf(script.entries), registry, options)).rejects.toThrow(
      expect.objectContaining({ code: 'WARNING_REPLAY_NOT_EMPTY' }),
    );
  });
});

test('a record read twice stands once', () => {
  const script = createJournalScript(registry);
  script.record('watch', { type: 'event', kind: 'sos' });
  const again = { ...script.entries[0], position: 2 } as JournalEntry;
  for (const batchEntries of [1, 10]) {
    const { lines, result } = runScript([...script.entries, again], { registry, batchEntries });
    expect(inShort(lines)).toEqual(['raised sos red']);
    expect(result.refused).toBe(1);
  }
});

test('an alarm on which a rule fails is one to verify, and its neighbours go on', () => {
  const failing: Rule = {
    name: 'device-event',
    onRecord: () => {
      throw new Error('unforeseen');
    },
  };
  const script = createJournalScript(registry);
  script.record('watch', { type: 'event', kind: 'sos' });
  script.record('unit-door', { type: 'event', kind: 'door-forced' });
  const file = join(folder, 'warning.db');
  const rules = [failing, ...allRules.filter((rule) => rule.name !== failing.name)];
  const log = silentLog();
  const result = replayAtOnce(script.entries, registry, { file, settings, log, rules });
  const lines = linesOf(file);
  expect(inShort(lines)).toEqual(['raised unreadable-alarm red', 'raised door-forced orange']);
  expect(lines[0]).toMatchObject({ device: 'watch', record: { sequence: 1 } });
  expect(lines[0]?.evidence.values.reason).toBe('rule device-event failed on sos');
  expect(result.failedSteps).toBe(2);
});

test('a warning’s id depends on rule, key and opening record alone', () => {
  const script = createJournalScript(registry);
  script.record('watch', { type: 'event', kind: 'sos' });
  const id = runScript(script.entries, { registry }).lines[0]?.warning;
  expect(id).toMatch(/^w-[0-9a-f]{24}$/);
  const later = [{ ...script.entries[0], position: 77, receivedAt: 1 } as JournalEntry];
  expect(runScript(later, { registry }).lines[0]?.warning).toBe(id);
});
