import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { readJournal } from '#ingest/testing/read-journal.ts';
import { rebuildDisk } from './disk-at.ts';
import { type DiskStep, recordDisk } from './disk-recording.ts';

/** A promise that does not stand: what it was of is gone, is there more than once, or is not as it must be. */
export interface Broken {
  how: 'lost' | 'doubled' | 'wrong';
  what: string;
}

/** A program whose promises a power cut is to break. */
export interface Promised {
  name: string;
  /** TypeScript file that makes them on a folder, given as its argument, and says each on a line. */
  file: string;
  /** Files of the folder that nothing rests on. */
  ignored?: readonly string[];
  /** What of the lines said does not stand in a rebuilt folder, or stands twice; it may start there anew. */
  broken(folder: string, said: readonly string[]): Broken[] | Promise<Broken[]>;
}

/** What became of one program's promises. */
export interface PowerCutResult {
  name: string;
  said: number;
  cuts: number;
  /** Writes, syncs and lines said while it was recorded. */
  steps: number;
  broken: Broken[];
}

/**
 * Records a program's writes and syncs until it has said `lines` lines, then rebuilds the disk as a power cut at each
 * of `cuts` random instants leaves it, and looks for everything it had said by then. `withoutSyncs` takes every sync
 * for nothing: then something must be missing, or the run could not fail.
 */
export async function runPowerCuts(
  promised: Promised,
  plan: { lines: number; cuts: number; random: () => number; withoutSyncs?: boolean },
): Promise<PowerCutResult> {
  const root = mkdtempSync(join(tmpdir(), 'power-cut-'));
  try {
    const folder = join(root, 'recorded');
    mkdirSync(folder);
    const { file, ignored = [] } = promised;
    const recorded = await recordDisk({ file, args: [folder], folder, lines: plan.lines, ignored });
    const steps = plan.withoutSyncs ? recorded.filter(({ step }) => step !== 'sync') : recorded;
    const broken: Broken[] = [];
    for (let count = 0; count < plan.cuts; count++) {
      const cut = Math.floor(plan.random() * (steps.length + 1));
      const rebuilt = join(root, `cut-${count}`);
      rebuildDisk(steps, cut, plan.random, rebuilt);
      const lost = await brokenIn(promised, rebuilt, saidBefore(steps, cut));
      broken.push(
        ...lost.map(({ how, what }) => ({ how, what: `cut ${count} before step ${cut}: ${what}` })),
      );
      rmSync(rebuilt, { recursive: true });
    }
    return {
      name: promised.name,
      said: saidBefore(steps, steps.length).length,
      cuts: plan.cuts,
      steps: steps.length,
      broken,
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function brokenIn(promised: Promised, folder: string, said: readonly string[]): Promise<Broken[]> {
  try {
    return await promised.broken(folder, said);
  } catch (error) {
    return [{ how: 'wrong', what: (error as Error).message }];
  }
}

function saidBefore(steps: readonly DiskStep[], cut: number): string[] {
  return steps
    .slice(0, cut)
    .flatMap((step) => (step.step === 'said' ? step.text.split('\n') : []))
    .filter(Boolean);
}

/**
 * The one column that a query gives of a rebuilt database, opened as a restart opens it; nothing where the table was not
 * made yet.
 *
 * @throws {Error} where SQLite finds the file damaged.
 */
export function keptIn(file: string, table: string, sql: string): string[] {
  if (!existsSync(file)) return [];
  const db = new DatabaseSync(file);
  try {
    const { integrity_check: verdict } = db.prepare('PRAGMA integrity_check').get() as {
      integrity_check: string;
    };
    if (verdict !== 'ok') throw new Error(`${file}: ${verdict}`);
    if (!db.prepare('SELECT name FROM sqlite_master WHERE name = ?').get(table)) return [];
    return db
      .prepare(sql)
      .all()
      .map((row) => String(Object.values(row)[0]));
  } finally {
    db.close();
  }
}

/** What the journal of a rebuilt disk holds; nothing where it was cut off before its tables were made. */
export function journalledIn(folder: string): JournalEntry[] {
  const file = join(folder, 'journal.db');
  const isMade = keptIn(file, 'gate_passage', "SELECT 'made'").length > 0;
  return isMade ? readJournal(file) : [];
}

/** What was promised and does not stand. */
export function missingOf(promised: readonly string[], kept: readonly string[]): Broken[] {
  const stands = new Set(kept);
  return promised.filter((one) => !stands.has(one)).map((what) => ({ how: 'lost', what }));
}

/** What stands more than once. */
export function doubledOf(kept: readonly string[]): Broken[] {
  const seen = new Set<string>();
  const again = kept.filter((one) => seen.has(one) || !seen.add(one));
  return again.map((what) => ({ how: 'doubled', what }));
}
