import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schemaVersion } from './gateway-messages.ts';
import { decodeEntry, encodeEntry, redactEntry } from './journal-codec.ts';
import type { JournalEntry, RecordEntry } from './journal-entry.ts';
import { exampleAlarmRecord, exampleTelemetryRecord, type WireRecord } from './record.ts';
import { toRecordEntry, withCapturedTime } from './record-entry.ts';

const source = { community: 'c1', gateway: 'gw1' };
const receivedAt = Date.parse('2026-11-24T01:15:02.000Z');

function messageOf(wires: readonly WireRecord[], devices: readonly string[] = wires.map(() => 'd1')) {
  const message = wires[0]?.lane === 'alarm' ? { record: wires[0] } : { records: wires };
  const records = wires.map((wire, index) => toRecordEntry(source, wire, devices[index] ?? 'd1'));
  const payload = Buffer.from(JSON.stringify({ schemaVersion, ...message }));
  return { records, payload, encoded: encodeEntry({ class: 'message', records, payload }) };
}

const reading = (sequence: number, fields: object = {}) =>
  ({ ...exampleTelemetryRecord, sequence, ...fields }) as WireRecord;

const anyReading = fc.record(
  {
    sequence: fc.integer({ min: 1, max: 1e9 }),
    epoch: fc.constantFrom(exampleTelemetryRecord.epoch, 'a'.repeat(16)),
    capturedAt: fc
      .date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString()),
    heldMs: fc.integer({ min: 0, max: 1e7 }),
    clock: fc.constantFrom(
      { state: 'unknown' },
      { state: 'synchronized' },
      { state: 'skewed', offsetMs: -7 },
    ),
    origin: fc.string({ minLength: 1, maxLength: 9 }),
  },
  { requiredKeys: ['sequence', 'epoch', 'capturedAt', 'clock'] },
);

test('a message is read as the records that were accepted of it, each at its place', () => {
  fc.assert(
    fc.property(fc.array(anyReading, { minLength: 1, maxLength: 20 }), fc.nat(), (fields, first) => {
      const wires = fields.map((one) => reading(one.sequence, one));
      const { records, encoded } = messageOf(
        wires,
        wires.map((_, index) => `d${index}`),
      );
      const entries = decodeEntry({ first, at: receivedAt, ...encoded });
      const expected = records.map((record, index) => ({
        ...withCapturedTime(record, receivedAt),
        position: first + index,
        receivedAt,
      }));
      expect(entries).toEqual(expected);
      expect(encoded.records).toBe(wires.length);
    }),
  );
});

test('an alarm is kept as the bytes it came in', () => {
  const { payload, encoded } = messageOf([exampleAlarmRecord]);
  expect(encoded.body).toBe(payload);
  expect(decodeEntry({ first: 7, at: receivedAt, ...encoded })).toEqual([
    { ...toRecordEntry(source, exampleAlarmRecord, 'd1'), position: 7, receivedAt },
  ]);
  expect(JSON.parse(encoded.head)).toEqual({
    ...{ class: 'message', ...source, lane: 'alarm', devices: ['d1'] },
    covers: [[exampleAlarmRecord.epoch, 17, 17]],
  });
});

test('records that follow one another are one range, others begin a new one', () => {
  const { encoded } = messageOf(
    [1, 2, 3, 7, 8].map((sequence) => reading(sequence)).concat(reading(9, { epoch: 'b'.repeat(16) })),
  );
  const { epoch } = exampleTelemetryRecord;
  expect(JSON.parse(encoded.head).covers).toEqual([
    [epoch, 1, 3],
    [epoch, 7, 8],
    ['b'.repeat(16), 9, 9],
  ]);
});

test('said by another gateway, a record stays marked so', () => {
  const { records, payload } = messageOf([reading(1), reading(2)]);
  const said: RecordEntry[] = records.map((record, index) =>
    index === 1 ? { ...record, saidByOther: true } : record,
  );
  const encoded = encodeEntry({ class: 'message', records: said, payload });
  const marks = decodeEntry({ first: 1, at: receivedAt, ...encoded }).map((entry) => 'saidByOther' in entry);
  expect(marks).toEqual([false, true]);
});

test('redacted, the others keep their places and nothing is left of what went', () => {
  const wires = [
    reading(1, { device: 'watch-3g:1' }),
    reading(2, { device: 'watch-3g:2' }),
    reading(3, { device: 'watch-3g:1' }),
  ];
  const { encoded } = messageOf(wires, ['of-501', 'of-502', 'of-501']);
  const left = redactEntry(encoded, ({ community, device }) => community === 'c1' && device === 'of-501');
  expect(left?.head).not.toContain('of-501');
  expect(Buffer.from(left?.body ?? []).toString()).not.toContain('watch-3g:1');
  expect(JSON.parse(left?.head ?? '').covers).toEqual([[exampleTelemetryRecord.epoch, 1, 3]]);
  const entries = decodeEntry({ first: 10, at: receivedAt, ...(left as { head: string }) });
  expect(entries).toMatchObject([{ position: 11, device: 'of-502', sequence: 2 }]);
  expect(redactEntry(encoded, ({ device }) => device === 'of-503')).toBeUndefined();
  expect(redactEntry(encoded, ({ community }) => community === 'c2')).toBeUndefined();
});

test('a record that stands alone leaves its identity and nothing else', () => {
  const record = toRecordEntry(source, exampleAlarmRecord, 'd1');
  const left = redactEntry(encodeEntry(record), () => true);
  expect(JSON.parse(left?.head ?? '')).toEqual({
    ...{ class: 'redacted', ...source, epoch: record.epoch, lane: 'alarm', sequence: 17 },
  });
  expect(decodeEntry({ first: 1, at: receivedAt, head: left?.head ?? '' })).toEqual([]);
});

test('what is no record is read as it was written', () => {
  const tick = { class: 'tick', listening: true } as const;
  expect(decodeEntry({ first: 3, at: 5, ...encodeEntry(tick) })).toEqual<JournalEntry[]>([
    { ...tick, position: 3, receivedAt: 5 },
  ]);
  expect(redactEntry(encodeEntry(tick), () => true)).toBeUndefined();
});
