import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { openSequenceTracker } from '../journal/sequence-tracker.ts';
import { readJournal } from '../testing/read-journal.ts';
import { epoch, reading, telemetry } from '../testing/receiving.ts';
import { commitBatch, type JournalTables } from './commit-batch.ts';
import { validateSafely } from './validate-safely.ts';

const source = { community: 'c1', gateway: 'gw1', lane: 'telemetry' } as const;
const key = { ...source, epoch };
const newest = 30;

function openBooks(folder: string): JournalTables {
  const journal = openJournal(join(folder, 'journal.db'), () => 0);
  return { journal, streams: openSequenceTracker(journal.db), deadLetters: openDeadLetters(journal.db, 100) };
}

/** Sends some records; every seventh one cannot be read and becomes a dead letter. */
function send(tables: JournalTables, sequences: number[]): void {
  const records = sequences.map((sequence) =>
    reading(sequence, sequence % 7 === 0 ? { device: 'nobody:1' } : {}),
  );
  const payload = Buffer.from(JSON.stringify(telemetry(...records)));
  const findDevice = (_community: string, address: string) => (address === 'nobody:1' ? undefined : 'd1');
  commitBatch(tables, validateSafely({ source, findDevice }, payload));
}

const transmission = fc.record({
  sequences: fc.array(fc.integer({ min: 1, max: newest }), { minLength: 1, maxLength: 12 }),
  fate: fc.constantFrom('arrives', 'arrives', 'is lost', 'fails to commit', 'is followed by a restart'),
});

test('however records are lost, doubled, reordered and resent, each is accepted once', () => {
  fc.assert(
    fc.property(fc.array(transmission, { maxLength: 25 }), (transmissions) => {
      const folder = mkdtempSync(join(tmpdir(), 'take-in-'));
      let tables = openBooks(folder);
      const restart = () => {
        tables.journal.close();
        tables = openBooks(folder);
      };
      for (const { sequences, fate } of transmissions) {
        if (fate === 'is lost') continue;
        if (fate === 'fails to commit') {
          tables.journal.db.exec(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON stream BEGIN SELECT RAISE(FAIL, 'full'); END",
          );
          try {
            send(tables, sequences);
          } catch {}
          tables.journal.db.exec('DROP TRIGGER full');
        } else send(tables, sequences);
        if (fate === 'is followed by a restart') restart();
      }
      // As a gateway does: everything above the acknowledged sequence, until all is acknowledged.
      const acknowledged = tables.streams.find(key)?.acknowledged ?? 0;
      send(
        tables,
        Array.from({ length: newest - acknowledged }, (_, index) => acknowledged + 1 + index).concat(1),
      );
      expect(tables.streams.find(key)).toMatchObject({ acknowledged: newest, ranges: [] });
      tables.journal.close();

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
