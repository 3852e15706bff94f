import { expect, test } from 'vitest';
import { seededRandom } from '#simulators/seeded-random.ts';
import { runPowerCuts } from './power-cut-run.ts';
import { promises } from './promises.ts';

test.each(promises)('$name stands after a power cut at 25 instants', async (promised) => {
  const plan = { lines: 120, cuts: 25, random: seededRandom(20_261_126) };
  const { broken, said, steps } = await runPowerCuts(promised, plan);
  expect(broken).toEqual([]);
  expect(said).toBeGreaterThanOrEqual(120);
  expect(steps).toBeGreaterThan(300);
});

test.each(promises)('$name would be found missing if its syncs did nothing', async (promised) => {
  const plan = { lines: 60, cuts: 25, random: seededRandom(7), withoutSyncs: true };
  const { broken } = await runPowerCuts(promised, plan);
  expect(broken.length).toBeGreaterThan(0);
});
