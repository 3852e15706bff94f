import { existsSync } from 'node:fs';
import type { Logger } from '#runtime/log.ts';

/** A file in which a reader of a log keeps how far it has come. */
export interface ReaderFile {
  file: string;
  read: (file: string) => number | Promise<number>;
}

/**
 * The furthest that any reader of a log has read, by their own files, before the log is opened. A log restored from
 * an older copy would give positions again that they have behind them, and what it accepts before they look would
 * be read by none: an alarm there would raise no warning, or open no incident.
 */
export async function readFurthest(readers: readonly ReaderFile[], log: Logger): Promise<number> {
  const readOne = async ({ file, read }: ReaderFile) => {
    if (!existsSync(file)) return 0;
    try {
      return await read(file);
    } catch (error) {
      // Its own thread says what is wrong with it; alarms are accepted all the same.
      log.warn({ err: error, file }, 'how far its reader has come cannot be told');
      return 0;
    }
  };
  return Math.max(0, ...(await Promise.all(readers.map(readOne))));
}
