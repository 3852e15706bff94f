import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openIncidentReader } from '#dispatch/readers/incident-reader.ts';
import { openDeadLetterReader } from '#ingest/journal/dead-letter-reader.ts';
import { openCommandResultReader, openGateEventReader } from '#ingest/journal/read-models.ts';
import { readJournal } from '#ingest/testing/read-journal.ts';
import { migrateAll } from '#provisioning/prepare.ts';
import { openIntakeOnFile } from '#tests/intake-on-file.ts';
import { openWarningLogReader } from '#warning/warning-readers.ts';

const here = import.meta.dirname;
/** What the release before read of its own folder, and the journal that its engine had not read to the end. */
const expected = JSON.parse(readFileSync(join(here, 'before/expected.json'), 'utf8'));

/** A data folder of the release before. */
function restoreFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['journal', 'warning', 'incidents']) {
    const db = new DatabaseSync(join(folder, `${name}.db`));
    db.exec('PRAGMA journal_mode = WAL');
    db.exec(readFileSync(join(here, `before/${name}.sql`), 'utf8'));
    db.close();
  }
  return folder;
}

/** Puts a registry of this release beside them, so that the journal is the first file that is to be changed. */
function addRegistry(folder: string): void {
  const other = mkdtempSync(join(tmpdir(), 'upgrade-registry-'));
  migrateAll(other);
  cpSync(join(other, 'registry.db'), join(folder, 'registry.db'));
  rmSync(other, { recursive: true });
}

/** The same, read by this release. */
async function readFolder(folder: string): Promise<object> {
  const path = (name: string) => join(folder, name);
  const warnings = openWarningLogReader(path('warning.db'));
  const incidents = openIncidentReader(path('incidents.db'));
  const gates = openGateEventReader(path('journal.db'));
  const results = openCommandResultReader(path('journal.db'));
  const letters = openDeadLetterReader(path('journal.db'));
  try {
    return {
      journal: readJournal(path('journal.db')),
      warnings: await warnings.read(0, 1_000_000),
      changes: await incidents.changes(0, 1_000_000),
      incidents: await incidents.list('c1', { limit: 100 }),
      gates: gates.latest('c1', 100),
      results: results.after(0, 100),
      letters: letters.list('c1', { limit: 100 }),
    };
  } finally {
    for (const reader of [warnings, gates, results, letters]) reader.close();
    await incidents.close();
  }
}

test('a data folder of the release before comes through without loss', async () => {
  const folder = restoreFolder();
  migrateAll(folder);
  expect(await readFolder(folder)).toEqual(expected);
  expect(migrateAll(folder), 'once').toEqual({});
});

test('a record that the release before took in is known when it is sent again', () => {
  const folder = restoreFolder();
  migrateAll(folder);
  const acknowledged: number[] = [];
  const intake = openIntakeOnFile(join(folder, 'journal.db'), {
    findDevice: () => 'watch-0',
    onAck: ({ sequence }) => acknowledged.push(sequence),
  });
  const sos = expected.journal.find(({ body }: { body?: { kind?: string } }) => body?.kind === 'sos');
  const { epoch, sequence, address, capturedAt, clock, body, heldMs } = sos;
  const wire = { epoch, lane: 'alarm', sequence, device: address, heldMs, clock, body };
  intake.send('alarm', [{ ...wire, capturedAt: new Date(capturedAt).toISOString() }]);
  intake.close();
  expect(acknowledged).toHaveLength(1);
  expect(readJournal(join(folder, 'journal.db'))).toEqual(expected.journal);
});

/** Makes a journal longer by copies of itself behind its end. */
function enlarge(file: string, copies: number): void {
  const db = new DatabaseSync(file);
  db.exec('BEGIN');
  const copy = db.prepare(
    `INSERT INTO journal SELECT position + ?, received_at, class, kind, device, entry FROM journal WHERE position <= ?`,
  );
  const { length } = expected.journal;
  for (let count = 1; count < copies; count++) copy.run(count * length, length);
  db.exec('COMMIT');
  db.close();
}

