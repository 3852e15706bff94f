import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import { Command, exampleCommand } from '#contracts/command.ts';
import {
  Ack,
  AlarmMessage,
  exampleAck,
  exampleAlarmMessage,
  exampleGatewayState,
  exampleTelemetryMessage,
  GatewayState,
  TelemetryMessage,
} from '#contracts/gateway-messages.ts';
import { exampleMetricsMessage, MetricsMessage } from '#contracts/metrics.ts';
import { exampleWarningNotice, WarningNotice } from '#contracts/notices.ts';
import { exampleAlarmRecord, StrictAlarmRecord } from '#contracts/record.ts';
import { createValidator } from '#contracts/validate.ts';

const messages: [name: string, schema: TSchema, example: object][] = [
  ['alarm', AlarmMessage, exampleAlarmMessage],
  ['telemetry', TelemetryMessage, exampleTelemetryMessage],
  ['state', GatewayState, exampleGatewayState],
  ['ack', Ack, exampleAck],
  ['command', Command, exampleCommand],
  ['warning', WarningNotice, exampleWarningNotice],
  ['metrics', MetricsMessage, exampleMetricsMessage],
];

/** A value no schema of ours accepts anywhere, whatever stood there. */
const alien = { alien: ['💥'] };

/** Every path of a JSON value, the value itself left out. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [[...path, key], ...pathsOf(child, [...path, key])]);
}

function withReplaced(value: unknown, path: string[], replacement: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  let node = copy;
  for (const key of path.slice(0, -1)) node = node[key] as Record<string, unknown>;
  node[path.at(-1) as string] = replacement;
  return copy;
}

describe.each(messages)('%s message', (_name, schema, example) => {
  const validate = createValidator(schema);

  test('its example validates, also after a round trip through JSON', () => {
    expect(validate(example)).toMatchObject({ ok: true });
    expect(validate(JSON.parse(JSON.stringify(example)))).toMatchObject({ ok: true });
  });

  test('a foreign value anywhere is refused with a path on the way to it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(example)), (path) => {
        const checked = validate(withReplaced(example, path, alien));
        if (checked.ok) throw new Error(`accepted a foreign value at /${path.join('/')}`);
        const pointer = `/${path.join('/')}/`;
        const found = checked.path === '/' ? '/' : `${checked.path}/`;
        expect(pointer.startsWith(found) || found.startsWith(pointer), `${found} for ${pointer}`).toBe(true);
        expect(checked.expected).not.toBe('');
      }),
    );
  });

  test('a missing part is refused, except where it is optional', () => {
    for (const key of (schema as { required?: string[] }).required ?? []) {
      const { [key]: _left, ...rest } = example as Record<string, unknown>;
      expect(validate(rest), key).toMatchObject({ ok: false, expected: expect.stringContaining(key) });
    }
  });

  test('no JSON value at all makes the validator throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(typeof validate(value).ok).toBe('boolean');
      }),
    );
  });
});

test.each([
  [['records', '0', 'sequence'], 0, '/records/0/sequence'],
  [['records', '0', 'sequence'], 1.5, '/records/0/sequence'],
  [['records', '0', 'capturedAt'], '2026-11-24T01:15:01Z', '/records/0/capturedAt'],
  [['records', '0', 'lane'], 'alarm', '/records/0/lane'],
  [['records', '0', 'body', 'quantity'], 'mood', '/records/0/body/quantity'],
  [['records', '0', 'body', 'value'], Number.NaN, '/records/0/body/value'],
  [['records', '0', 'body', 'value'], 1e308, '/records/0/body/value'],
  [['records', '0', 'device'], 'no protocol', '/records/0/device'],
] as const)('telemetry with %j = %j is refused at %s', (path, value, pointer) => {
  const mutated = withReplaced(exampleTelemetryMessage, [...path], value);
  expect(createValidator(TelemetryMessage)(mutated)).toMatchObject({ ok: false, path: pointer });
});

test('the alarm lane keeps unknown fields, and the strict schema finds them to be counted', () => {
  const newer = { ...exampleAlarmRecord, floorPlan: 'x', body: { ...exampleAlarmRecord.body, tone: 3 } };
  expect(createValidator(AlarmMessage)({ ...exampleAlarmMessage, record: newer }).ok).toBe(true);
  expect(createValidator(StrictAlarmRecord)(newer)).toMatchObject({
    ok: false,
    expected: 'is not a known field',
  });
});
