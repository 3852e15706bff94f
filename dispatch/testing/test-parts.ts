import { join } from 'node:path';
import { holdingKinds } from '#contracts/facts/event-kinds.ts';
import type { WarningLogReader } from '#contracts/warning-transition.ts';
import type { Registry } from '#registry/registry.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { fromTemplate } from '#runtime/testing/database-template.ts';
import type { ActionContext } from '../actions/action.ts';
import { followWarningLog, type WarningLogFollower } from '../alarms/follow-warning-log.ts';
import { createChannels } from '../channels/all.ts';
import type { Channel } from '../channels/channel.ts';
import { createDelivery, type Delivery } from '../channels/deliver.ts';
import { createEndedPeople } from '../escalation/ended-people.ts';
import { createEscalation, type Escalation } from '../escalation/escalation.ts';
import { createPolicies } from '../escalation/policy.ts';
import { type ReopenTimes, reopenHolding } from '../escalation/reopen-holding.ts';
import { realertUnanswered } from '../escalation/unanswered-assignments.ts';
import { createDispatchMetrics } from '../metrics.ts';
import { type OpenIncidentReader, openIncidentReader } from '../readers/incident-reader.ts';
import { createIncidentDatabase, type IncidentDatabase } from '../storage/incident-database.ts';
import { openIncidentTables } from '../storage/tables.ts';
import { createWallWatch, type WallWatch } from '../walls/wall-watch.ts';

/** A clock that tests move. */
export interface TestClock {
  time: number;
}

/** The parts of dispatch without their loops: tests run each step themselves. */
export interface TestParts {
  follower: WarningLogFollower;
  /** Of the first channel. */
  delivery: Delivery;
  escalation: Escalation;
  database: IncidentDatabase;
  walls: WallWatch;
  reader: OpenIncidentReader;
  /** Runs an action of a person in a transaction, as the HTTP interface does. */
  runAction<T>(work: (context: ActionContext) => Promise<T>): Promise<T>;
  /** Applies all that waits in the warning log. */
  applyAll(): Promise<void>;
  /** Takes the steps that are due. */
  runDue(): Promise<boolean>;
  close(): Promise<void>;
}

/** What a test puts in the place of the product's own parts. */
export interface TestPartsOptions {
  escalation?: (real: Escalation) => Escalation;
  channels?: readonly Channel[];
}

/** Waits between escalation steps in tests, in ms. */
export const testStepMs = 60_000;
/** How often all are notified again while nobody answers in tests, in ms. */
export const testRepeatMs = 300_000;
/** How long a person who is sent may take to answer in tests, in ms. */
export const testResponseMs = 45_000;

/** When an incident is opened again whose device still says it, in tests: a minute of water, ten of all others. */
export const testReopenMs: ReopenTimes = {
  ...(Object.fromEntries(holdingKinds.map((kind) => [kind, 600_000])) as ReopenTimes),
  'water-leak': 60_000,
};
/** The channels of the product, in tests. */
export const testChannels = (): Channel[] =>
  createChannels({
    settings: { inAppConcurrency: 200, inAppTimeoutMs: 10_000, inAppAttempts: 5, inAppRetryMs: 2000 },
    registry: () => {
      throw new Error('no channel of the product asks the registry');
    },
    log: silentLog(),
  });
/** Both, as actions take them. */
export const testTimes = { assignmentResponseMs: testResponseMs, reopenMs: testReopenMs };

/** Opens the parts over the `incidents.db` of any folder and any warning log. */
export async function openTestParts(
  given: { folder: string; registry: Registry; log: WarningLogReader; clock: TestClock },
  options: TestPartsOptions = {},
): Promise<TestParts> {
  const now = () => given.clock.time;
  const path = join(given.folder, 'incidents.db');
  await fromTemplate(testTimes, path, (file) => openIncidentTables(file).db.destroy());
  const tables = openIncidentTables(path);
  const { db } = tables;
  const metrics = createDispatchMetrics(createMetrics());
  const database = createIncidentDatabase({
    tables,
    registry: () => given.registry,
    now,
    onCommitted: () => undefined,
  });
  const names = (options.channels ?? testChannels()).map(({ name }) => name);
  const real = createEscalation(
    createPolicies({ stepMs: testStepMs, repeats: 1, repeatMs: testRepeatMs, channels: names }),
    names,
  );
  const escalation = options.escalation?.(real) ?? real;
  const endedPeople = createEndedPeople({ database, registry: () => given.registry, escalation });
  const walls = createWallWatch({ startedAt: now() });
  const registry = { current: () => given.registry, refresh: () => Promise.resolve(given.registry) };
  const follower = await followWarningLog({
    database,
    reader: given.log,
    registry,
    escalation,
    metrics,
    log: silentLog(),
  });
  const channels = options.channels ?? testChannels();
  const delivery = createDelivery({
    database,
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
    database,
    reader,
    runAction: (work) => database.write((transaction) => work({ transaction, escalation, ...testTimes })),
    applyAll: async () => {
      while (await follower.run());
    },
    walls,
    runDue: async () => {
      await endedPeople.run();
      return database.write(async (transaction) => {
        await walls.runDue(transaction, escalation);
        await realertUnanswered(transaction, escalation, testResponseMs);
        await reopenHolding(transaction, escalation, testReopenMs);
        return escalation.runDue(transaction);
      });
    },
    close: async () => {
      await delivery.close();
      await reader.close();
      await db.destroy();
    },
  };
}
