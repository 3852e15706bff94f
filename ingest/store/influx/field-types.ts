import { gatewayCounters } from '#contracts/gateway-counters.ts';
import { summaryMeasurement } from '../summary-tiers.ts';

/** A type as InfluxDB 1.x names it in `SHOW FIELD KEYS`. */
export type FieldType = 'float' | 'integer' | 'string' | 'boolean';

const summary = { total: 'float', minimum: 'float', maximum: 'float', count: 'integer' } as const;
const counters = Object.fromEntries(
  gatewayCounters.map((name) => [name.replaceAll('-', '_'), 'float' as const]),
);

/** Fields of every measurement that we write, with their types, which never change. */
export const fieldTypes: Readonly<Record<string, Readonly<Record<string, FieldType>>>> = {
  reading: { position: 'integer', value: 'float', unit: 'string', plausible: 'boolean', late: 'boolean' },
  position: {
    ...{ position: 'integer', latitude: 'float', longitude: 'float', accuracy_m: 'float' },
    ...{ source: 'string', late: 'boolean' },
  },
  event: { position: 'integer', active: 'boolean', late: 'boolean', code: 'string', means: 'string' },
  gap: { position: 'integer', from: 'integer', to: 'integer', reason: 'string' },
  gateway: {
    ...{ position: 'integer', status: 'string', heartbeat_ms: 'float', alarm_held: 'float' },
    ...{ telemetry_held: 'float', clock: 'string', clock_offset_ms: 'float' },
    ...counters,
  },
  incident: {
    ...{ position: 'integer', incident: 'string', change: 'integer', drill: 'boolean' },
    ...{ outcome: 'string', false_alarm: 'float', response_ms: 'float' },
  },
  metric: { position: 'integer', value: 'float' },
  [summaryMeasurement[600_000]]: summary,
  [summaryMeasurement[3_600_000]]: summary,
};
