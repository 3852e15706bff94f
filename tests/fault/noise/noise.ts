import { runMosquitto } from './mosquitto-baseline.ts';
import { type NoiseResult, runNoise } from './noise-run.ts';
import { type SenderName, senders } from './senders.ts';

/**
 * `npm run fault:noise`: five gateways send 200 readings and an alarm a second each, beside one noisy sender at a time
 * and all together. Exits 1 where another's noise cost somebody an alarm, or its time.
 */
const seconds = Number(process.env.FAULT_SECONDS ?? 60);
const leadSeconds = Math.min(seconds, 60);
const reach = { p99Ms: 250, logBytes: 1_000_000, memoryGrowth: 1.1 };
const names = Object.keys(senders) as SenderName[];
const asked = process.env.FAULT_SENDERS?.split(',') as SenderName[] | undefined;
const one = asked ?? names;
const runs: SenderName[][] = [[], ...one.map((name) => [name]), ...(asked ? [] : [names])];
console.log(
  `${runs.length} runs of ${seconds} s, after ${leadSeconds} s of all noise at once; FAULT_SECONDS and FAULT_SENDERS (${names.join(',')}) change it`,
);
const titleOf = (run: readonly SenderName[]) => {
  if (run.length === 0) return 'nobody';
  return run.length === names.length ? 'all together' : run.join(', ');
};

const faults: string[] = [];
const results = await runNoise({ runs, secondsEach: seconds, leadSeconds, onRun: (result) => print(result) });
console.log(`lost ${results.lost.length}  doubled ${results.doubled.length}`);
for (const [what, alarms] of Object.entries({ lost: results.lost, doubled: results.doubled })) {
  if (alarms.length > 0) faults.push(`${alarms.length} alarms ${what}`);
  for (const name of alarms.slice(0, 20)) console.log(`  ${what}: ${name}`);
}
if (results.keptData !== undefined) console.log(`kept ${results.keptData}`);

console.log('\nmosquitto beside it, a relay alone: publish → subscriber');
for (const run of runs) {
  const atBroker = run.filter((name) => name !== 'anonymous pages');
  if (atBroker.length === 0 && run.length > 0) continue;
  const { p50, p99, max, lost } = await runMosquitto(atBroker, seconds);
  console.log(`  ${titleOf(run).padEnd(16)} p50 ${p50}  p99 ${p99}  max ${max} ms  not arrived ${lost}`);
}
for (const fault of faults) console.log(`NOT REACHED: ${fault}`);
process.exit(faults.length === 0 ? 0 : 1);

function print(result: NoiseResult): void {
  const { offered, unheard, toPage, toJournal, pages, processes, noise } = result;
  const title = titleOf(result.senders);
  const ms = ({ p50, p99, max }: typeof toPage) => `p50 ${p50}  p99 ${p99}  max ${max} ms`;
  console.log(`\n${title}`);
  console.log(`  alarms offered ${offered}  on no page ${unheard}`);
  console.log(`  to the page     ${ms(toPage)}`);
  console.log(`  to the journal  ${ms(toJournal)}`);
  console.log(`  pages opened ${pages.opened}  refused ${pages.refused.length} ${pages.refused[0] ?? ''}`);
  for (const { name, logBytes, memoryGrowth, memoryMiB, restarts } of processes) {
    const log = `${Math.round(logBytes / 1000)} kB of log`;
    console.log(`  ${name.padEnd(10)} ${log}, ${memoryMiB} MiB (× ${memoryGrowth}), restarts ${restarts}`);
    if (restarts > 0) faults.push(`${title}: ${name} ended ${restarts} times`);
    if (logBytes > reach.logBytes) faults.push(`${title}: ${log} of ${name}`);
    if (memoryGrowth > reach.memoryGrowth) faults.push(`${title}: memory of ${name} × ${memoryGrowth}`);
  }
  if (Object.keys(noise).length > 0) console.log(`  ${JSON.stringify(noise)}`);
  if (unheard > 0) faults.push(`${title}: ${unheard} alarms on no page`);
  if (pages.refused.length > 0) faults.push(`${title}: ${pages.refused.length} pages did not open`);
  if (!(toPage.p99 <= reach.p99Ms)) faults.push(`${title}: p99 to the page ${toPage.p99} ms`);
}
