import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { readTestRegistry } from '#dispatch/testing/community.ts';
import { openTestParts } from '#dispatch/testing/test-parts.ts';
import { openJournal } from '#ingest/journal/journal.ts';
import { openJournalReader } from '#ingest/journal/journal-reader.ts';
import type { Registry } from '#registry/registry.ts';
import { silentLog } from '#runtime/log.ts';
import { Engine } from '#warning/engine.ts';
import { replay } from '#warning/replay.ts';
import { allRules } from '#warning/rules/all.ts';
import { readWarningLog } from '#warning/testing/read-warning-log.ts';
import { scriptSettings } from '#warning/testing/run-script.ts';
import { openWarningLogReader } from '#warning/warning-readers.ts';
import { openWarningStore } from '#warning/warning-store.ts';

/** The warning log as the disk holds it, after the engine caught up with the journal, and as a run without a cut. */
export interface RestartedLog {
  found: WarningTransition[];
  caughtUp: WarningTransition[];
  whole: WarningTransition[];
}

const log = silentLog();
/** Longer than any step waits, that of an incident which nobody answered among them. */
const longestStepMs = 600_000;
let registry: Promise<Registry> | undefined;

/** The registry the recorded process had; written once, in a folder that is gone again. */
function roadRegistry(): Promise<Registry> {
  registry ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'road-registry-'));
    try {
      return await readTestRegistry(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  })();
  return registry;
}

/** Starts ingest's journal and the warning engine on a rebuilt disk, and lets the engine catch up. */
export async function restartEngine(folder: string): Promise<RestartedLog> {
  const residents = await roadRegistry();
  const files = { journal: join(folder, 'journal.db'), warning: join(folder, 'warning.db') };
  openJournal(files.journal, Date.now).close();
  const store = openWarningStore(files.warning);
  const entries = openJournalReader(files.journal);
  const found = linesOf(files.warning);
  const engine = new Engine(store.load(), {
    store,
    rules: allRules,
    settings: scriptSettings,
    log,
    counters: { droppedLate: 0, refused: 0, failedSteps: 0 },
  });
  for (let batch = await entries.read(engine.position, 50); batch.length > 0; ) {
    engine.run(batch, residents);
    batch = await entries.read(engine.position, 50);
  }
  store.close();
  const undisturbed = join(folder, 'undisturbed.db');
  await replay(entries, residents, { file: undisturbed, settings: scriptSettings, log });
  entries.close();
  return { found, caughtUp: linesOf(files.warning), whole: linesOf(undisturbed) };
}

/** Starts dispatch there, at a time when every step that waits is due, and lets it take the log and those steps. */
export async function restartDispatch(folder: string): Promise<void> {
  const warnings = openWarningLogReader(join(folder, 'warning.db'));
  const clock = { time: Date.now() + longestStepMs };
  const parts = await openTestParts({ folder, registry: await roadRegistry(), log: warnings, clock });
  try {
    await parts.applyAll();
    while (await parts.runDue());
    while (await parts.delivery.run());
  } finally {
    await parts.close();
    warnings.close();
  }
}

function linesOf(file: string): WarningTransition[] {
  try {
    return readWarningLog(file);
  } finally {
  }
}
