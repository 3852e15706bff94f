import {
  type MetricsMessage,
  type MetricValue,
  maxMetricValues,
  metricsIntervalMs,
} from '#contracts/metrics.ts';
import type { Metrics } from './health.ts';
import type { Logger } from './log.ts';

/** Of what prom-client counts of every process by itself, what charts show; all of it is at `/metrics`. */
const ofEveryProcess = new Set([
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'nodejs_eventloop_lag_p99_seconds',
]);

/** Tells a process's metrics at an interval, so that charts need no way to its `/metrics`. */
export interface MetricsReport {
  /** Tells them now as well, e.g. when there is a connection again. */
  report(): void;
  close(): void;
}

/** Starts telling. @param options.send Gets what is counted; what it cannot pass on is lost, and the next comes soon. */
export function startMetricsReport(options: {
  metrics: Metrics;
  send: (message: MetricsMessage) => void;
  log: Logger;
  intervalMs?: number;
}): MetricsReport {
  const { metrics, log } = options;
  const report = async () => {
    try {
      options.send({ schemaVersion: 1, values: await metricValues(metrics) });
    } catch (error) {
      log.warn({ err: error }, 'metrics not told');
    }
  };
  const timer = setInterval(report, options.intervalMs ?? metricsIntervalMs);
  void report();
  return { report: () => void report(), close: () => clearInterval(timer) };
}

/** Counters and gauges as charts take them, at most `maxMetricValues`; values that are no finite number are left out. */
export async function metricValues(metrics: Metrics): Promise<MetricValue[]> {
  const values: MetricValue[] = [];
  for (const { name, type, values: counted } of await metrics.getMetricsAsJSON()) {
    const isShown = !/^(process|nodejs)_/.test(name) || ofEveryProcess.has(name);
    if (!isShown || !['counter', 'gauge'].includes(String(type))) continue;
    for (const { labels, value } of counted) {
      if (Number.isFinite(value)) values.push({ name, ...labelsOf(labels), value });
    }
  }
  return values.slice(0, maxMetricValues);
}

/** The order of the names, since prom-client keeps that in which they happened to be given. */
function labelsOf(labels: Partial<Record<string, string | number>>): Pick<MetricValue, 'labels'> {
  const names = Object.keys(labels).toSorted();
  return names.length > 0 ? { labels: names.map((name) => labels[name]).join('/') } : {};
}
