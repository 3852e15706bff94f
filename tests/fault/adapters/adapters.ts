import { linesOf } from '#provisioning/zigbee/report.ts';
import { seededRandom } from '#simulators/seeded-random.ts';
import { type FuzzResult, fuzz, fuzzedAdapters } from './fuzz-run.ts';
import { baselineOf, costsOf, garbageBytes, maxCostMs } from './garbage-cost.ts';
import { newestZigbeeReport } from './zigbee-report.ts';

/** `npm run fault:adapters`: the long form. Exits 1 where a promise is broken. */
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const messages = Number(process.env.FAULT_MESSAGES ?? 100_000);
console.log(
  `seed ${seed}: ${messages} mutated messages an adapter; FAULT_SEED and FAULT_MESSAGES change it\n`,
);
let isBroken = false;

const failed = ({ throws, stuck, fromRandom }: FuzzResult) =>
  throws > 0 || stuck > 0 || Object.keys(fromRandom).length > 0;

console.log(
  '| adapter | mutated | random | throws | stuck streams | events of random bytes | mended by the outbox | |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const adapter of fuzzedAdapters) {
  const result = await fuzz(adapter, { messages, random: seededRandom(seed) });
  const { throws, stuck, fromRandom, mended, randomMessages, samples } = result;
  const events = Object.entries(fromRandom).map(([kind, count]) => `${count} ${kind}`);
  const cells = [adapter.name, messages, randomMessages, throws, stuck, events.join(', ') || 0, mended];
  console.log(`| ${cells.join(' | ')} | ${failed(result) ? 'BROKEN' : 'kept'} |`);
  for (const each of samples) console.log(each);
  isBroken ||= failed(result);
}

const random = seededRandom(seed);
const baseline = await baselineOf(random);
console.log(
  `\n| 64 KiB of garbage to | dearest | CPU, ms | baseline: ${garbageBytes} bytes copied and added up, ms | to reach | |`,
);
console.log('| --- | --- | --- | --- | --- | --- |');
for (const adapter of fuzzedAdapters) {
  const costs = await costsOf(adapter, random);
  const dearest = costs.toSorted((a, b) => b.cpuMs - a.cpuMs)[0] as (typeof costs)[number];
  const isReached = dearest.cpuMs <= maxCostMs;
  const cells = [
    adapter.name,
    `\`${dearest.garbage}\``,
    dearest.cpuMs.toFixed(2),
    baseline.toFixed(2),
    `≤ ${maxCostMs}`,
  ];
  console.log(`| ${cells.join(' | ')} | ${isReached ? 'reached' : 'NOT REACHED'} |`);
  isBroken ||= !isReached;
}

const { report, from } = await newestZigbeeReport();
console.log(`\nZigbee definitions, from ${from}:`);
for (const line of linesOf(report)) console.log(line);
isBroken ||= report.unread.length > 0;
process.exit(isBroken ? 1 : 0);
