import { seededRandom } from '#simulators/seeded-random.ts';
import { runIngestFaults } from './ingest-run.ts';

/** `npm run fault:ingest`: the long form. Exits 1 where something was lost or doubled. */
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const kills = Number(process.env.FAULT_KILLS ?? 100);
console.log(`seed ${seed}: ${kills} kills of ingest; FAULT_SEED and FAULT_KILLS change it`);
const { readings, alarms, faults } = await runIngestFaults({
  readingsPerSecond: 2000,
  alarmsPerSecond: 5,
  faultMs: 10_000,
  kills,
  longestLifeMs: 3000,
  random: seededRandom(seed),
  onProgress: console.log,
});
const refused = Object.values(readings.refused).reduce((sum, count) => sum + count, 0);
const missing = readings.offered - readings.stored - refused - readings.inGaps;
console.log(`store: ${faults.join(', ')}`);
console.log(
  `readings offered ${readings.offered}  acknowledged ${readings.acknowledged}  stored ${readings.stored}  refused ${refused}  in gaps ${readings.inGaps}  lost ${Math.max(0, missing)}  doubled ${Math.max(0, -missing)}`,
);
for (const [reason, count] of Object.entries(readings.refused)) console.log(`  refused: ${reason} ${count}`);
console.log(
  `alarms offered ${alarms.offered}  stored ${alarms.stored.length}  late, journalled ${alarms.lateJournalled.length}  lost ${alarms.lost.length}  doubled ${alarms.doubled.length}`,
);
const isWhole = missing === 0 && alarms.lost.length + alarms.doubled.length === 0;
process.exit(isWhole ? 0 : 1);
