import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdingKinds } from '#contracts/facts/event-kinds.ts';
import type { WarningLogReader } from '#contracts/warning-transition.ts';
import type { Registry } from '#registry/registry.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import type { ActContext } from '../acts/act.ts';
import { followWarningLog, type WarningLogFollower } from '../alarms/follow-warning-log.ts';
import { createChannels } from '../channels/all.ts';
import type { Channel } from '../channels/channel.ts';
import { createDelivery, type Delivery } from '../channels/deliver.ts';
import { createEscalation, type Escalation } from '../escalation/escalation.ts';
import { createLeavers } from '../escalation/leavers.ts';
import { createPolicies } from '../escalation/policy.ts';
import { type ReopenTimes, reopenHolding } from '../escalation/reopen-holding.ts';
import { soundUnanswered } from '../escalation/unanswered-assignments.ts';
import { type OpenIncidentReader, openIncidentReader } from '../incident-reader.ts';
import { createIncidentFile, type IncidentFile } from '../incidents/incident-file.ts';
import { createDispatchMetrics } from '../metrics.ts';
import { openIncidentTables } from '../tables.ts';
import { createWallWatch, type WallWatch } from '../walls/wall-watch.ts';
import { readTestRegistry } from './community.ts';
import { createWrittenLog, testTime, type WrittenLog } from './warning-lines.ts';

/** A clock that tests move. */
export interface TestClock {
  time: number;
}

/** The parts of dispatch without their loops: tests run each step themselves. */
export interface Opened {
  follower: WarningLogFollower;
  /** Of the first channel. */
  delivery: Delivery;
  escalation: Escalation;
  file: IncidentFile;
  walls: WallWatch;
  reader: OpenIncidentReader;
  /** Carries out what somebody does, as the HTTP interface would. */
  act<T>(work: (context: ActContext) => Promise<T>): Promise<T>;
  /** Takes the whole warning log. */
  takeAll(): Promise<void>;
  /** Takes the steps that are due. */
  runDue(): Promise<boolean>;
  close(): Promise<void>;
}

/** A folder with the test community, a warning log and a clock, in which dispatch opens and closes. */
export interface TestDispatch {
  folder: string;
  log: WrittenLog;
  clock: TestClock;
  /** A test puts another in its place, of another revision. */
  registry: Registry;
  open(options?: {
    escalation?: (real: Escalation) => Escalation;
    channels?: readonly Channel[];
  }): Promise<Opened>;
  remove(): void;
}

/** Waits between escalation steps in tests, in ms. */
export const testStepMs = 60_000;
/** How often all are told again while nobody answers in tests, in ms. */
export const testAgainMs = 300_000;
/** How long a person who is sent may take to answer in tests, in ms. */
export const testAnswerMs = 45_000;

/** When an incident is opened again whose device still says it, in tests: a minute of water, ten of all others. */
export const testReopenMs: ReopenTimes = {
  ...(Object.fromEntries(holdingKinds.map((kind) => [kind, 600_000])) as ReopenTimes),
  'water-leak': 60_000,
};
/** The channels of the product, in tests. */
export const testChannels = (): Channel[] =>
  createChannels({ inAppAtOnce: 200, inAppTimeoutMs: 10_000, inAppAttempts: 5, inAppRetryMs: 2000 });
/** Both, as acts take them. */
export const testTimes = { assignmentAnswerMs: testAnswerMs, reopenMs: testReopenMs };

/** Creates the folder. */
export async function createTestDispatch(): Promise<TestDispatch> {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-'));
  const registry = await readTestRegistry(folder);
  const log = createWrittenLog();
  const clock: TestClock = { time: testTime };
  const dispatch: TestDispatch = {
    folder,
    log,
    clock,
    registry,
    open: (options = {}) =>
      openTestParts({
        folder,
        log,
        clock,
        wrap: options.escalation,
        channels: options.channels,
        get registry() {
          return dispatch.registry;
        },
      }),
    remove: () => rmSync(folder, { recursive: true }),
  };
  return dispatch;
}

/** Opens the parts over the `incidents.db` of any folder and any warning log. */
export async function openTestParts(given: {
  folder: string;
  registry: Registry;
  log: WarningLogReader;
  clock: TestClock;
  wrap?: (real: Escalation) => Escalation;
  channels?: readonly Channel[];
}): Promise<Opened> {
  const now = () => given.clock.time;
  const path = join(given.folder, 'incidents.db');
  const db = openIncidentTables(path);
  const metrics = createDispatchMetrics(createMetrics());
  const file = createIncidentFile({
    db,
    registry: () => given.registry,
    now,
    onCommitted: () => undefined,
  });
  const names = (given.channels ?? testChannels()).map(({ name }) => name);
  const real = createEscalation(
    createPolicies({ stepMs: testStepMs, repeats: 1, againMs: testAgainMs, channels: names }),
    names,
  );
  const escalation = given.wrap?.(real) ?? real;
  const leavers = createLeavers({ file, registry: () => given.registry, escalation });
  const walls = createWallWatch({ startedAt: now() });
  const registry = { current: () => given.registry, refresh: () => Promise.resolve(given.registry) };
  const follower = await followWarningLog({
    file,
    reader: given.log,
    registry,
    escalation,
    metrics,
    log: silentLog(),
  });
  const channels = given.channels ?? testChannels();
  const delivery = createDelivery({
    file,
    registry: () => given.registry,
    channel: channels[0] as Channel,
    metrics,
    now,
    wake: () => undefined,
    log: silentLog(),
  });
  const reader = openIncidentReader(path);
  return {
    follower,
    delivery,
    escalation,
    file,
    reader,
    act: (work) => file.write((writing) => work({ writing, escalation, ...testTimes })),
    takeAll: async () => {
      while (await follower.run());
    },
    walls,
    runDue: async () => {
      await leavers.run();
      return file.write(async (writing) => {
        await walls.runDue(writing, escalation);
        await soundUnanswered(writing, escalation, testAnswerMs);
        await reopenHolding(writing, escalation, testReopenMs);
        return escalation.runDue(writing);
      });
    },
    close: async () => {
      await delivery.close();
      await reader.close();
      await db.destroy();
    },
  };
}
