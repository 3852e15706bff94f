import { type Static, Type } from 'typebox';
import { objectOf } from './schema.ts';

/** Processes of the platform that publish metrics; gateways send counters with every heartbeat. */
export const metricProcesses = ['broker', 'ingest', 'dispatch', 'dashboard'] as const;
export type MetricProcess = (typeof metricProcesses)[number];

/** Distinguishes processes of one kind on a data folder by their TCP port, as Prometheus's *instance* does. */
export const MetricInstance = Type.String({ pattern: '^[1-9][0-9]{0,4}$' });

/** Most values in one message; what a process counts beyond is left out. */
export const maxMetricValues = 512;
/** Interval of a process's metrics, in ms. */
export const metricsIntervalMs = 30_000;

/** One value of a metric, named as at `/metrics`. */
export const MetricValue = objectOf({
  name: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
  /** Values of its labels in order of the labels' names, joined by `/`; absent where it has none. */
  labels: Type.Optional(Type.String({ minLength: 1, maxLength: 96 })),
  value: Type.Number(),
});
export type MetricValue = Static<typeof MetricValue>;

/** `…/metrics/{process}` or, of dashboards, `…/metrics/{process}/{instance}`, not retained: what a process counts, for charts alone. */
export const MetricsMessage = objectOf({
  schemaVersion: Type.Literal(1),
  values: Type.Array(MetricValue, { maxItems: maxMetricValues }),
});
export type MetricsMessage = Static<typeof MetricsMessage>;

export const exampleMetricsMessage: MetricsMessage = {
  schemaVersion: 1,
  values: [
    { name: 'dispatch_actions_total', labels: 'acknowledge/done', value: 12 },
    { name: 'process_resident_memory_bytes', value: 104857600 },
  ],
};
