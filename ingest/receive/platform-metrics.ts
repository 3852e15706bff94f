import type { MetricsEntry } from '#contracts/journal-entry.ts';
import { type MetricProcess, MetricsMessage, metricsIntervalMs } from '#contracts/metrics.ts';
import { createValidator } from '#contracts/validate.ts';
import { createCounter, type Metrics } from '#runtime/health.ts';
import type { Logger } from '#runtime/log.ts';
import { limitsOf, parsePayload } from './parse-payload.ts';

/**
 * Holds what processes count until a tick takes it along: metrics share the tick's commit and cost none of their own.
 * At most one message a process, and each of several, waits; one that is lost is replaced by the next.
 */
export interface PlatformMetrics {
  /** A process's message as it came over MQTT; `instance` is which of several. */
  receive(process: MetricProcess, payload: Buffer, instance?: string): void;
  /** What waits, to be journalled now; none while the journal has no room but for alarms. */
  drain(): MetricsEntry[];
}

/** Shortest time between two messages of a process that are read, in ms. */
export const shortestIntervalMs = metricsIntervalMs / 6;

/** Most processes; one more is not read until another is forgotten. */
const maxSources = 32;
/** A process without metrics for so long is forgotten, in ms. */
const forgottenAfterMs = 10 * metricsIntervalMs;

/** What became of a message of metrics. */
export const metricsOutcomes = ['taken', 'too-soon', 'unreadable', 'too-many'] as const;

const checkMessage = createValidator(MetricsMessage);

/** Creates the holder. @param options `hasRoom`: telemetry may be journalled. */
export function createPlatformMetrics(options: {
  hasRoom: () => boolean;
  metrics: Metrics;
  now: () => number;
  log: Logger;
}): PlatformMetrics {
  const { log, now } = options;
  const waiting = new Map<string, MetricsEntry>();
  const readAt = new Map<string, number>();
  const messages = createCounter(
    options.metrics,
    'ingest_metrics_messages_total',
    'Metrics of processes, by outcome.',
    ['outcome'],
  );
  for (const outcome of metricsOutcomes) messages.inc({ outcome }, 0);

  const sinceRead = (source: string) => Math.abs(now() - (readAt.get(source) ?? 0));
  const hasPlaceFor = (source: string) => {
    if (readAt.has(source) || readAt.size < maxSources) return true;
    for (const known of readAt.keys()) if (sinceRead(known) > forgottenAfterMs) readAt.delete(known);
    return readAt.size < maxSources;
  };
  const validate: (...told: Parameters<PlatformMetrics['receive']>) => (typeof metricsOutcomes)[number] = (
    process,
    payload,
    instance,
  ) => {
    const source = `${process}/${instance ?? ''}`;
    if (sinceRead(source) < shortestIntervalMs) return 'too-soon';
    if (!hasPlaceFor(source)) return 'too-many';
    // Unreadable ones count as well: they cost as much to read, and a line in the log.
    readAt.set(source, now());
    const parsed = parsePayload(payload, limitsOf('telemetry'));
    const checked = parsed.ok ? checkMessage(parsed.value) : parsed;
    if (!checked.ok) {
      log.warn({ process, instance, expected: checked.expected }, 'metrics not readable');
      return 'unreadable';
    }
    const { values } = checked.value;
    waiting.set(source, { class: 'metrics', process, ...(instance && { instance }), values });
    return 'taken';
  };
  return {
    receive: (...told) => messages.inc({ outcome: validate(...told) }),
    drain: () => {
      const entries = options.hasRoom() ? [...waiting.values()] : [];
      waiting.clear();
      return entries;
    },
  };
}
