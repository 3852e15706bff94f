import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileName = 'store-replay.json';

/**
 * Asks the store writer that runs on a data folder to write the journal again from a time on, e.g. into an InfluxDB
 * that began anew; it takes this up within seconds. What stands in the store already is overwritten by itself.
 *
 * @param from Epoch ms.
 */
export function requestReplay(dataDir: string, from: number): void {
  const file = join(dataDir, fileName);
  writeFileSync(`${file}.new`, JSON.stringify({ from: new Date(from).toISOString() }));
  renameSync(`${file}.new`, file);
}

/** What was asked for: `from` is NaN where the file cannot be read. */
export interface ReplayRequest {
  /** Epoch ms. */
  from: number;
  /** It was carried out, or cannot be. */
  done(): void;
}

/** The request that waits in a data folder. */
export function findReplayRequest(dataDir: string): ReplayRequest | undefined {
  const file = join(dataDir, fileName);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return { from: timeIn(text), done: () => rmSync(file, { force: true }) };
}

function timeIn(text: string): number {
  try {
    return Date.parse((JSON.parse(text) as { from: string }).from);
  } catch {
    return Number.NaN;
  }
}
