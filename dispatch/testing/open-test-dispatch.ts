import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Registry } from '#registry/registry.ts';
import { readTestRegistry } from './community.ts';
import { createMemoryLog, type MemoryWarningLog, testTime } from './memory-warning-log.ts';
import { openTestParts, type TestClock, type TestParts, type TestPartsOptions } from './test-parts.ts';

/** A folder with the test community, a warning log in memory and a clock. */
export interface TestPlace {
  folder: string;
  log: MemoryWarningLog;
  clock: TestClock;
  /** A test may replace it by another one, of another revision. */
  registry: Registry;
}

/** The parts of dispatch, open in a folder of their own. */
export interface TestDispatch extends TestPlace, Omit<TestParts, 'close'> {
  /** Closes the parts and opens them again, as a restart does. */
  restart(options?: TestPartsOptions): Promise<void>;
}

/** Creates a folder that is removed when the test ends. */
export async function createTestPlace(): Promise<TestPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    log: createMemoryLog(),
    clock: { time: testTime },
    registry: await readTestRegistry(folder),
  };
}

/** Opens dispatch for the running test; it is closed and its folder removed when the test ends. */
export async function openTestDispatch(options?: TestPartsOptions): Promise<TestDispatch> {
  const place = await createTestPlace();
  let parts = await openTestParts(place, options);
  // Callbacks run in reverse order: the file is closed before its folder is removed.
  onTestFinished(() => parts.close());
  const follows: Omit<TestDispatch, keyof TestPlace> = {
    get follower() {
      return parts.follower;
    },
    get delivery() {
      return parts.delivery;
    },
    get escalation() {
      return parts.escalation;
    },
    get database() {
      return parts.database;
    },
    get walls() {
      return parts.walls;
    },
    get reader() {
      return parts.reader;
    },
    runAction: (work) => parts.runAction(work),
    applyAll: () => parts.applyAll(),
    runDue: () => parts.runDue(),
    restart: async (again) => {
      await parts.close();
      parts = await openTestParts(place, again);
    },
  };
  // The same object as the parts read from, so that a test changes their registry through it.
  return Object.defineProperties(place, Object.getOwnPropertyDescriptors(follows)) as TestDispatch;
}
