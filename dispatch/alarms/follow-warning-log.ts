import type { WarningLogReader, WarningTransition } from '#contracts/warning-transition.ts';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import { isStorageFault } from '#runtime/sqlite.ts';
import { moveCursor, readCursor, warningLogCursor } from '../cursors.ts';
import type { Escalation } from '../escalation/escalation.ts';
import type { IncidentFile } from '../incidents/incident-file.ts';
import type { DispatchMetrics } from '../metrics.ts';
import { deviceOf } from './alarm.ts';
import { liveAhead } from './live-ahead.ts';
import { setAside } from './set-aside.ts';
import { type LineOutcome, takeLine } from './take-line.ts';

/** Most lines that wait here: how far a live alarm is looked for behind late ones. */
const maxLinesWaiting = 2048;
/**
 * Most lines in one transaction. The first of a reading is committed alone, so that it waits for none; where late alarms
 * wait each is, since live ones are looked for in between.
 */
const maxLinesCommitted = 64;

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
  file: IncidentFile;
  reader: WarningLogReader;
  registry: RegistrySource;
  escalation: Escalation;
  metrics: DispatchMetrics;
  log: Logger;
}): Promise<WarningLogFollower> {
  const { file, reader, registry, escalation, metrics, log } = options;
  let cursor = await readCursor(file, warningLogCursor);
  /** Lines read and not yet taken, oldest first. */
  let waiting: WarningTransition[] = [];
  /** Sequences after the cursor that were taken before their place. */
  const takenAhead = new Set<number>();

  /** Takes lines and moves the cursor past them, in one transaction. */
  const commit = async (lines: WarningTransition[]) => {
    const outcomes = await file.write(async (writing) => {
      const taken: LineOutcome[] = [];
      for (const line of lines) {
        if (!takenAhead.has(line.sequence)) taken.push(await takeLine(writing, escalation, line));
      }
      await moveCursor(writing, warningLogCursor, lines.at(-1)?.sequence ?? cursor);
      return taken;
    }, 'alarm');
    cursor = lines.at(-1)?.sequence ?? cursor;
    for (const outcome of outcomes) metrics.lines.inc({ outcome });
  };

  /** A line that fails by itself is set aside with an incident that says so; its neighbours go on. */
  const commitOneByOne = async (lines: WarningTransition[]) => {
    for (const line of lines) {
      try {
        await commit([line]);
      } catch (error) {
        if (isStorageFault(error)) throw error;
        log.error({ err: error, sequence: line.sequence, warning: line.warning }, 'line set aside');
        await file.write(async (writing) => {
          await setAside(writing, escalation, line, error);
          await moveCursor(writing, warningLogCursor, line.sequence);
        }, 'alarm');
        cursor = line.sequence;
        metrics.lines.inc({ outcome: 'set-aside' });
      }
    }
  };

  /** Takes live alarms before their place, the cursor staying; one that fails is met again there. */
  const takeAhead = async (lines: WarningTransition[]) => {
    for (const line of lines) {
      if (takenAhead.has(line.sequence)) continue;
      try {
        const outcome = await file.write((writing) => takeLine(writing, escalation, line), 'alarm');
        metrics.lines.inc({ outcome });
      } catch (error) {
        if (isStorageFault(error)) throw error;
        continue;
      }
      takenAhead.add(line.sequence);
    }
  };

  const take = async (lines: WarningTransition[]) => {
    try {
      await commit(lines);
    } catch (error) {
      if (isStorageFault(error)) throw error;
      await commitOneByOne(lines);
    }
  };

  const takeFirst = async (count: number) => {
    await take(waiting.slice(0, count));
    waiting = waiting.slice(count);
  };

  const run = async () => {
    const newest = reader.newest();
    const readTo = waiting.at(-1)?.sequence ?? cursor;
    if (newest < readTo) {
      // A log that begins anew: records that stand already are known by their identity.
      log.error(
        { cursor, readTo, newest },
        'warning log is shorter than what was read of it; reading it from its start',
      );
      await file.write((writing) => moveCursor(writing, warningLogCursor, 0));
      cursor = 0;
      waiting = [];
      takenAhead.clear();
    }
    const room = maxLinesWaiting - waiting.length;
    const lines = room > 0 ? reader.read(waiting.at(-1)?.sequence ?? cursor, room) : [];
    if (lines.some((line) => line.device && !deviceOf(line, registry.current()))) await registry.refresh();
    waiting.push(...lines);
    if (waiting.length === 0) return false;
    await takeAhead(liveAhead(waiting));
    const hasLate = waiting.some(({ late }) => late);
    await takeFirst(1);
    while (waiting.length > 0 && !hasLate) await takeFirst(maxLinesCommitted);
    for (const sequence of takenAhead) if (sequence <= cursor) takenAhead.delete(sequence);
    return waiting.length > 0 || lines.length === room;
  };

  return {
    get cursor() {
      return cursor;
    },
    run: async () => {
      try {
        return await run();
      } catch (error) {
        // A commit that failed may yet have happened: what is on disk decides.
        cursor = await readCursor(file, warningLogCursor);
        waiting = [];
        throw error;
      }
    },
  };
}
