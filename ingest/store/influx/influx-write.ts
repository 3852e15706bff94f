import { HttpError, InfluxDB, setLogger } from '@influxdata/influxdb-client';
import { IngestError } from '../../errors.ts';

/** What the server said to a batch of lines. */
export type WriteAnswer = { stored: true } | { stored: false; missingDatabase: boolean; reason: string };

/** Writes lines in one request. @throws {IngestError} `INGEST_STORE_UNREACHABLE` where it may work later. */
export type InfluxWrite = (lines: readonly string[]) => Promise<WriteAnswer>;

/** Answers that no repetition changes: a bad line, no such database, more than the server takes at once. */
const lasting = [400, 404, 413, 422];

/**
 * Creates the writer over the official client, one request per call.
 *
 * The client's own retries are off: they would deliver lines behind the back of our cursor.
 */
export function createInfluxWrite(options: {
  url: string;
  database: string;
  token?: string;
  timeoutMs: number;
}): InfluxWrite {
  // The client would print every failure itself; each one is thrown here and logged by the writer.
  setLogger({ error: () => undefined, warn: () => undefined });
  const client = new InfluxDB({
    url: options.url,
    timeout: options.timeoutMs,
    ...(options.token && { token: options.token }),
  });
  return async (lines) => {
    const api = client.getWriteApi('', '', 'ns', {
      maxRetries: 0,
      flushInterval: 0,
      // Never reached: what a full batch sends by itself, `flush` does not wait for.
      batchSize: lines.length + 1,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
    });
    // Without a precision every version reads nanoseconds; its names for them differ.
    api.path = `/write?db=${encodeURIComponent(options.database)}`;
    try {
      api.writeRecords(lines as string[]);
      await api.flush();
      return { stored: true };
    } catch (cause) {
      if (cause instanceof HttpError && lasting.includes(cause.statusCode)) {
        const reason = `${cause.statusCode} ${cause.body || cause.message}`.slice(0, 500);
        return { stored: false, missingDatabase: cause.statusCode === 404, reason };
      }
      throw new IngestError('INGEST_STORE_UNREACHABLE', `InfluxDB at ${options.url} did not take a write`, {
        cause,
      });
    } finally {
      await api.close().catch(() => undefined);
    }
  };
}
