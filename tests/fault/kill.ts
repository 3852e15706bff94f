import { seededRandom } from '#simulators/seeded-random.ts';
import { printResult } from './kill-result.ts';
import { runKills } from './kill-run.ts';

/** `npm run fault:kill`: the long form. Exits 1 where an alarm was lost or doubled. */
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const kills = Number(process.env.FAULT_KILLS ?? 100);
console.log(
  `seed ${seed}: ${kills} kills while 40 watches raise alarms; FAULT_SEED and FAULT_KILLS change it`,
);
const result = await runKills({
  alarms: kills * 25,
  watches: 40,
  kills,
  paceMs: 3000,
  random: seededRandom(seed),
});
process.exit(printResult(result) ? 0 : 1);
