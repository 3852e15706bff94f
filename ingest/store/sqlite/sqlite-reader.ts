import { existsSync } from 'node:fs';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import type { OpenTelemetryReader } from '../telemetry-store.ts';
import { prepareTelemetryReads } from './sqlite-reads.ts';

/** Reads telemetry in a store.db that its writer may still have to make: the first question that finds it opens it. */
export function openSqliteReader(file: string): OpenTelemetryReader {
  let opened: { reads: TelemetryReader; close: () => void } | undefined;
  const open = () => {
    const db = openSqlite(file, { readOnly: true });
    try {
      return { reads: prepareTelemetryReads(db, Date.now), close: () => db.close() };
    } catch (error) {
      db.close();
      throw error;
    }
  };
  const find = () => {
    if (!opened && !existsSync(file)) return undefined;
    opened ??= open();
    return opened.reads;
  };
  return {
    buckets: async (range, bucketMs) => find()?.buckets(range, bucketMs) ?? [],
    readings: async (range, limit) => find()?.readings(range, limit) ?? [],
    eventsBetween: async (range, limit, after) => find()?.eventsBetween(range, limit, after) ?? [],
    counts: async (range) => find()?.counts(range) ?? [],
    close: async () => opened?.close(),
  };
}
