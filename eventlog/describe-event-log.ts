import { expect, test } from 'vitest';
import type { LogEntry, LogReader, LogWriter, NewLogEntry } from './event-log.ts';

/** A log under test, empty, with the transactions of its owner. */
export interface LogUnderTest {
  writer: LogWriter;
  reader: LogReader;
  /** Runs `work` in a transaction of the owner; what it throws undoes it and is thrown on. */
  inTransaction<T>(work: () => T): T;
  /** Opens the same log again, as after a restart, with a floor below which no position is given. */
  reopen(floor?: number): LogWriter;
}

const entryOf = (name: string, records = 1, body?: string): NewLogEntry => ({
  head: JSON.stringify({ name }),
  records,
  ...(body !== undefined && { body: Buffer.from(body) }),
});
const nameOf = ({ head }: LogEntry): string => JSON.parse(head).name;
const placesOf = (entries: readonly LogEntry[]) => entries.map(({ first, last }) => [first, last]);

/** The behaviour that every engine of the event log has. @param create Called anew for every test. */
export function describeEventLog(engine: string, create: () => LogUnderTest): void {
  const withEntries = (...records: number[]) => {
    const log = create();
    log.inTransaction(() => {
      for (const [index, count] of records.entries())
        log.writer.append(entryOf(`e${index}`, count), 1000 + index);
    });
    return log;
  };

  test(`${engine}: gives consecutive positions, as many to an entry as it holds records`, async () => {
    const { writer, reader } = withEntries(1, 3, 1);
    expect(placesOf(await reader.read(0, 100))).toEqual([
      [1, 1],
      [2, 4],
      [5, 5],
    ]);
    expect(writer.newest()).toBe(5);
    expect(await reader.newest()).toBe(5);
    expect(writer.newestAt()).toBe(1002);
  });

  test(`${engine}: an empty log is read as nothing, up to position 0`, async () => {
    const { writer, reader } = create();
    expect(await reader.read(0, 10)).toEqual([]);
    expect(await reader.newest()).toBe(0);
    expect(writer.newest()).toBe(0);
    expect(await reader.positionBefore(Number.MAX_SAFE_INTEGER)).toBe(0);
  });

  test(`${engine}: keeps bytes as they came`, async () => {
    const log = create();
    const body = Buffer.from([0, 255, 128, 10, 13, 0]);
    log.inTransaction(() => log.writer.append({ head: '{"ä":"\\u0000"}', body }, 1));
    const [entry] = await log.reader.read(0, 1);
    expect(Buffer.from(entry?.body ?? [])).toEqual(body);
    expect(entry?.head).toBe('{"ä":"\\u0000"}');
  });

  test(`${engine}: reads whole entries until they hold what was asked for, one at least`, async () => {
    const { reader } = withEntries(5, 5, 5);
    expect(placesOf(await reader.read(0, 1))).toEqual([[1, 5]]);
    expect(placesOf(await reader.read(0, 6))).toEqual([
      [1, 5],
      [6, 10],
    ]);
    expect(placesOf(await reader.read(5, 5))).toEqual([[6, 10]]);
  });

  test(`${engine}: a reader that stopped inside an entry finds the rest of it`, async () => {
    const { reader } = withEntries(5, 5);
    expect(placesOf(await reader.read(3, 2))).toEqual([[1, 5]]);
    expect(placesOf(await reader.read(3, 3))).toEqual([
      [1, 5],
      [6, 10],
    ]);
    expect(await reader.read(10, 3)).toEqual([]);
  });

  test(`${engine}: what its owner takes back was never there, and its positions are given again`, async () => {
    const log = withEntries(2);
    expect(() =>
      log.inTransaction(() => {
        log.writer.append(entryOf('lost', 4), 2000);
        expect(log.writer.newest()).toBe(6);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(log.writer.newest()).toBe(2);
    log.inTransaction(() => log.writer.append(entryOf('next'), 2000));
    expect((await log.reader.read(2, 10)).map((entry) => [nameOf(entry), entry.last])).toEqual([['next', 3]]);
  });

  test(`${engine}: a clock that goes back does not take the time of entries with it`, async () => {
    const log = create();
    log.inTransaction(() => {
      for (const at of [5000, 4000, 5001]) log.writer.append(entryOf('e'), at);
    });
    expect((await log.reader.read(0, 10)).map(({ at }) => at)).toEqual([5000, 5000, 5001]);
  });

  test(`${engine}: finds the position before a time, also where positions are missing`, async () => {
    const log = withEntries(3, 1, 2, 1);
    log.inTransaction(() => log.writer.remove(4));
    expect(await log.reader.positionBefore(1000)).toBe(0);
    expect(await log.reader.positionBefore(1001)).toBe(3);
    expect(await log.reader.positionBefore(1003)).toBe(6);
    expect(await log.reader.positionBefore(9999)).toBe(7);
  });

  test(`${engine}: a log that is an older copy gives no position that a reader has read`, async () => {
    const log = withEntries(2);
    const writer = log.reopen(10);
    expect(writer.newest()).toBe(10);
    log.inTransaction(() => expect(writer.append(entryOf('next', 2), 3000)).toEqual({ first: 11, last: 12 }));
    expect(writer.newest()).toBe(12);
  });

  test(`${engine}: trims what is old and was read, oldest first, and keeps the newest entry`, async () => {
    const log = withEntries(2, 2, 2, 2);
    const { writer, reader, inTransaction } = log;
    expect(inTransaction(() => writer.trim(4, 1001, 10))).toBe(1);
    expect(
      inTransaction(() => writer.trim(5, 9999, 10)),
      'an entry read in part stays',
    ).toBe(1);
    expect(inTransaction(() => writer.trim(100, 9999, 1))).toBe(1);
    expect(inTransaction(() => writer.trim(100, 9999, 10))).toBe(0);
    expect(placesOf(await reader.read(0, 100))).toEqual([[7, 8]]);
    expect(log.reopen().newest()).toBe(8);
  });

  test(`${engine}: removes single entries, never the newest`, async () => {
    const { writer, reader, inTransaction } = withEntries(1, 2, 1);
    expect(inTransaction(() => writer.remove(3))).toBe(true);
    expect(inTransaction(() => writer.remove(3))).toBe(false);
    expect(inTransaction(() => writer.remove(4))).toBe(false);
    expect(placesOf(await reader.read(0, 100))).toEqual([
      [1, 1],
      [4, 4],
    ]);
  });

  test(`${engine}: redacts a part of an entry; its place and time stay, and a hash of what went`, async () => {
    const log = create();
    const { writer, reader, inTransaction } = log;
    inTransaction(() => {
      writer.append(entryOf('a', 2, 'watch of 501, watch of 502'), 10);
      writer.append(entryOf('b', 1, 'watch of 502'), 11);
      writer.append(entryOf('c', 1, 'watch of 501'), 12);
    });
    const [before] = await reader.read(0, 1);
    const redact = (until: number, after = 0) =>
      inTransaction(() =>
        writer.redact({ after, until, limit: 10 }, ({ head, body }) => {
          const text = Buffer.from(body ?? []).toString();
          if (!text.includes('501')) return undefined;
          return { head, body: Buffer.from(text.replace(/watch of 501(, )?/, '')) };
        }),
      );
    expect(redact(3)).toEqual({ last: 3, entries: 1 });
    const entries = await reader.read(0, 100);
    const [first, second, third] = entries;
    expect(first).toMatchObject({ first: 1, last: 2, at: 10, head: before?.head });
    expect(Buffer.from(first?.body ?? []).toString()).toBe('watch of 502');
    expect(first?.redacted).toMatch(/^[0-9a-f]{64}$/);
    expect(second?.redacted, 'an entry that says nothing of it is not touched').toBeUndefined();
    expect(third?.redacted, 'behind the end').toBeUndefined();
    expect(redact(4, 3)).toEqual({ last: 4, entries: 1 });
    expect((await reader.read(3, 1))[0]?.redacted).not.toBe(first?.redacted);
    expect(redact(4, 4)).toEqual({ last: 4, entries: 0 });
  });

  test(`${engine}: redacting in slices comes to an end`, () => {
    const { writer, inTransaction } = withEntries(1, 2, 3, 1);
    const seen: number[] = [];
    for (let after = 0; ; ) {
      const { last } = inTransaction(() =>
        writer.redact({ after, until: 6, limit: 1 }, (entry) => {
          seen.push(entry.last);
          return undefined;
        }),
      );
      if (last === after) break;
      after = last;
    }
    expect(seen).toEqual([1, 3, 6]);
  });
}
