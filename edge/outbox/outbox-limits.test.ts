import { describe, expect, it } from 'vitest';
import { createTestFolder, heartRate, openTestOutbox, recordsOf, sos } from '../testing/open-test-outbox.ts';
import { flushRecords } from './telemetry-batcher.ts';

const mebibyte = 1_048_576;
const text = 'x'.repeat(256);
const talkative = (value: number) => ({
  device: 'hikvision-isapi:c0517eaabbcc/1',
  body: { type: 'event' as const, kind: 'access-granted' as const, code: String(value), text },
});

/** Every sequence of an epoch up to `newest`, each covered once by a record or a gap. */
function expectNoHoles(
  records: { epoch: string; sequence: number; body: { type: string } }[],
  epoch: string,
) {
  let covered = 0;
  for (const { sequence, body } of records.filter((record) => record.epoch === epoch)) {
    const from = 'from' in body ? Number(body.from) : sequence;
    expect(from).toBe(covered + 1);
    covered = sequence;
  }
  return covered;
}

describe('telemetry at its quota', () => {
  it('lets the oldest go and leaves one gap in their place', () => {
    const { outbox, counters } = openTestOutbox(createTestFolder(), { telemetryQuotaBytes: mebibyte });
    const count = 5 * flushRecords;
    for (let value = 1; value <= count; value++) outbox.accept([talkative(value)]);
    const records = recordsOf(outbox, 'telemetry');
    const [gap, ...kept] = records;
    expect(gap?.body).toEqual({ type: 'gap', from: 1, reason: 'quota' });
    expect(records.filter(({ body }) => body.type === 'gap')).toHaveLength(1);
    expect(kept.at(-1)?.sequence).toBe(count);
    expect(expectNoHoles(records, outbox.epoch)).toBe(count);
    expect(kept.length).toBeGreaterThan(flushRecords);
    expect(counters.values['telemetry-dropped']).toBeGreaterThanOrEqual((gap?.sequence ?? 0) - 1);
  });

  it('leaves one gap an epoch, and old epochs go first', () => {
    const folder = createTestFolder();
    const { outbox: before } = openTestOutbox(folder, { telemetryQuotaBytes: mebibyte });
    for (let value = 1; value <= flushRecords; value++) before.accept([talkative(value)]);
    before.close();
    const { outbox } = openTestOutbox(folder, { telemetryQuotaBytes: mebibyte });
    for (let value = 1; value <= 5 * flushRecords; value++) outbox.accept([talkative(value)]);
    const records = recordsOf(outbox, 'telemetry');
    expect(records[0]).toMatchObject({ epoch: before.epoch, sequence: flushRecords, body: { from: 1 } });
    expect(records[1]).toMatchObject({ epoch: outbox.epoch, body: { type: 'gap', from: 1 } });
    expect(expectNoHoles(records, outbox.epoch)).toBe(5 * flushRecords);
  });

  it('takes no room from alarms', () => {
    const { outbox } = openTestOutbox(createTestFolder(), { telemetryQuotaBytes: mebibyte });
    for (let value = 1; value <= 5 * flushRecords; value++) outbox.accept([talkative(value), sos(value)]);
    expect(recordsOf(outbox, 'alarm')).toHaveLength(5 * flushRecords);
  });

  it('is not taken again after it was let go', () => {
    const { outbox } = openTestOutbox(createTestFolder(), { telemetryQuotaBytes: mebibyte });
    outbox.accept([{ ...talkative(0), origin: { key: '17' } }]);
    for (let value = 1; value <= 5 * flushRecords; value++) outbox.accept([talkative(value)]);
    expect(outbox.accept([{ ...talkative(0), origin: { key: '17' } }])).toEqual(['repeat']);
  });
});

describe('the alarm lane at its limit', () => {
  it('refuses, keeps what it took, and takes again once that is acknowledged', () => {
    const { outbox, counters } = openTestOutbox(createTestFolder(), { alarmQuotaBytes: mebibyte });
    let accepted = 0;
    const fill = () => {
      for (;;) {
        outbox.accept([{ ...sos(accepted + 1), device: `watch-3g:${'9'.repeat(60)}` }]);
        accepted += 1;
      }
    };
    outbox.accept([heartRate(70)]);
    expect(fill).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
    expect(accepted).toBeGreaterThan(1000);
    expect(outbox.hasRoomForAlarms).toBe(false);
    expect(recordsOf(outbox, 'alarm')).toHaveLength(accepted);
    expect(expectNoHoles(recordsOf(outbox, 'alarm'), outbox.epoch)).toBe(accepted);
    expect(counters.values).toMatchObject({ 'alarm-accepted': accepted, 'outbox-full': 1 });

    outbox.acknowledge('alarm', outbox.epoch, accepted, outbox.extent('alarm').newest);
    expect(outbox.hasRoomForAlarms).toBe(true);
    expect(outbox.accept([sos('after')])).toEqual(['accepted']);
    expect(recordsOf(outbox, 'alarm').map(({ sequence }) => sequence)).toEqual([accepted + 1]);
    outbox.flush();
    expect(recordsOf(outbox, 'telemetry')).toHaveLength(1);
  });
});
