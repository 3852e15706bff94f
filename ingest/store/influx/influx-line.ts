import { Point } from '@influxdata/influxdb-client';
import type { StorePoint } from '../store-point.ts';

const nanosPerMilli = 1_000_000n;

/**
 * A point as line protocol in nanoseconds, with few tags and types that never change.
 *
 * Same measurement, tags and time overwrite one another in InfluxDB. The journal position in the last six
 * digits keeps two records of one millisecond apart and lets a record written again overwrite itself.
 */
export function lineOf(point: StorePoint): string {
  const line = fieldsOf(point)
    .tag('community', point.community)
    .intField('position', point.position)
    .timestamp(nanosOf(point))
    .toLineProtocol();
  if (line === undefined) throw new TypeError(`point ${point.position} has no fields`);
  return line;
}

function nanosOf({ at, position }: StorePoint): string {
  const whole = Math.floor(at);
  const fraction = BigInt(Math.round((at - whole) * 1e6));
  return String(BigInt(whole) * nanosPerMilli + fraction + (BigInt(position) % nanosPerMilli));
}

function fieldsOf(point: StorePoint): Point {
  switch (point.type) {
    case 'reading':
      return new Point('reading')
        .tag('device', point.device)
        .tag('quantity', point.quantity)
        .floatField('value', point.value)
        .stringField('unit', point.unit)
        .booleanField('plausible', point.plausible)
        .booleanField('late', point.late);
    case 'position': {
      const line = new Point('position')
        .tag('device', point.device)
        .floatField('latitude', point.latitude)
        .floatField('longitude', point.longitude)
        .stringField('source', point.source)
        .booleanField('late', point.late);
      return point.accuracyM === undefined ? line : line.floatField('accuracy_m', point.accuracyM);
    }
    case 'event': {
      const line = new Point('event')
        .tag('device', point.device)
        .tag('kind', point.kind)
        .booleanField('active', point.active)
        .booleanField('late', point.late);
      if (point.level !== undefined) line.tag('level', point.level);
      if (point.code !== undefined) line.stringField('code', point.code);
      return point.means === undefined ? line : line.stringField('means', point.means);
    }
    case 'gap':
      return new Point('gap')
        .tag('gateway', point.gateway)
        .tag('lane', point.lane)
        .intField('from', point.from)
        .intField('to', point.to)
        .stringField('reason', point.reason);
    case 'incident': {
      const line = new Point('incident')
        .tag('kind', point.kind)
        .tag('transition', point.transition)
        .tag('level', point.level)
        .stringField('incident', point.incident)
        .intField('change', point.change)
        .booleanField('drill', point.drill);
      return point.outcome === undefined ? line : line.stringField('outcome', point.outcome);
    }
  }
}
