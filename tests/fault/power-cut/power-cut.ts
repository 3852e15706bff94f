import { seededRandom } from '#simulators/seeded-random.ts';
import { type Broken, runPowerCuts } from './power-cut-run.ts';
import { promises } from './promises.ts';

/** `npm run fault:power-cut`: the long form. Exits 1 where a promise was broken. */
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const cuts = Number(process.env.FAULT_CUTS ?? 200);
console.log(`seed ${seed}: ${cuts} power cuts each; FAULT_SEED and FAULT_CUTS change it`);
let isWhole = true;
for (const promised of promises) {
  const result = await runPowerCuts(promised, { lines: 600, cuts, random: seededRandom(seed) });
  const { name, said, steps, broken } = result;
  const count = (how: Broken['how']) => broken.filter((one) => one.how === how).length;
  console.log(
    `${name}: offered ${said}, disk steps ${steps}, cuts ${result.cuts}, ` +
      `lost ${count('lost')}, doubled ${count('doubled')}, wrong ${count('wrong')}`,
  );
  for (const { how, what } of broken.slice(0, 10)) console.log(`  ${how}: ${what}`);
  isWhole &&= broken.length === 0;
}
process.exit(isWhole ? 0 : 1);
