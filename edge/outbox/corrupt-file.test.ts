import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestFolder, heartRate, openTestOutbox, recordsOf, sos } from '../testing/open-test-outbox.ts';

describe.each(['alarm', 'telemetry'] as const)('a %s file that cannot be read', (lane) => {
  const damages = [
    { what: 'is no database', damage: (file: string) => writeFileSync(file, 'not a database '.repeat(1000)) },
    { what: 'is cut short', damage: (file: string) => truncateSync(file, 5000) },
  ];
  it.each(damages)('because it $what is moved aside at the start and begun anew', ({ damage }) => {
    const folder = createTestFolder();
    const { outbox: before } = openTestOutbox(folder);
    before.accept([sos(1), heartRate(70)]);
    before.close();
    damage(join(folder, `${lane}.db`));
    const damaged = readFileSync(join(folder, `${lane}.db`));

    const { outbox, counters } = openTestOutbox(folder);
    outbox.accept([sos(2), heartRate(71)]);
    outbox.flush();
    // A damaged alarm lane is told first, and what could be read of it comes before that.
    const isAlarm = lane === 'alarm';
    const own = recordsOf(outbox, lane as 'alarm').filter(({ epoch }) => epoch === outbox.epoch);
    const told = { sequence: 1, body: { type: 'gap', from: 1, reason: 'unreadable' } };
    expect(own).toMatchObject([...(isAlarm ? [told] : []), { sequence: isAlarm ? 2 : 1 }]);
    expect(counters.values[`${lane}-file-corrupt`]).toBe(1);
    const aside = readdirSync(folder).filter((name) => name.startsWith(`${lane}.db.corrupt-`));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(folder, aside[0] ?? ''))).toEqual(damaged);
    outbox.close();
    expect(openTestOutbox(folder).counters.values).toEqual({});
  });
});

it('a file that breaks while the agent runs is replaced when that shows, and a gap says what it held', () => {
  const folder = createTestFolder();
  const { outbox, counters } = openTestOutbox(folder);
  for (let value = 1; value <= 20_000; value++) outbox.accept([heartRate(value)]);
  outbox.acknowledge('telemetry', outbox.epoch, 10, 20_000);
  const file = join(folder, 'telemetry.db');
  writeFileSync(file, Buffer.alloc(statSync(file).size, 0xa5));

  const seen = recordsOf(outbox, 'telemetry');
  expect(counters.values['telemetry-file-corrupt']).toBe(1);
  expect(seen).toMatchObject([
    { sequence: 20_000, device: 'gateway:gateway-1', body: { type: 'gap', from: 11, reason: 'unreadable' } },
  ]);
  outbox.accept([heartRate(70)]);
  outbox.flush();
  expect(recordsOf(outbox, 'telemetry').at(-1)).toMatchObject({ sequence: 20_001, body: { value: 70 } });
});
