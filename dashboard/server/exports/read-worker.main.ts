import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { openIncidentReader } from '#dispatch/readers/incident-reader.ts';
import type { StoreSettings } from '#ingest/config.ts';
import { openTelemetryReader } from '#ingest/store/all.ts';
import { serveWorkerCalls } from '#runtime/worker-calls.ts';
import { createAudit } from '../audit/audit.ts';
import { openDashboardTablesToRead } from '../tables.ts';

/** What a thread that reads is started with. */
export interface ReadWorkerData {
  dataDir: string;
  store: StoreSettings;
}

const { dataDir, store } = workerData as ReadWorkerData;
const telemetry = openTelemetryReader(store);
const incidents = openIncidentReader(join(dataDir, 'incidents.db'));
const db = openDashboardTablesToRead(join(dataDir, 'registry.db'));
const audit = createAudit(db, Date.now);

/** Readers by the names under which they are asked; each is bounded by its own limit of rows. */
const readHandlers = {
  readings: telemetry.readings,
  eventsBetween: telemetry.eventsBetween,
  buckets: telemetry.buckets,
  counts: telemetry.counts,
  ofDays: incidents.ofDays,
  timeline: incidents.timeline,
  auditBetween: audit.between,
};
export type ReadHandlers = typeof readHandlers;

serveWorkerCalls(readHandlers, async () => {
  await telemetry.close();
  await incidents.close();
  await db.destroy();
});
