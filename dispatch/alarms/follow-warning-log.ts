import { cursorNames } from '#contracts/facts/logs.ts';
import type { WarningLogReader, WarningTransition } from '#contracts/warning-transition.ts';
import { createLook } from '#eventlog/follow.ts';
import type { Registry } from '#registry/registry.ts';
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

/** Most lines that wait here: how far a live alarm is looked for behind late ones. */
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

/** Takes the warning log into the incidents, each line once. */
export interface WarningLogFollower {
  /** Takes what is waiting. @returns true where more is. */
  run(): Promise<boolean>;
  /** Sequence of the last line taken. */
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

  /** Takes lines and moves the cursor past them, in one transaction. */
  const commit = async (transitions: WarningTransition[]) => {
    const outcomes = await database.write(async (transaction) => {
      const taken: TransitionOutcome[] = [];
      for (const transition of transitions) {
        if (!appliedAhead.has(transition.sequence))
          taken.push(await applyWarningTransition(transaction, escalation, transition));
      }
      await moveCursor(transaction, cursorNames.warnings, transitions.at(-1)?.sequence ?? cursor);
      return taken;
    }, 'alarm');
    cursor = transitions.at(-1)?.sequence ?? cursor;
    for (const outcome of outcomes) metrics.transitions.inc({ outcome });
  };

  /** A line that fails by itself is set aside with an incident that says so; its neighbours go on. */
  const commitOneByOne = async (transitions: WarningTransition[]) => {
    for (const transition of transitions) {
      try {
        await commit([transition]);
      } catch (error) {
        if (isStorageFault(error)) throw error;
        log.error(
          { err: error, sequence: transition.sequence, warning: transition.warning },
          'transition set aside',
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

  /** Takes live alarms before their place, the cursor staying; one that fails is met again there. */
  const applyAhead = async (transitions: WarningTransition[]) => {
    for (const transition of transitions) {
      if (appliedAhead.has(transition.sequence)) continue;
      try {
        const outcome = await database.write(
          (transaction) => applyWarningTransition(transaction, escalation, transition),
          'alarm',
        );
        metrics.transitions.inc({ outcome });
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

  const look = createLook<WarningTransition>({
    source: { ...reader, positionOf: ({ sequence }) => sequence },
    load: async () => {
      cursor = await readCursor(database, cursorNames.warnings);
      refreshedTo = cursor;
      return cursor;
    },
    apply,
    limit: maxTransitionsWaiting,
    // A log that begins anew: records that stand already are known by their identity.
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
    run: look.run,
  };
}
