import type { JournalEntry, JournalReader } from '#contracts/journal-entry.ts';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import type { DecidingSettings } from './config.ts';
import { Engine, type EngineCounters } from './engine.ts';
import { WarningError } from './errors.ts';
import { allRules } from './rules/all.ts';
import type { Rule } from './rules/rule.ts';
import { openWarningStore } from './warning-store.ts';

/** How a journal is replayed. */
export interface ReplayOptions {
  /** A file that holds no replay yet; the warning log is read from it afterwards. */
  file: string;
  settings: DecidingSettings;
  log: Logger;
  rules?: readonly Rule[];
  /** Entries in one transaction. */
  batchEntries?: number;
}

/** What a replay came to. */
export interface ReplayResult extends EngineCounters {
  entries: number;
  lines: number;
}

/** A replay in hand. */
export interface Replay {
  /** Position of the last entry taken. */
  readonly position: number;
  apply(entries: readonly JournalEntry[]): void;
  /** What it came to so far. */
  result(): ReplayResult;
  close(): void;
}

/**
 * Starts a replay into a fresh file.
 *
 * @throws {WarningError} `WARNING_REPLAY_NOT_EMPTY` where the file already holds a run.
 */
export function startReplay(registry: Registry, options: Omit<ReplayOptions, 'batchEntries'>): Replay {
  const store = openWarningStore(options.file);
  const loaded = store.load();
  if (loaded.cursor > 0) {
    store.close();
    throw new WarningError(
      'WARNING_REPLAY_NOT_EMPTY',
      `${options.file} holds a run up to journal position ${loaded.cursor}; replay into a new file`,
    );
  }
  const counters: EngineCounters = { droppedLate: 0, refused: 0, failedSteps: 0 };
  const { settings, log, rules = allRules } = options;
  const engine = new Engine(loaded, { store, rules, settings, log, counters });
  let entries = 0;
  return {
    get position() {
      return engine.position;
    },
    apply: (batch) => {
      engine.run(batch, registry);
      entries += batch.length;
    },
    result: () => ({ ...counters, entries, lines: engine.warnings.sequence }),
    close: store.close,
  };
}

/**
 * Runs the engine over a journal from its beginning into a fresh file, publishing nothing: with the same
 * registry, settings and rules it writes the same warning log, line for line.
 *
 * @throws as `startReplay`.
 */
export async function replay(
  journal: JournalReader,
  registry: Registry,
  { batchEntries = 1000, ...options }: ReplayOptions,
): Promise<ReplayResult> {
  const running = startReplay(registry, options);
  try {
    for (;;) {
      const batch = await journal.read(running.position, batchEntries);
      if (batch.length === 0) return running.result();
      running.apply(batch);
    }
  } finally {
    running.close();
  }
}
