import { join } from 'node:path';
import type { WarningLogReader } from '#contracts/warning-transition.ts';
import type { Health, Metrics } from '#runtime/health.ts';
import { listenError } from '#runtime/listen.ts';
import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';
import { followWarningLog, type RegistrySource } from './alarms/follow-warning-log.ts';
import { createApi } from './api/api.ts';
import type { Channel } from './channels/channel.ts';
import { createDelivery } from './channels/deliver.ts';
import { recoverPending } from './channels/notification-store.ts';
import { type CommandResultSource, followCommands } from './commands/follow-commands.ts';
import type { CommandLink } from './commands/issue-command.ts';
import { createEndedPeople } from './escalation/ended-people.ts';
import { createEscalation } from './escalation/escalation.ts';
import { createPolicies } from './escalation/policy.ts';
import { type ReopenTimes, reopenHolding } from './escalation/reopen-holding.ts';
import { realertUnanswered } from './escalation/unanswered-assignments.ts';
import { createLoopHealth } from './loop-health.ts';
import { createDispatchMetrics } from './metrics.ts';
import { createIncidentDatabase } from './storage/incident-database.ts';
import type { ChangedIncident } from './storage/new-entries.ts';
import { openIncidentTables } from './storage/tables.ts';
import { createWallWatch } from './walls/wall-watch.ts';

/** How often the warning log, due steps and waiting messages are looked for without a wake, in ms. */
const pollMs = 200;

/** What dispatch is opened with. */
export interface DispatchOptions {
  /** Folder of `incidents.db`. */
  dataDir: string;
  reader: WarningLogReader;
  registry: RegistrySource;
  /** What became of commands, as ingest journalled it. */
  results: CommandResultSource;
  commandLink: CommandLink;
  channels: readonly Channel[];
  token: string;
  host: string;
  /** Port of the HTTP interface; 0 takes any free one. */
  port: number;
  escalationStepMs: number;
  escalationRepeats: number;
  unansweredRepeatMs: number;
  assignmentResponseMs: number;
  reopenMs: ReopenTimes;
  now: () => number;
  /** Told after each commit which incidents changed; must not throw. */
  notify: (changed: ChangedIncident[]) => void;
  metrics: Metrics;
  log: Logger;
}

/** A running dispatch. */
export interface Dispatch {
  /** Port of the HTTP interface. */
  port: number;
  /** The warning log has something new. */
  wake(): void;
  health(): Health;
  /** Stops answering, then the loops, then closes the file. */
  close(): Promise<void>;
}

/** Opens dispatch whole: the incidents, the loops over warning log, escalation and messages, and the HTTP interface. */
export async function openDispatch(options: DispatchOptions): Promise<Dispatch> {
  const { registry, reader, now, log } = options;
  const metrics = createDispatchMetrics(options.metrics);
  const tables = openIncidentTables(join(options.dataDir, 'incidents.db'));
  const { db } = tables;
  const runs = createLoopHealth(now);
  let wakeDeliveries: () => void = () => undefined;
  const database = createIncidentDatabase({
    tables,
    registry: registry.current,
    now,
    onCommitted: ({ changed, hasMessages }) => {
      if (changed.length > 0) options.notify(changed);
      if (hasMessages) wakeDeliveries();
    },
  });
  const names = options.channels.map(({ name }) => name);
  const escalation = createEscalation(
    createPolicies({
      stepMs: options.escalationStepMs,
      repeats: options.escalationRepeats,
      repeatMs: options.unansweredRepeatMs,
      channels: names,
    }),
    names,
  );
  const walls = createWallWatch({ startedAt: now() });
  const follower = await followWarningLog({ database, reader, registry, escalation, metrics, log });
  const repeats = await recoverPending(database, names, metrics);
  if (repeats > 0) log.warn({ repeats }, 'messages may go out twice');

  const api = createApi({
    database,
    registry,
    escalation,
    assignmentResponseMs: options.assignmentResponseMs,
    reopenMs: options.reopenMs,
    walls,
    commandLink: options.commandLink,
    metrics,
    token: options.token,
    log,
  });
  try {
    await api.listen({ host: options.host, port: options.port });
  } catch (error) {
    await db.destroy();
    throw listenError(error as Error, { host: options.host, port: options.port, setting: 'DISPATCH_PORT' });
  }
  const loop = (name: string, run: () => Promise<boolean>) =>
    startPollLoop({ name, intervalMs: pollMs, log, run: () => runs.watch(name, run) });
  const following = loop('warning-log', follower.run);
  // Each in a loop and a transaction of its own: a fault in one must not silence the others.
  const stepping = [
    loop('escalation', () => database.write(escalation.runDue)),
    loop('assignments', () =>
      database.write((transaction) =>
        realertUnanswered(transaction, escalation, options.assignmentResponseMs),
      ),
    ),
    loop('ended-people', createEndedPeople({ database, registry: registry.current, escalation }).run),
    loop('reopening', () =>
      database.write((transaction) => reopenHolding(transaction, escalation, options.reopenMs)),
    ),
    loop('walls', () => database.write((transaction) => walls.runDue(transaction, escalation))),
  ];
  // A loop a channel: a provider that hangs delays its own messages alone.
  const delivering = options.channels.map((channel) => {
    let wake: () => void = () => undefined;
    const deps = { database, registry: registry.current, channel, metrics, now, log };
    const delivery = createDelivery({ ...deps, wake: () => wake() });
    const running = loop(`delivery ${channel.name}`, delivery.run);
    wake = running.wake;
    const close = async () => {
      await running.close();
      await delivery.close();
    };
    return { wake, close };
  });
  const commanding = loop(
    'commands',
    followCommands({
      database,
      results: options.results,
      countOther: () => metrics.otherCommands.inc(),
      now,
      log,
    }),
  );
  wakeDeliveries = () => {
    for (const { wake } of delivering) wake();
  };

  const address = api.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    wake: following.wake,
    health: () => {
      const { ok, loops } = runs.state();
      return { ok, detail: { cursor: follower.cursor, loops } };
    },
    close: async () => {
      await api.close();
      await following.close();
      for (const { close } of stepping) await close();
      await Promise.all(delivering.map(({ close }) => close()));
      await commanding.close();
      await db.destroy();
    },
  };
}
