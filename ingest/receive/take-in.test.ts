import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { openStreamBook } from '../journal/stream-book.ts';
import { epoch, reading, telemetry } from '../receiving.fixture.ts';
import { readJournal } from '../testing/read-journal.ts';
import { judgeSafely } from './judge-safely.ts';
import { type Books, takeIn } from './take-in.ts';

const source = { community: 'c1', gateway: 'gw1', lane: 'telemetry' } as const;
const key = { ...source, epoch };
const newest = 30;

function openBooks(folder: string): Books {
  const journal = openJournal(join(folder, 'journal.db'), () => 0);
  return { journal, streams: openStreamBook(journal.db), deadLetters: openDeadLetters(journal.db, 100) };
}

/** Sends some records; every seventh one cannot be read and is set aside. */
function send(books: Books, sequences: number[]): void {
  const records = sequences.map((sequence) =>
    reading(sequence, sequence % 7 === 0 ? { device: 'nobody:1' } : {}),
  );
  const payload = Buffer.from(JSON.stringify(telemetry(...records)));
  const findDevice = (_community: string, address: string) => (address === 'nobody:1' ? undefined : 'd1');
  takeIn(books, judgeSafely({ source, findDevice }, payload));
}

const transmission = fc.record({
  sequences: fc.array(fc.integer({ min: 1, max: newest }), { minLength: 1, maxLength: 12 }),
  fate: fc.constantFrom('arrives', 'arrives', 'is lost', 'fails to commit', 'is followed by a restart'),
});

test('however records are lost, doubled, reordered and resent, each is taken in once', () => {
  fc.assert(
    fc.property(fc.array(transmission, { maxLength: 25 }), (transmissions) => {
      const folder = mkdtempSync(join(tmpdir(), 'take-in-'));
      let books = openBooks(folder);
      const restart = () => {
        books.journal.close();
        books = openBooks(folder);
      };
      for (const { sequences, fate } of transmissions) {
        if (fate === 'is lost') continue;
        if (fate === 'fails to commit') {
          books.journal.db.exec(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON stream BEGIN SELECT RAISE(FAIL, 'full'); END",
          );
          try {
            send(books, sequences);
          } catch {}
          books.journal.db.exec('DROP TRIGGER full');
        } else send(books, sequences);
        if (fate === 'is followed by a restart') restart();
      }
      // As a gateway does: everything above the acknowledged sequence, until all is acknowledged.
      const acknowledged = books.streams.find(key)?.acknowledged ?? 0;
      send(
        books,
        Array.from({ length: newest - acknowledged }, (_, index) => acknowledged + 1 + index).concat(1),
      );
      expect(books.streams.find(key)).toMatchObject({ acknowledged: newest, ranges: [] });
      books.journal.close();

      const kept = readJournal(join(folder, 'journal.db')).map((entry) =>
        entry.class === 'record' ? entry.sequence : 0,
      );
      rmSync(folder, { recursive: true });
      const all = Array.from({ length: newest }, (_, index) => index + 1).filter((one) => one % 7 !== 0);
      expect(kept.sort((a, b) => a - b)).toEqual(all);
    }),
    { numRuns: 25 },
  );
});
