import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantityFacts } from '#contracts/facts/quantities.ts';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { silentLog } from '#runtime/log.ts';
import { Engine } from '#warning/engine.ts';
import { allRules } from '#warning/rules/all.ts';
import type { Rule } from '#warning/rules/rule.ts';
import { scriptRegistry, scriptStart } from '#warning/testing/journal-script.ts';
import { scriptSettings } from '#warning/testing/run-script.ts';
import { openWarningStore } from '#warning/warning-store.ts';
import { report } from './report.ts';

/**
 * How many readings the warning engine takes in a second of processor time: every rule there is and as many more as make 50,
 * each of which looks at the record and at what its device last said, and what was last heard saved with the cursor.
 * The baseline is the same engine and store without any rule.
 */
const devices = Number(process.env.BENCH_DEVICES ?? 30_000);
const records = Number(process.env.BENCH_RECORDS ?? 600_000);
const rules = 50;
const gateways = 2;
const reach = 100_000;
/** An alarm in so many records: they are rare, and each is a commit synced to disk. */
const recordsPerAlarm = 20_000;

const registry = scriptRegistry(
  {},
  Array.from({ length: devices }, (_none, index) => ({
    ...{ id: `d${index}`, gateway: `gw${(index % gateways) + 1}`, class: 'smoke-detector' },
    ...{ address: `zigbee2mqtt:0x${index.toString(16).padStart(16, '0')}`, building: 'b3' },
  })),
);

/** What devices report in turn. */
const quantities = ['battery', 'temperature', 'humidity', 'signal-strength', 'voltage', 'current'] as const;

/** A rule as one more would be: it looks at the readings of one quantity and raises nothing. */
const furtherRule = (index: number): Rule => ({
  name: `further-${index}`,
  onRecord: ({ body, device }, view) => {
    const quantity = quantities[index % quantities.length] as (typeof quantities)[number];
    if (body.type !== 'reading' || body.quantity !== quantity) return undefined;
    const before = view.device(device)?.latest[quantity]?.value;
    return typeof before === 'number' && before - body.value > index ? [] : undefined;
  },
});
const fifty = [...allRules];
while (fifty.length < rules) fifty.push(furtherRule(fifty.length));

const measured = rateOf(fifty);
const baseline = rateOf([]);
report(
  'bench:warning',
  [
    {
      what: `records through the warning engine with ${rules} rules`,
      value: `${Math.round(measured)} /s`,
      baseline: `no rule: ${Math.round(baseline)} /s`,
      reach: `≥ ${reach} /s`,
      ok: measured >= reach,
    },
  ],
  `${records} records of ${devices} devices, ${scriptSettings.batchEntries} in a transaction, 1 alarm in ${recordsPerAlarm}; BENCH_DEVICES and BENCH_RECORDS change it`,
);

/** Records a second of processor time; entries are made outside what is measured. */
function rateOf(judging: readonly Rule[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'warning-bench-'));
  const store = openWarningStore(join(folder, 'warning.db'));
  const engine = new Engine(store.load(), {
    ...{ store, rules: judging, settings: scriptSettings, log: silentLog() },
    counters: { droppedLate: 0, refused: 0, failedSteps: 0 },
  });
  let us = 0;
  engine.run([], registry);
  for (let from = 0; from < records; from += scriptSettings.batchEntries) {
    const batch = Array.from({ length: scriptSettings.batchEntries }, (_none, index) =>
      entryOf(from + index),
    );
    const began = process.cpuUsage();
    engine.run(batch, registry);
    const { user, system } = process.cpuUsage(began);
    us += user + system;
  }
  store.close();
  rmSync(folder, { recursive: true });
  return (records / us) * 1_000_000;
}

function entryOf(index: number): JournalEntry {
  // 3,000 records a second, as 30,000 devices send that report every 10 s.
  const at = scriptStart + Math.floor(index / 3);
  const device = `d${index % devices}`;
  const round = Math.floor(index / devices);
  const quantity = quantities[(index + round) % quantities.length] as (typeof quantities)[number];
  const isAlarm = index % recordsPerAlarm === recordsPerAlarm - 1;
  return {
    ...{
      class: 'record',
      community: 'c1',
      gateway: `gw${(index % gateways) + 1}`,
      epoch: 'bbbbbbbbbbbbbbbb',
    },
    ...{ position: index + 1, receivedAt: at, sequence: index + 1, device, capturedAt: at - 2, heldMs: 2 },
    ...{ address: `zigbee2mqtt:${device}`, clock: { state: 'synchronized' }, late: false },
    lane: isAlarm ? 'alarm' : 'telemetry',
    body: isAlarm
      ? { type: 'event', kind: 'smoke' }
      : { type: 'reading', quantity, value: 100 - (round % 50), unit: quantityFacts(quantity).unit },
  };
}
