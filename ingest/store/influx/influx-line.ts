import { escape as escaping } from '@influxdata/influxdb-client';
import { gatewayCounters } from '#contracts/gateway-counters.ts';
import type { StorePoint } from '../store-point.ts';
import { tagText } from './influx-text.ts';

/**
 * A point as line protocol in nanoseconds, with few tags, in order of name, and types that never change.
 *
 * Same measurement, tags and time overwrite one another in InfluxDB. The journal position in the last six
 * digits keeps two records of one millisecond apart and lets a record written again overwrite itself.
 * Lines are put together as text: the client's `Point` costs three times as much for each.
 */
export function lineOf(point: StorePoint): string {
  const [tags, fields] = partsOf(point);
  return `${tags} position=${point.position}i${fields} ${nanosOf(point.at, point.position)}`;
}

/** Nanoseconds as text, since they exceed what a number counts exactly. */
function nanosOf(at: number, position: number): string {
  const whole = Math.floor(at);
  const nanos = Math.round((at - whole) * 1e6) + (position % 1e6);
  return `${whole + Math.floor(nanos / 1e6)}${String(nanos % 1e6).padStart(6, '0')}`;
}

function partsOf(point: StorePoint): [tags: string, fields: string] {
  if (point.type === 'metric') {
    return [
      `metric,${point.labels && `labels=${tagText(point.labels)},`}name=${tagText(point.name)},process=${tagText(point.process)}`,
      `,value=${point.value}`,
    ];
  }
  const community = `community=${tagText(point.community)}`;
  switch (point.type) {
    case 'reading':
      return [
        `reading,${community},device=${tagText(point.device)},quantity=${tagText(point.quantity)}`,
        `,value=${point.value},unit=${escaping.quoted(point.unit)},plausible=${point.plausible},late=${point.late}`,
      ];
    case 'position':
      return [
        `position,${community},device=${tagText(point.device)}`,
        `,latitude=${point.latitude},longitude=${point.longitude},source=${escaping.quoted(point.source)}` +
          `${numberField('accuracy_m', point.accuracyM)},late=${point.late}`,
      ];
    case 'event':
      return [
        `event,${community},device=${tagText(point.device)},kind=${tagText(point.kind)}` +
          (point.level === undefined ? '' : `,level=${tagText(point.level)}`),
        `,active=${point.active},late=${point.late}` +
          (point.possibleRepeat ? ',possible_repeat=true' : '') +
          (point.saidByOther ? ',said_by_other=true' : '') +
          textField('code', point.code) +
          textField('means', point.means),
      ];
    case 'gap':
      return [
        `gap,${community},gateway=${tagText(point.gateway)},lane=${tagText(point.lane)}`,
        `,from=${point.from}i,to=${point.to}i${textField('reason', point.reason)}`,
      ];
    case 'gateway':
      return [
        `gateway,${community},gateway=${tagText(point.gateway)}`,
        textField('status', point.status) +
          numberField('heartbeat_ms', point.heartbeatMs) +
          numberField('alarm_held', point.alarmHeld) +
          numberField('telemetry_held', point.telemetryHeld) +
          textField('clock', point.clock) +
          numberField('clock_offset_ms', point.clockOffsetMs) +
          gatewayCounters
            .map((name) => numberField(name.replaceAll('-', '_'), point.counters[name]))
            .join(''),
      ];
    case 'incident':
      return [
        `incident,${building(point.building)}${community},kind=${tagText(point.kind)},level=${tagText(point.level)}` +
          `,transition=${tagText(point.transition)}`,
        `,incident=${escaping.quoted(point.incident)},change=${point.change}i,drill=${point.drill}` +
          textField('outcome', point.outcome) +
          numberField('false_alarm', falseAlarmOf(point.outcome)) +
          numberField('response_ms', point.responseMs),
      ];
  }
}

function building(id: string | undefined): string {
  return !id ? '' : `building=${tagText(id)},`;
}

/** 1 or 0, whose mean is the share of false alarms: InfluxQL cannot count by a text. Tests and drills are neither. */
function falseAlarmOf(outcome: string | undefined): number | undefined {
  if (outcome === 'false') return 1;
  return outcome === 'real' ? 0 : undefined;
}

function textField(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,${name}=${escaping.quoted(value)}`;
}

function numberField(name: string, value: number | undefined): string {
  return value === undefined ? '' : `,${name}=${value}`;
}

/** InfluxQL takes a time as text; a number would be read as nanoseconds beyond exact doubles. */
export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
