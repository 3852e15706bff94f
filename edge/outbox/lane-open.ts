import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '#runtime/sqlite.ts';
import { type LaneEpoch, readEpochs } from './lane-epochs.ts';
import {
  isCorrupt,
  type LaneFileOptions,
  moveAside,
  openLaneFile,
  settleAside,
  unreadAsides,
} from './lane-file.ts';
import { restoreAtStart } from './lane-restore.ts';
import { type Salvaged, salvageLane } from './lane-salvage.ts';
import { type LaneStatements, prepareLane } from './lane-statements.ts';
import type { CapturedContent } from './stored-record.ts';

/** How a lane is opened. */
export interface LaneOptions extends LaneFileOptions {
  /** Names this start of the agent; `boot` that of the machine, where known. */
  epoch: string;
  boot: string | undefined;
  now: () => number;
  /** Stands in a gap for records of which nothing else is known. */
  unknown: () => CapturedContent;
  /** The file could not be read and stands aside at `aside`; a new one was begun. */
  onCorrupt: (aside: string, error: unknown) => void;
  /** So many records were read from it all the same; with an error where it cannot be read at all. */
  onSalvaged: (records: number, error?: unknown) => void;
}

/** Positions still held; `oldest` is `newest + 1` where nothing is. */
export interface Extent {
  oldest: number;
  newest: number;
}

/** An open lane file. */
export interface OpenedLane {
  db: DatabaseSync;
  statements: LaneStatements;
  /** Epochs with records, oldest first. */
  epochs: LaneEpoch[];
}

/**
 * Opens a lane's file; one that cannot be read is moved aside and a new one begun. What can be read of a damaged alarm
 * lane goes into the new file, record by record, also where an earlier start ended before that was done.
 */
export function openLane(options: LaneOptions): OpenedLane {
  const opened = openOrBeginAnew(options);
  if (options.lane !== 'alarm') return opened;
  for (const aside of unreadAsides(options.file)) {
    const salvaged = readAside(options, aside);
    const current = { epoch: options.epoch, boot: options.boot ?? null, base: 0, from: 1 };
    const restore = { salvaged, current, unknown: options.unknown() };
    try {
      opened.epochs = transaction(opened.db, () => restoreAtStart(opened.db, opened.statements, restore));
    } catch (error) {
      opened.db.close();
      throw error;
    }
    settleAside(aside);
  }
  return opened;
}

/** Reads what a damaged file still holds; nothing where not even its bytes can be read. */
export function readAside({ onSalvaged }: LaneOptions, aside: string): Salvaged {
  try {
    const salvaged = salvageLane(aside);
    onSalvaged(salvaged.records.length);
    return salvaged;
  } catch (error) {
    onSalvaged(0, error);
    return { epochs: [], records: [] };
  }
}

function openOrBeginAnew(options: LaneOptions): OpenedLane {
  try {
    return prepare(openLaneFile(options));
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    const aside = moveAside(options.file, options.now());
    options.onCorrupt(aside, error);
    if (options.lane !== 'alarm') settleAside(aside);
    return prepare(openLaneFile(options));
  }
}

function prepare(db: DatabaseSync): OpenedLane {
  try {
    return { db, statements: prepareLane(db), epochs: readEpochs(db) };
  } catch (error) {
    db.close();
    throw error;
  }
}
