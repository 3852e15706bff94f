import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TObject, Type } from 'typebox';
import { expect, onTestFinished, test } from 'vitest';
import type { WarningKind } from '#contracts/facts/incident-kinds.ts';
import type { Body } from '#contracts/record-body.ts';
import { silentLog } from '#runtime/log.ts';
import { joinSettings, loadSettings } from '#runtime/settings.ts';
import { type DecidingSettings, WarningSettings } from '../config.ts';
import { Engine } from '../engine.ts';
import { createJournalScript, entriesAfter, scriptRegistry } from '../testing/journal-script.ts';
import { readWarningLog } from '../testing/read-warning-log.ts';
import { inShort, runScript, scriptSettings } from '../testing/run-script.ts';
import { openWarningStore } from '../warning-store.ts';
import { allRules } from './all.ts';
import type { Effect, Rule, WarningSubject } from './rule.ts';

/*
 * These rules walk the two recipes for a rule in docs/recipes.md: what stands here is what a file in rules/ holds, and
 * putting it into a list of rules is all that the engine needs.
 */

const settings = {
  feverCel: Type.Number({ default: 38.5, minimum: 35, maximum: 45, description: 'Fever from here, in Cel.' }),
  feverReadings: Type.Integer({ default: 2, minimum: 1, maximum: 10, description: 'So many in a row.' }),
};

/** A rule of a known kind: its level and words are there already. It has settings and remembers. */
const fever: Rule<{ above: number }, typeof settings> = {
  name: 'fever',
  settings,
  onRecord: ({ body, device, community, gateway }, view) => {
    if (body.type !== 'reading' || body.quantity !== 'body-temperature') return undefined;
    const { feverCel, feverReadings } = view.settings;
    const above = body.value < feverCel ? 0 : (view.stateOf(device)?.above ?? 0) + 1;
    const remember = { do: 'remember', key: device, state: above > 0 ? { above } : undefined } as const;
    const warning = view.active(device);
    const evidence = { zh: `体温 ${body.value} °C`, en: `${body.value} °C`, values: { above } };
    if (warning && above === 0) return [remember, { do: 'clear', warning, evidence }];
    if (warning || above < feverReadings) return [remember];
    const about: WarningSubject = {
      ...{ key: device, kind: 'vitals-abnormal', level: 'orange', lifeSafety: false, subject: device },
      ...{ community, gateway, device },
    };
    return [remember, { do: 'raise', about, evidence, late: false }];
  },
};

/** A rule of a new kind, which contracts/facts does not know here; one record raises two warnings of it. */
const crush: Rule = {
  name: 'crush',
  onRecord: (entry, view) => {
    const { body, community, gateway, device } = entry;
    if (body.type !== 'event' || body.kind !== 'sos' || entry.late) return undefined;
    return ['stairs', 'lift'].flatMap((place): Effect[] => {
      const key = `${device}/${place}`;
      if (view.active(key)) return [];
      const about: WarningSubject = {
        ...{ key, kind: 'crush' as WarningKind, level: 'yellow', lifeSafety: false, subject: device },
        ...{ community, gateway, device },
      };
      const evidence = { zh: '可能拥挤', en: `Look at the ${place}`, values: {} };
      return [{ do: 'raise', about, evidence, late: false, record: entry }];
    });
  },
};

const rules = [...allRules, fever, crush];
const temperature = (value: number): Body => ({
  ...{ type: 'reading', quantity: 'body-temperature', value, unit: 'Cel' },
});

function settingsFrom(env: Record<string, string>): DecidingSettings {
  const schema = Type.Object({ ...WarningSettings.schema.properties, ...joinSettings(rules) }) as TObject;
  const loaded = loadSettings({ part: 'WARNING', schema }, { WARNING_PASSWORD: 'secret', ...env });
  return loaded as unknown as DecidingSettings;
}

test('one more rule of a known kind has its settings from the environment, and its state back', () => {
  const script = createJournalScript();
  for (const value of [39, 38.6, 39, 36.5, 39]) script.record('watch', temperature(value));
  const run = (env: Record<string, string>) =>
    inShort(runScript(script.entries, { rules, settings: settingsFrom(env) }).lines);
  expect(run({})).toEqual(['raised vitals-abnormal orange', 'cleared vitals-abnormal orange']);
  expect(run({ WARNING_FEVER_READINGS: '4' })).toEqual([]);
  expect(run({ WARNING_FEVER_CEL: '38.8', WARNING_FEVER_READINGS: '1' })).toEqual([
    'raised vitals-abnormal orange',
    'cleared vitals-abnormal orange',
    'raised vitals-abnormal orange',
    'cleared vitals-abnormal orange',
    'raised vitals-abnormal orange',
  ]);
});

test('one record raises a warning of every rule that says so, each once, however often it is read', () => {
  const script = createJournalScript();
  const press = script.record('watch', { type: 'event', kind: 'sos' });
  const entries = [press, { ...press, position: 2 }, { ...press, position: 3, late: true }];
  for (const batchEntries of [1, 10]) {
    const { lines, result } = runScript(entries, { rules, batchEntries });
    expect(lines.map(({ rule, key, record }) => [rule, key, record?.sequence])).toEqual([
      ['device-event', 'watch/sos', 1],
      ['crush', 'watch/stairs', 1],
      ['crush', 'watch/lift', 1],
    ]);
    expect(new Set(lines.map(({ warning }) => warning)).size).toBe(3);
    expect(result.refused).toBe(2);
  }
});

test('a replay with one more rule equals the first run line for line, with a start anew before every entry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'one-more-rule-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = createJournalScript();
  const deciding = settingsFrom({});
  for (const value of [39, 39, 36, 39, 40, 36.5]) {
    script.record('watch', temperature(value));
    script.record('watch', { type: 'event', kind: 'sos' });
    script.pass(2000);
  }
  const file = join(folder, 'warning.db');
  for (const entry of script.entries) {
    const store = openWarningStore(file);
    const engine = new Engine(store.load(), {
      ...{ store, rules, settings: deciding, log: silentLog() },
      counters: { droppedLate: 0, refused: 0, failedSteps: 0 },
    });
    engine.run(entriesAfter(script.entries, entry.position - 1, 1), scriptRegistry());
    store.close();
  }
  const { lines } = runScript(script.entries, { rules, settings: deciding });
  expect(lines.filter(({ rule }) => rule === 'fever')).toHaveLength(4);
  expect(readWarningLog(file)).toEqual(lines);
});

test('every rule has a name of its own, and the engine’s settings hold those of all', () => {
  const names = allRules.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(scriptSettings).toMatchObject({ outageDevices: 5, outageWithinMs: 60_000 });
  expect(() => joinSettings([...rules, { settings }])).toThrow('feverCel is declared by two');
});
