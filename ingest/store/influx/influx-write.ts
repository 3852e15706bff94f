import { HttpError, InfluxDB, setLogger } from '@influxdata/influxdb-client';
import { StoreUnreachable } from '../store-errors.ts';
import { readInfluxAddress } from './influx-address.ts';
import { isLasting, type LineRefusal, readLineRefusal, troubleOfAnswer } from './influx-refusals.ts';

/** What the server said to a batch of lines. */
export type WriteAnswer =
  | { stored: true }
  | { stored: false; missingDatabase: boolean; reason: string; refusal: LineRefusal };

/** Writes lines in one request. @throws {StoreUnreachable} where it may work later. */
export type InfluxWrite = (lines: readonly string[]) => Promise<WriteAnswer>;

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
  const { url, authorization } = readInfluxAddress(options);
  const client = new InfluxDB({
    url,
    timeout: options.timeoutMs,
    // The client's own token is always sent as `Token`, which 1.x before 1.8 does not read.
    ...(authorization && { headers: { authorization } }),
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
      return answerOf(url, cause);
    } finally {
      await api.close().catch(() => undefined);
    }
  };
}

/** @throws {StoreUnreachable} where a later try may end otherwise. */
function answerOf(url: string, cause: unknown): WriteAnswer {
  if (!(cause instanceof HttpError)) {
    throw new StoreUnreachable('no-answer', `InfluxDB at ${url} did not take a write`, { cause });
  }
  const { statusCode } = cause;
  const words = wordsOf(cause).slice(0, 500);
  if (!isLasting(statusCode)) {
    const trouble = troubleOfAnswer(statusCode, words);
    throw new StoreUnreachable(trouble, `InfluxDB at ${url} did not take a write (${statusCode}): ${words}`, {
      cause,
    });
  }
  return {
    stored: false,
    missingDatabase: statusCode === 404,
    reason: `${statusCode} ${words}`,
    refusal: readLineRefusal(statusCode, words),
  };
}

/** The server's own words: 1.x and 3 Core say `error`, 2.x says `message`, a proxy neither. */
function wordsOf({ body, message }: HttpError): string {
  try {
    const answer = JSON.parse(body ?? '') as { error?: unknown; message?: unknown };
    return String(answer.error ?? answer.message ?? body);
  } catch {
    return body || message;
  }
}
