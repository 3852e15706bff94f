import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provisionCommunity, registryFile } from '#provisioning/prepare.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import { createDemoPlan, demoCommunity } from '#simulators/community.ts';
import { startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { type Figure, report } from './report.ts';

/**
 * The longest time a change of the registry keeps any loop of any process or thread of the platform, with 30,000
 * devices and 10,000 people, beside the longest of a while in which nothing changes.
 */
const devices = Number(process.env.BENCH_DEVICES ?? 30_000);
const people = Number(process.env.BENCH_PEOPLE ?? 10_000);
const buildings = 100;
const reachMs = 20;
/** Of a first plan, which the warning engine takes over in one go (decision 044). */
const planReachMs = 500;
const watchMs = 4000;
const runsEach = 5;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), 'registry-bench-'));
const stallFile = join(folder, 'stalls');
writeFileSync(stallFile, '');
const watch = new URL('./stall-watch.ts', import.meta.url);
const underTest = await startPlatformUnderTest({
  extraEnv: { NODE_OPTIONS: `--import=${watch.href}`, STALL_FILE: stallFile },
});
try {
  await run();
} finally {
  await underTest.stop();
  rmSync(folder, { recursive: true });
}

async function run(): Promise<void> {
  const { dataDir } = underTest;
  const bulk = await stallsOf(async () => {
    await provisionCommunity(dataDir, largePlan());
  });
  await pause(5000);
  const db = openRegistryTables(registryFile(dataDir));
  const community = demoCommunity;
  const id = 'large-7';
  let turn = 0;
  const changes: Record<string, () => Promise<unknown>> = {
    'a device is renamed': () =>
      db
        .updateTable('device')
        .set({ name: `手表 ${turn++}` })
        .where('id', '=', id)
        .execute(),
    'a person is added': async () => {
      const person = `new-${turn++}`;
      await db
        .insertInto('person')
        .values({ community, id: person, name: '新人', phone: null, enabled: 1 })
        .execute();
      await db
        .insertInto('person_right')
        .values({ community, person, role: 'responder', scope: '' })
        .execute();
    },
    'a person is disabled': () =>
      db.updateTable('person').set({ enabled: 0 }).where('id', '=', `large-${turn++}`).execute(),
    'a consent is withdrawn': () =>
      db.updateTable('consent').set({ classes: '' }).where('community', '=', community).execute(),
    'a building is renamed': () =>
      db
        .updateTable('building')
        .set({ name: `${turn++}栋` })
        .where('id', '=', 'large-7')
        .execute(),
  };
  const quiet = await stallsOf(async () => undefined);
  const figures: Figure[] = [];
  for (const [what, change] of Object.entries(changes)) {
    const stalls: Stall[] = [];
    for (let each = 0; each < runsEach; each++) stalls.push(await stallsOf(change));
    figures.push(figureOf(what, stalls, quiet, reachMs));
  }
  figures.push(figureOf('the whole plan is applied', [bulk], quiet, planReachMs));
  await db.destroy();
  report(
    'bench:registry',
    figures,
    `${devices} devices in ${buildings} buildings, ${people} people; ${runsEach} changes each; BENCH_DEVICES and BENCH_PEOPLE change it`,
  );
}

/** By the median of the changes, since each may meet a garbage collection that it did not cause. */
function figureOf(what: string, stalls: readonly Stall[], quiet: Stall, reach: number): Figure {
  const sorted = stalls.toSorted((a, b) => a.ms - b.ms);
  const { name, ms } = sorted[Math.floor(sorted.length / 2)] as Stall;
  return {
    what: `${what}: longest stall of a loop`,
    value: `${ms} ms (${name}); at the worst change ${sorted.at(-1)?.ms} ms`,
    baseline: `nothing changes: ${quiet.ms} ms (${quiet.name})`,
    reach: `≤ ${reach} ms`,
    ok: ms <= reach,
  };
}

interface Stall {
  name: string;
  ms: number;
}

/** The longest stall of all loops from a change until a while after it. */
async function stallsOf(change: () => Promise<unknown>): Promise<Stall> {
  const from = Date.now();
  await change();
  await pause(watchMs);
  const stalls = readFileSync(stallFile, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([name, at]) => name !== undefined && Number(at) >= from && !name.startsWith('node#'))
    .map(([name, , ms]) => ({ name: name as string, ms: Number(ms) }));
  return stalls.reduce((worst, stall) => (stall.ms > worst.ms ? stall : worst), { name: 'none', ms: 0 });
}

function largePlan(): CommunityPlan {
  const plan = createDemoPlan();
  const [resident] = plan.residents;
  for (let index = 0; index < buildings; index++) {
    plan.buildings.push({ id: `large-${index}`, name: `${index}栋`, units: [] });
  }
  for (let index = 0; index < devices; index++) {
    plan.devices.push({
      ...{ id: `large-${index}`, gateway: plan.gateways[0]?.id ?? '', class: 'smoke-detector', name: '烟感' },
      address: `zigbee2mqtt:0x${index.toString(16).padStart(16, '0')}`,
      building: `large-${index % buildings}`,
    });
  }
  for (let index = 0; index < people; index++) {
    const role = index % 3 === 0 ? 'family' : index % 3 === 1 ? 'guard' : 'responder';
    const scope = role === 'family' ? resident?.id : undefined;
    plan.people.push({
      ...{ id: `large-${index}`, name: `某某${index}` },
      rights: [{ role, ...(scope !== undefined && { scope }) }],
    });
  }
  return plan;
}
