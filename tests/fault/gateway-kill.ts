import { seededRandom } from '#simulators/seeded-random.ts';
import { runGatewayKills } from './gateway-kill-run.ts';
import { printResult } from './kill-result.ts';

/** `npm run fault:gateway-kill`: the long form. Exits 1 where an alarm was lost or doubled. */
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const kills = Number(process.env.FAULT_KILLS ?? 50);
console.log(`seed ${seed}: ${kills} kills of each agent; FAULT_SEED and FAULT_KILLS change it`);
const { bySource, ...result } = await runGatewayKills({
  kills,
  alarms: kills * 2,
  paceMs: 500,
  longestLifeMs: 4000,
  random: seededRandom(seed),
});
console.log(`by protocol ${JSON.stringify(bySource)}`);
process.exit(printResult(result) ? 0 : 1);
