import { cursorNames } from '#contracts/facts/logs.ts';
import type { WarningLogReader, WarningTransition } from '#contracts/warning-transition.ts';
import { createPoll } from '#eventlog/follow.ts';
import type { Registry } from '#registry/registry.ts';
import { createAlarmTrace } from '#runtime/alarm-trace.ts';
import type { Logger } from '#runtime/log.ts';
import { isStorageFault } from '#runtime/sqlite.ts';
import type { Escalation } from '../escalation/escalation.ts';
import type { DispatchMetrics } from '../metrics.ts';
import { moveCursor, readCursor } from '../storage/cursors.ts';
import type { IncidentDatabase } from '../storage/incident-database.ts';
import { deviceOf } from './alarm.ts';
import { applyWarningTransition, type TransitionOutcome } from './apply-warning-transition.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { expediteLive } from './expedite-live.ts';

/** Most transitions that wait here: how far behind late alarms a live one is looked for. */
const maxTransitionsWaiting = 2048;
/**
 * Most lines in one transaction. The first of a reading is committed alone, so that it waits for none; where late alarms
 * wait each is, since live ones are looked for in between.
 */
const maxBatchSize = 64;

/** The registry as the log is met with it: current, and read anew for a device it does not know. */
export interface RegistrySource {
  current(): Registry;
  refresh(): Promise<Registry>;
}

/** Applies the warning log to the incidents, each transition once. */
export interface WarningLogFollower {
  /** Applies what is waiting. @returns True where more is. */
  run(): Promise<boolean>;
  /** Sequence of the last transition applied. */
  readonly cursor: number;
}

/** Opens the follower at the cursor on disk. */
export async function followWarningLog(options: {
  database: IncidentDatabase;
  reader: WarningLogReader;
  registry: RegistrySource;
  escalation: Escalation;
  metrics: DispatchMetrics;
  log: Logger;
}): Promise<WarningLogFollower> {
  const { database, reader, registry, escalation, metrics, log } = options;
  let cursor = await readCursor(database, cursorNames.warnings);
  /** The newest transition for whose device the registry was read anew. */
  let refreshedTo = cursor;
  /** Sequences after the cursor that were applied before their turn. */
  const appliedAhead = new Set<number>();

  const trace = createAlarmTrace(log);

  /** Applies transitions and moves the cursor past them, in one transaction. */
  const commit = async (transitions: WarningTransition[]) => {
    const outcomes = await database.write(async (transaction) => {
      const outcomes: TransitionOutcome[] = [];
      for (const transition of transitions) {
        if (!appliedAhead.has(transition.sequence))
          outcomes.push(await applyWarningTransition(transaction, escalation, transition));
      }
      await moveCursor(transaction, cursorNames.warnings, transitions.at(-1)?.sequence ?? cursor);
      return outcomes;
    }, 'alarm');
    cursor = transitions.at(-1)?.sequence ?? cursor;
    for (const outcome of outcomes) metrics.transitions.inc({ outcome });
    for (const { record } of transitions) trace('on an incident', record);
  };

  /** A transition that fails by itself becomes a dead letter, with an incident that says so; its neighbours go on. */
  const commitOneByOne = async (transitions: WarningTransition[]) => {
    for (const transition of transitions) {
      try {
        await commit([transition]);
      } catch (error) {
        if (isStorageFault(error)) throw error;
        log.error(
          { err: error, sequence: transition.sequence, warning: transition.warning },
          'warning transition is a dead letter',
        );
        await database.write(async (transaction) => {
          await keepDeadLetter(transaction, escalation, transition, error);
          await moveCursor(transaction, cursorNames.warnings, transition.sequence);
        }, 'alarm');
        cursor = transition.sequence;
        metrics.transitions.inc({ outcome: 'dead-letter' });
      }
    }
  };

  /** Applies live alarms early, without moving the cursor. One that fails is tried again when its turn comes. */
  const applyAhead = async (transitions: WarningTransition[]) => {
    for (const transition of transitions) {
      if (appliedAhead.has(transition.sequence)) continue;
      try {
        const outcome = await database.write(
          (transaction) => applyWarningTransition(transaction, escalation, transition),
          'alarm',
        );
        metrics.transitions.inc({ outcome });
        trace('on an incident', transition.record);
      } catch (error) {
        if (isStorageFault(error)) throw error;
        continue;
      }
      appliedAhead.add(transition.sequence);
    }
  };

  const applyBatch = async (transitions: WarningTransition[]) => {
    try {
      await commit(transitions);
    } catch (error) {
      if (isStorageFault(error)) throw error;
      await commitOneByOne(transitions);
    }
  };

  const apply = async (waiting: WarningTransition[]): Promise<number> => {
    for (const { record } of waiting) trace('read by dispatch', record);
    const isUnknown = (transition: WarningTransition) =>
      transition.sequence > refreshedTo && transition.device && !deviceOf(transition, registry.current());
    if (waiting.some(isUnknown)) await registry.refresh();
    refreshedTo = waiting.at(-1)?.sequence ?? refreshedTo;
    await applyAhead(expediteLive(waiting));
    const hasLate = waiting.some(({ late }) => late);
    await applyBatch(waiting.slice(0, 1));
    for (let next = 1; next < waiting.length && !hasLate; next += maxBatchSize) {
      await applyBatch(waiting.slice(next, next + maxBatchSize));
    }
    for (const sequence of appliedAhead) if (sequence <= cursor) appliedAhead.delete(sequence);
    return cursor;
  };

  const poll = createPoll<WarningTransition>({
    source: { ...reader, positionOf: ({ sequence }) => sequence },
    load: async () => {
      cursor = await readCursor(database, cursorNames.warnings);
      refreshedTo = cursor;
      return cursor;
    },
    apply,
    limit: maxTransitionsWaiting,
    // A log that starts again: records applied before are recognized by their identity.
    shortened: async () => {
      await database.write((transaction) => moveCursor(transaction, cursorNames.warnings, 0));
      cursor = 0;
      refreshedTo = 0;
      appliedAhead.clear();
      return 0;
    },
    log,
  });

  return {
    get cursor() {
      return cursor;
    },
    run: poll.run,
  };
}
