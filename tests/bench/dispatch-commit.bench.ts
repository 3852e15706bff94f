import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { readTestRegistry, testPlan } from '#dispatch/testing/community.ts';
import { createMemoryLog, testTime } from '#dispatch/testing/memory-warning-log.ts';
import { openTestParts } from '#dispatch/testing/test-parts.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { openBareCommit } from './bare-commit.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import { report } from './report.ts';

/**
 * What one alarm costs dispatch: from the entry of the warning log to the commit that holds incident, timeline, first
 * step and cursor. Each alarm is measured beside a synced commit of one small row to another file on the same disk.
 *
 * Half of the alarms open an incident, the other half join it. Alarms come one at a time, as on a quiet night.
 */
const dwellings = Number(process.env.BENCH_ALARMS ?? 400);
const warmup = 50;
/** Enough for a property with its responders: each is told of every incident. */
const people = 12;
const reachRatio = 4;

const plan: CommunityPlan = {
  ...testPlan,
  buildings: [
    {
      id: 'b3',
      name: '3栋',
      units: [
        {
          id: 'b3u2',
          name: '2单元',
          floors: [
            {
              id: 'b3u2f1',
              name: '1',
              dwellings: range(dwellings, (index) => ({ id: `b3u2-${101 + index}`, door: `${101 + index}` })),
            },
          ],
        },
      ],
    },
  ],
  devices: range(dwellings, (index) => ({
    id: `watch-${index}`,
    gateway: 'gw1',
    address: `watch-3g:${6907919734 + index}`,
    class: 'watch' as const,
    name: '手表',
    dwelling: `b3u2-${101 + index}`,
  })),
  people: [
    ...range(people - 1, (index) => ({
      id: `p${index}`,
      name: '值班员',
      rights: [{ role: 'guard' as const }],
    })),
    { id: 'kin', name: '家属', rights: [{ role: 'family' as const, scope: 'r1' }] },
    { id: 'manager', name: '经理', rights: [{ role: 'manager' as const }] },
  ],
};

/** Statements that the driver ran since the last reset; preparing one counts as none. */
const statements = countStatements();
const folder = mkdtempSync(join(tmpdir(), 'dispatch-commit-'));
try {
  const clock = { time: testTime };
  const log = createMemoryLog();
  const registry = await readTestRegistry(folder, plan);
  const parts = await openTestParts({ folder, registry, log, clock });
  const bare = openBareCommit();
  const applyOne = async (device: string) => {
    clock.time += 1000;
    log.append({ device, at: clock.time });
    statements.count = 0;
    const cpu = process.cpuUsage();
    const from = performance.now();
    await parts.follower.run();
    const ms = performance.now() - from;
    const { user, system } = process.cpuUsage(cpu);
    return { ms, cpuMs: (user + system) / 1000, statements: statements.count };
  };
  const opening: Awaited<ReturnType<typeof applyOne>>[] = [];
  const joining: typeof opening = [];
  const baseline: number[] = [];
  for (let index = 0; index < dwellings; index += 1) {
    baseline.push(bare.time());
    opening.push(await applyOne(`watch-${index}`));
    baseline.push(bare.time());
    joining.push(await applyOne(`watch-${index}`));
  }
  const commit = percentilesOf(baseline.slice(2 * warmup));
  const figureOf = (what: string, runs: typeof opening) => {
    const counted = runs.slice(warmup);
    const times = percentilesOf(counted.map(({ ms }) => ms));
    const each = Math.max(...counted.map((run) => run.statements));
    const cpu = percentilesOf(counted.map(({ cpuMs }) => cpuMs));
    return {
      what,
      value: `${show(times)}; processor p50 ${cpu.p50} ms; ${each} statements`,
      baseline: `synced commit of one row: ${show(commit)}`,
      reach: `p50 ≤ ${reachRatio} × the bare commit`,
      ok: times.p50 <= reachRatio * commit.p50,
    };
  };
  report(
    'bench:dispatch-commit',
    [figureOf('alarm that opens an incident', opening), figureOf('alarm that joins it', joining)],
    `${dwellings - warmup} alarms each, one at a time, ${people} people told; a bare commit before every alarm`,
  );
  bare.close();
  await parts.close();
} finally {
  rmSync(folder, { recursive: true });
}

function range<T>(length: number, make: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => make(index));
}

function show({ p50, p95 }: Percentiles): string {
  return `p50 ${p50}, p95 ${p95} ms`;
}

function countStatements(): { count: number } {
  const counter = { count: 0 };
  for (const name of ['run', 'all', 'get'] as const) {
    const run = StatementSync.prototype[name] as (...values: unknown[]) => unknown;
    StatementSync.prototype[name] = function (this: StatementSync, ...values: unknown[]) {
      counter.count += 1;
      return run.apply(this, values);
    } as never;
  }
  const exec = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
    counter.count += 1;
    return exec.call(this, sql);
  };
  return counter;
}
