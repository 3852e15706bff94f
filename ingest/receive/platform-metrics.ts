import type { MetricsEntry } from '#contracts/journal-entry.ts';
import { type MetricProcess, MetricsMessage, metricsIntervalMs } from '#contracts/metrics.ts';
import { createValidator } from '#contracts/validate.ts';
import { createCounter, type Metrics } from '#runtime/health.ts';
import type { Logger } from '#runtime/log.ts';
import { limitsOf, parsePayload } from './parse-payload.ts';

/**
 * Holds what processes count until a tick takes it along: metrics share the tick's commit and cost none of their own.
 * At most one message a process waits; one that is lost is replaced by the next.
 */
export interface PlatformMetrics {
  /** A process's message as it came over MQTT. */
  receive(process: MetricProcess, payload: Buffer): void;
  /** What waits, to be journalled now; none while the journal has no room but for alarms. */
  take(): MetricsEntry[];
}

/** Shortest time between two messages of a process that are read, in ms. */
export const shortestIntervalMs = metricsIntervalMs / 6;

/** What became of a message of metrics. */
export const metricsOutcomes = ['taken', 'too-soon', 'unreadable'] as const;

const checkMessage = createValidator(MetricsMessage);

/** Creates the holder. @param options `hasRoom`: telemetry may be journalled. */
export function createPlatformMetrics(options: {
  hasRoom: () => boolean;
  metrics: Metrics;
  now: () => number;
  log: Logger;
}): PlatformMetrics {
  const { log, now } = options;
  const waiting = new Map<MetricProcess, MetricsEntry>();
  const readAt = new Map<MetricProcess, number>();
  const messages = createCounter(
    options.metrics,
    'ingest_metrics_messages_total',
    'Metrics of processes, by outcome.',
    ['outcome'],
  );
  for (const outcome of metricsOutcomes) messages.inc({ outcome }, 0);

  const validate = (process: MetricProcess, payload: Buffer): (typeof metricsOutcomes)[number] => {
    const sinceLast = Math.abs(now() - (readAt.get(process) ?? 0));
    if (sinceLast < shortestIntervalMs) return 'too-soon';
    // Unreadable ones count as well: they cost as much to read, and a line in the log.
    readAt.set(process, now());
    const parsed = parsePayload(payload, limitsOf('telemetry'));
    const checked = parsed.ok ? checkMessage(parsed.value) : parsed;
    if (!checked.ok) {
      log.warn({ process, expected: checked.expected }, 'metrics not readable');
      return 'unreadable';
    }
    waiting.set(process, { class: 'metrics', process, values: checked.value.values });
    return 'taken';
  };
  return {
    receive: (process, payload) => messages.inc({ outcome: validate(process, payload) }),
    take: () => {
      const entries = options.hasRoom() ? [...waiting.values()] : [];
      waiting.clear();
      return entries;
    },
  };
}
