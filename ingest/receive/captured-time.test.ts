import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { toTimestamp } from '#contracts/time.ts';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { openSequenceTracker } from '../journal/sequence-tracker.ts';
import { readJournal } from '../testing/read-journal.ts';
import { alarm, reading, telemetry } from '../testing/receiving.ts';
import { commitBatch } from './commit-batch.ts';
import { validateSafely } from './validate-safely.ts';

const receivedAt = Date.UTC(2026, 10, 24, 1, 15);
const threeDaysMs = 3 * 86_400_000;

/** Takes a message in and reads back what the journal keeps of it. */
function takenIn(
  lane: 'alarm' | 'telemetry',
  message: unknown,
  find: (address: string) => string | undefined,
) {
  const folder = mkdtempSync(join(tmpdir(), 'captured-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const journal = openJournal(join(folder, 'journal.db'), () => receivedAt);
  const tables = {
    journal,
    streams: openSequenceTracker(journal.db),
    deadLetters: openDeadLetters(journal.db, 10),
  };
  const context = {
    source: { community: 'c1', gateway: 'gw1', lane },
    findDevice: (_community: string, address: string) => find(address),
  };
  commitBatch(tables, validateSafely(context, Buffer.from(JSON.stringify(message))));
  journal.close();
  const entries = readJournal(join(folder, 'journal.db'));
  return entries;
}

const off = (heldMs?: number) => ({
  capturedAt: toTimestamp(receivedAt - threeDaysMs),
  clock: { state: 'unknown' } as const,
  heldMs,
});
const known = () => 'd1';

test('what a gateway three days off sends before it has learnt the time stands at its own time, in both lanes', () => {
  const told = { capturedAt: receivedAt - 40, saidCapturedAt: receivedAt - threeDaysMs, late: false };
  expect(takenIn('alarm', alarm(1, off(40)), known)).toMatchObject([told]);
  expect(takenIn('telemetry', telemetry(reading(1, off(40))), known)).toMatchObject([told]);
});

test('an alarm of an unknown device stands at its own time too', () => {
  const [entry] = takenIn('alarm', alarm(1, off(40)), () => undefined);
  expect(entry).toMatchObject({ body: { kind: 'unreadable-alarm' }, capturedAt: receivedAt - 40 });
});

test('where nobody knows how long it was held, what the gateway said stands', () => {
  const [entry] = takenIn('alarm', alarm(1, off()), known);
  expect(entry).toMatchObject({ capturedAt: receivedAt - threeDaysMs, late: true });
  expect(entry).not.toHaveProperty('saidCapturedAt');
});

test.each([
  { what: 'a clock that is right', clock: { state: 'unknown' } as const, capturedAt: receivedAt - 1500 },
  { what: 'a clock the platform corrected', clock: { state: 'skewed', offsetMs: 9 } as const, capturedAt: 0 },
])('$what is believed', ({ clock, capturedAt }) => {
  const [entry] = takenIn(
    'alarm',
    alarm(1, { clock, heldMs: 40, capturedAt: toTimestamp(capturedAt) }),
    known,
  );
  expect(entry).toMatchObject({ capturedAt });
});
