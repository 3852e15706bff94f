import type { EntryPoints } from '../split-entries.ts';
import type { RefusedEntry } from '../telemetry-store.ts';
import type { InfluxWrite } from './influx-write.ts';

/** An entry as the lines it is stored as, all of one measurement. */
export interface EntryLines {
  entry: EntryPoints['entry'];
  measurement: string;
  lines: string[];
}

/** Writes a batch and answers what of it the server can never take. @throws {StoreUnreachable} */
export type WriteBatch = (batch: readonly EntryLines[]) => Promise<RefusedEntry[]>;

/**
 * Creates the writer of batches. Of a refused request the server stores the good lines and names no bad one. It
 * counts them, of one shard: where that is all of them, the whole batch is refused at once, and else the measurement
 * that it names is tried by itself, so that a table of another program costs a few requests a batch and not
 * thousands. What is left is halved until the bad entry stands alone; good lines written again overwrite themselves.
 */
export function createWriteBatch(write: InfluxWrite, createDatabase: () => Promise<unknown>): WriteBatch {
  const writeBatch: WriteBatch = async (batch) => {
    if (batch.length === 0) return [];
    const lines = batch.flatMap((one) => one.lines);
    let answer = await write(lines);
    if (!answer.stored && answer.missingDatabase) {
      await createDatabase();
      answer = await write(lines);
    }
    if (answer.stored) return [];
    const { reason, refusal } = answer;
    if (batch.length === 1 || refusal.dropped === lines.length) {
      return batch.map(({ entry, measurement }) => ({ entry, measurement, cause: refusal.cause, reason }));
    }
    const refused: RefusedEntry[] = [];
    for (const part of partsOf(batch, refusal.measurement)) refused.push(...(await writeBatch(part)));
    return refused;
  };
  return writeBatch;
}

function partsOf(batch: readonly EntryLines[], named: string | undefined): (readonly EntryLines[])[] {
  const ofNamed = batch.filter(({ measurement }) => measurement === named);
  if (ofNamed.length > 0 && ofNamed.length < batch.length) {
    return [ofNamed, batch.filter(({ measurement }) => measurement !== named)];
  }
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
