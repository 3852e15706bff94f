import { join } from 'node:path';
import { unknownDevice } from '#contracts/facts/identifiers.ts';
import type { JournalEntry, JournalReader } from '#contracts/journal-entry.ts';
import type { PresenceCount } from '#contracts/warning-transition.ts';
import { follow } from '#eventlog/follow.ts';
import type { FollowedRegistry } from '#registry/open-registry.ts';
import { type AlarmStep, createAlarmTrace } from '#runtime/alarm-trace.ts';
import type { Logger } from '#runtime/log.ts';
import { isStorageFault } from '#runtime/sqlite.ts';
import type { WarningChanges } from './active-warnings.ts';
import type { WarningSettings } from './config.ts';
import { Engine, type EngineCounters } from './engine.ts';
import { createFailingEntries } from './failing-entries.ts';
import { openNotices } from './notices.ts';
import { allRules } from './rules/all.ts';
import { openWarningStore } from './warning-store.ts';

/** Progress of the engine, for health and metrics. */
export interface WarningStats extends EngineCounters {
  /** Position of the last journal entry whose outcome is on disk. */
  cursor: number;
  /** Entries of the journal it has not taken yet, by position. */
  behind: number;
  /** Newest sequence of the warning log. */
  sequence: number;
  activeWarnings: number;
  entries: number;
  batches: number;
  failedBatches: number;
  /** Entries that failed at every attempt and were passed over. */
  skipped: number;
  brokerConnected: boolean;
}

/** The warning engine at work. */
export interface WarningEngine {
  /** The journal has grown; without it the engine looks every `pollMs`. */
  wake(): void;
  stats(): WarningStats;
  /** Who is there, counted anew: a walk over all devices. */
  presence(): PresenceCount[];
  /** Ends after the batch in hand and closes its file. */
  close(): Promise<void>;
}

/**
 * Starts the warning engine: the one writer of `<dataDir>/warning.db`, to be run in a thread of its own.
 *
 * @param options.journal Reads the journal, on a connection of this thread; the caller closes it afterwards.
 * @param options.registry Followed by this thread; the caller closes it afterwards.
 */
export function openWarningEngine(options: {
  settings: WarningSettings;
  journal: JournalReader;
  registry: Pick<FollowedRegistry, 'current' | 'refresh'>;
  /** Dispatch's position in the warning log when this thread started, by its own file. */
  logReadTo?: number;
  /** The warning log has grown, by entries that are on disk. */
  onAppended?: () => void;
  log: Logger;
}): WarningEngine {
  const { settings, journal, registry, logReadTo, onAppended, log } = options;
  const store = openWarningStore(join(settings.dataDir, 'warning.db'));
  const counters: EngineCounters = { droppedLate: 0, refused: 0, failedSteps: 0 };
  const create = () => new Engine(store.load(logReadTo), { store, rules: allRules, settings, log, counters });
  const totals = { entries: 0, batches: 0, failedBatches: 0, skipped: 0 };
  let engine = create();
  const failing = createFailingEntries();
  const trace = createAlarmTrace(log);
  const traceAll = (step: AlarmStep, entries: readonly JournalEntry[]) => {
    for (const entry of entries) if (entry.class === 'record' && entry.lane === 'alarm') trace(step, entry);
  };

  const notices = openNotices({
    url: settings.brokerUrl,
    password: settings.password,
    orphanSweepMs: settings.orphanSweepMs,
    active: () => engine.warnings.allActive(),
    find: (id) => engine.warnings.find(id),
    log,
  });

  const publishChanges = (changes: WarningChanges) => {
    if (changes.transitions.length > 0) onAppended?.();
    notices.announce(changes);
  };

  /** An entry that fails again and again stops nothing behind it; an alarm is kept as one to verify. */
  const skipEntry = (entry: JournalEntry, error: unknown) => {
    totals.skipped += 1;
    log.error({ err: error, position: entry.position, class: entry.class }, 'journal entry skipped');
    try {
      publishChanges(engine.skip(entry, registry.current(), true));
    } catch (failure) {
      log.error({ err: failure, position: entry.position }, 'journal entry passed over, its alarm is lost');
      engine = create();
      engine.skip(entry, registry.current(), false);
    }
  };
  const apply = async (waiting: JournalEntry[]): Promise<number> => {
    const entries = waiting.slice(0, failing.limit(engine.position, settings.batchEntries));
    if (entries.some((entry) => isStranger(entry, registry))) await registry.refresh();
    traceAll('read by the warning engine', entries);
    try {
      const changes = engine.run(entries, registry.current());
      traceAll('in the warning log', entries);
      publishChanges(changes);
    } catch (error) {
      totals.failedBatches += 1;
      engine = create();
      const [entry] = entries;
      if (isStorageFault(error) || !entry || !failing.failed(entries)) throw error;
      skipEntry(entry, error);
    }
    totals.batches += 1;
    totals.entries += entries.length;
    return engine.position;
  };
  let newest = 0;
  const follower = follow({
    name: 'warning',
    source: { ...journal, positionOf: ({ position }: JournalEntry) => position },
    load: () => engine.position,
    apply,
    limit: settings.batchEntries,
    intervalMs: settings.pollMs,
    // A journal that lost its end gives the same positions to other entries: they must be read.
    shortened: (cursor, end) => {
      log.error({ code: 'WARNING_JOURNAL_BEHIND', cursor, newest: end }, 'journal is behind its reader');
      engine.rewind(end);
      return end;
    },
    onProgress: (progress) => {
      newest = progress.newest;
    },
    log,
  });

  return {
    wake: follower.wake,
    stats: () => ({
      ...counters,
      ...totals,
      cursor: engine.position,
      behind: Math.max(0, newest - engine.position),
      sequence: engine.warnings.sequence,
      activeWarnings: engine.warnings.activeCount,
      brokerConnected: notices.connected,
    }),
    presence: () => engine.presence.count(),
    close: async () => {
      await follower.close();
      await notices.close();
      store.close();
    },
  };
}

/** A device that ingest met in a newer registry than the one this thread has read. */
function isStranger(entry: JournalEntry, registry: Pick<FollowedRegistry, 'current'>): boolean {
  return (
    entry.class === 'record' &&
    entry.device !== unknownDevice &&
    !registry.current().of(entry.community)?.devices.has(entry.device)
  );
}
