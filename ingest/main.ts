import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cursorNames, logNames } from '#contracts/facts/logs.ts';
import { readFurthest } from '#eventlog/furthest-read.ts';
import { readCursor } from '#eventlog/sqlite/cursors.ts';
import { type OpenedLog, openLogFile } from '#eventlog/sqlite/open-log-file.ts';
import { startCheckpoints } from '#runtime/checkpoints.ts';
import { createMetrics, serveHealth } from '#runtime/health.ts';
import { listenError } from '#runtime/listen.ts';
import { runProcess } from '#runtime/process.ts';
import { loadSettings } from '#runtime/settings.ts';
import { superviseWorker } from '#runtime/supervised-worker.ts';
import { WarningSettings } from '#warning/config.ts';
import type { WarningWorkerData } from '#warning/warning.main.ts';
import { readEngineCursor } from '#warning/warning-readers.ts';
import { ingestSettings, storeSettings } from './config.ts';
import { createDeadLetterApi } from './dead-letters/dead-letter-api.ts';
import { countPlatform } from './platform-gauges.ts';
import { createReadPositions } from './read-positions.ts';
import { openReceiving } from './receiving.ts';

import type { StoreWorkerData } from './store.main.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

await runProcess('ingest', process.env.INGEST_LOG_LEVEL, async ({ log, opened, keepPrivate }) => {
  const settings = loadSettings(ingestSettings, process.env);
  const store = loadSettings(storeSettings, process.env);
  const warning = loadSettings(WarningSettings, process.env);
  for (const folder of new Set([settings.dataDir, store.dataDir, warning.dataDir])) keepPrivate(folder);
  const now = Date.now;
  const metrics = createMetrics();
  const positions = createReadPositions();

  let incidents: OpenedLog | undefined;
  opened('incident log', () => incidents?.close());
  const workers: { post(message: ToWorker): void; readonly running: boolean }[] = [];
  const receiving = await openReceiving({
    settings,
    metrics,
    now,
    log,
    openIncidents: async () => {
      const file = join(settings.dataDir, 'incidents.db');
      if (!existsSync(file)) return undefined;
      try {
        incidents = openLogFile(file, logNames.incidents);
        return incidents;
      } catch (error) {
        log.debug({ err: error }, 'no incident log yet');
        return undefined;
      }
    },
    journalReadTo: await readFurthest(
      [
        { file: join(warning.dataDir, 'warning.db'), read: readEngineCursor },
        { file: join(store.dataDir, 'store.db'), read: (file) => readCursor(file, cursorNames.journal) },
      ],
      log,
    ),
    readTo: () => positions.readTo,
    onCommitted: (newest) => {
      for (const worker of workers) worker.post({ newest });
    },
  });
  opened('receiving', receiving.close);

  const { deadLetterActions } = receiving;
  const deadLetterApi = createDeadLetterApi({ deadLetterActions, token: settings.token, metrics, log });
  opened('HTTP interface', () => deadLetterApi.close());
  const { host, port } = settings;
  const deadLetterUrl = await deadLetterApi.listen({ host, port }).catch((error) => {
    throw listenError(error, { host, port, setting: 'INGEST_PORT' });
  });

  const journalFile = join(settings.dataDir, 'journal.db');
  const startWorker = (name: string, file: string, workerData: StoreWorkerData | WarningWorkerData) => {
    const url = new URL(file, import.meta.url);
    const worker = superviseWorker<ToWorker, FromWorker>({
      name,
      file: url,
      workerData,
      onMessage: (message) => {
        positions.note(message);
        receiving.readersMoved();
      },
      now,
      log,
    });
    opened(`${name} worker`, worker.close);
    workers.push(worker);
    return worker;
  };
  const { logLevel } = settings;
  const warningWorker = startWorker('warning', '../warning/warning.main.ts', {
    journalFile,
    settings: warning,
    logLevel,
  });
  const storeWorker = startWorker('store', './store.main.ts', { journalFile, settings: store, logLevel });

  const checkpoints = startCheckpoints([journalFile, join(settings.dataDir, 'warning.db')], {
    log,
    logLevel,
    now,
  });
  opened('checkpoints', checkpoints.close);

  countPlatform({ metrics, positions, newest: () => receiving.newest, dataDir: settings.dataDir });
  const health = await serveHealth({
    host,
    port: settings.healthPort,
    setting: 'INGEST_HEALTH_PORT',
    metrics,
    health: () => ({
      // A store that is down delays only charts: it is reported, but the process stays healthy.
      ok: receiving.listening && !receiving.failing && warningWorker.running,
      detail: {
        listening: receiving.listening,
        commitsFailing: receiving.failing,
        newest: receiving.newest,
        storeKind: store.kind,
        storeRunning: storeWorker.running,
        store: positions.store,
        refusedSummaries: positions.refusedSummaries,
        warningRunning: warningWorker.running,
        warning: positions.warning,
      },
    }),
  });
  opened('health', health.close);

  return { port: Number(new URL(deadLetterUrl).port), healthPort: health.port };
});
