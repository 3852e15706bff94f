import { statfsSync } from 'node:fs';
import { createGauge, createLabelledGauge, type Metrics } from '#runtime/health.ts';
import type { ReadPositions } from './read-positions.ts';

/** Gauges of the journal's readers, of presence, and of the disk. */
export function countPlatform(options: {
  metrics: Metrics;
  positions: ReadPositions;
  newest: () => number;
  dataDir: string;
}): void {
  const { metrics, positions, newest, dataDir } = options;
  const lag = (position: number | undefined) => newest() - (position ?? 0);
  createGauge(metrics, 'ingest_store_lag', 'Journal entries the store has not taken.', () =>
    lag(positions.store?.position),
  );
  createGauge(metrics, 'ingest_warning_lag', 'Journal entries the warning engine has not taken.', () =>
    lag(positions.warning?.cursor),
  );
  createGauge(metrics, 'ingest_store_failing', '1 while the last write of the store failed.', () =>
    Number(positions.store?.failing ?? false),
  );
  createGauge(
    metrics,
    'ingest_store_refused',
    'Entries that the store refused and has not taken since; they are tried again, at least once an hour.',
    () => positions.store?.refused ?? 0,
  );
  createGauge(
    metrics,
    'ingest_store_refused_summaries',
    'Summaries that the store refuses at present; they are tried again, at least once an hour.',
    () => positions.refusedSummaries,
  );
  createGauge(metrics, 'ingest_disk_free_ratio', 'Free part of the disk of the data folder.', () => {
    const { bavail, blocks } = statfsSync(dataDir);
    return blocks > 0 ? bavail / blocks : 0;
  });
  for (const what of ['gateways', 'devices'] as const) {
    const help = `How many ${what} of a community are in which state, as the warning engine sees them.`;
    createLabelledGauge(metrics, `warning_${what}`, help, ['community', 'state'], () =>
      positions.presence
        .filter((row) => row.of === what)
        .map(({ community, state, count }) => ({ labels: { community, state }, value: count })),
    );
  }
}