/** Migrates in a process of its own, which is killed once its WAL is so large. @returns The largest WAL seen. */
async function migrateInChild(folder: string, killAtBytes = Number.POSITIVE_INFINITY) {
  const child = spawn(process.execPath, [join(here, 'migrate-child.ts'), folder], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  let largest = 0;
  while (child.exitCode === null && child.signalCode === null) {
    const size = statSync(join(folder, 'journal.db-wal'), { throwIfNoEntry: false })?.size ?? 0;
    largest = Math.max(largest, size);
    if (size > killAtBytes) child.kill('SIGKILL');
    await setImmediate();
  }
  const [code, signal] = await ended;
  return { largest, code, signal };
}

test('killed in the middle of it, it is finished at the next start, and nothing is lost', async () => {
  const copies = 100;
  const folder = restoreFolder();
  enlarge(join(folder, 'journal.db'), copies);
  const copy = mkdtempSync(join(tmpdir(), 'upgrade-copy-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  cpSync(folder, copy, { recursive: true });
  const whole = await migrateInChild(copy);
  expect(whole.code).toBe(0);
  for (const part of [0, 0.3, 0.6, 0.9]) {
    const { signal } = await migrateInChild(folder, whole.largest * part);
    expect(signal, `at ${part} of its writes`).toBe('SIGKILL');
  }
  migrateAll(folder);
  const journal = readJournal(join(folder, 'journal.db'));
  expect(journal).toHaveLength(expected.journal.length * copies);
  const { warnings, changes } = expected;
  expect(await readFolder(folder)).toMatchObject({ warnings, changes });
  expect(journal.slice(0, expected.journal.length)).toEqual(expected.journal);
  expect(journal).toEqual(readJournal(join(copy, 'journal.db')));
});

/**
 * Migrates a copy of a folder on a disk of its own, and takes the files back from there.
 *
 * @param mounted Options of the disk; `spareBytes` is what is free on it besides the folder.
 */
async function migrateOnDisk(folder: string, mounted: { spareBytes: number; readOnly?: true }) {
  const disk = mkdtempSync(join(tmpdir(), 'upgrade-disk-'));
  onTestFinished(() => rmSync(disk, { recursive: true }));
  const used = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const script = `mount -t tmpfs -o size=${used + mounted.spareBytes} tmpfs "$1" && cp "$2"/* "$1" || exit 99
    ${mounted.readOnly ? 'mount -o remount,ro "$1"' : ''}
    "$3" "$4" "$1"; code=$?
    ${mounted.readOnly ? 'mount -o remount,rw "$1"' : ''}
    rm "$2"/*; cp "$1"/* "$2"; exit $code`;
  const child = [process.execPath, join(here, 'migrate-child.ts')];
  const words = ['--map-root-user', '--mount', 'sh', '-c', script, 'sh', disk, folder, ...child];
  const running = spawn('unshare', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  running.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(running, 'close');
  return { code, said };
}

// A disk of its own needs mount namespaces, which only Linux has.
test.runIf(process.platform === 'linux').each([
  ['full', { spareBytes: 300_000 }, /journal\.db could not be brought to version \d+ \(.*full\)/],
  [
    'read-only',
    { spareBytes: 50_000_000, readOnly: true } as const,
    /registry\.db: unable to open database file; its folder cannot be written \(EROFS\)/,
  ],
])('on a %s disk it is refused by name, and nothing is harmed', async (_name, mounted, expectedWords) => {
  const folder = restoreFolder();
  enlarge(join(folder, 'journal.db'), 100);
  addRegistry(folder);
  const { code, said } = await migrateOnDisk(folder, mounted);
  expect(said).toMatch(expectedWords);
  expect(code).toBe(1);
  migrateAll(folder);
  expect(readJournal(join(folder, 'journal.db')).slice(0, expected.journal.length)).toEqual(expected.journal);
});
