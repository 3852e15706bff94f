import { Type } from 'typebox';

/** Settings of InfluxDB as the telemetry store. */
export const influxSettings = {
  influxUrl: Type.String({ default: 'http://127.0.0.1:8086', description: 'Address of InfluxDB.' }),
  influxDatabase: Type.String({
    default: 'shouwang',
    pattern: '^[A-Za-z0-9_-]{1,64}$',
    description: 'InfluxDB database; created where missing and allowed.',
  }),
  influxToken: Type.Optional(
    Type.String({ description: 'Token of InfluxDB 2 and 3, or user:password of 1.x with sign-in.' }),
  ),
};
