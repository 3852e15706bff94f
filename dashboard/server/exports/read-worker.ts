import type { IncidentReader } from '#contracts/incident.ts';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import type { Logger } from '#runtime/log.ts';
import { startWorkerCalls } from '#runtime/worker-calls.ts';
import type { Audit } from '../audit/audit.ts';
import type { ReadHandlers, ReadWorkerData } from './read-worker.main.ts';

/** Reads that may take seconds, on a thread of their own: nobody who watches waits for them. */
export interface HeavyReads {
  telemetry: TelemetryReader;
  incidents: Pick<IncidentReader, 'ofDays' | 'timeline'>;
  audit: Pick<Audit, 'between'>;
}

/** Questions that may wait for one thread; one more is answered 503. */
const maxWaiting = 64;
/** A question that takes longer is answered 503; the thread goes on to the next when it has read. */
const timeoutMs = 60_000;

/**
 * Starts a thread that reads the telemetry store, incidents and the audit log.
 *
 * @param name Of the thread, for the log.
 */
export function startReadWorker(
  name: string,
  options: ReadWorkerData & { now: () => number; log: Logger },
): HeavyReads & { close(): Promise<void> } {
  const { dataDir, store, now, log } = options;
  const workerData: ReadWorkerData = { dataDir, store };
  const file = new URL('./read-worker.main.ts', import.meta.url);
  const calls = startWorkerCalls({ name, file, workerData, maxWaiting, timeoutMs, now, log });
  const ask =
    <N extends keyof ReadHandlers>(handler: N) =>
    (...args: Parameters<ReadHandlers[N]>) =>
      calls.ask(handler, ...args) as ReturnType<ReadHandlers[N]>;
  return {
    telemetry: {
      readings: ask('readings'),
      eventsBetween: ask('eventsBetween'),
      buckets: ask('buckets'),
      counts: ask('counts'),
    },
    incidents: { ofDays: ask('ofDays'), timeline: ask('timeline') },
    audit: { between: ask('auditBetween') },
    close: calls.close,
  };
}
