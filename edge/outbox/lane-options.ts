import type { LaneFileOptions } from './lane-file.ts';
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
