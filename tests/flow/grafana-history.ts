import { vi } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { MetricProcess, MetricValue } from '#contracts/metrics.ts';
import { openDueSummaries } from '#ingest/store/due-summaries.ts';
import { openInfluxStore } from '#ingest/store/influx/influx-store.ts';
import { storeMigrations } from '#ingest/store/migrations.ts';
import { type StoreProgress, startStoreWriter } from '#ingest/store/store-writer.ts';
import { silentLog } from '#runtime/log.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { demoCommunity } from '#simulators/community.ts';

const minute = 60_000;
/** How much of the past is told, in ms. */
const past = 60 * minute;
/** Who falls silent in a troubled past does so before its last part, in ms. */
const silence = 8 * minute;

type NewEntry = JournalEntry extends infer E
  ? E extends JournalEntry
    ? Omit<E, 'position' | 'receivedAt'>
    : never
  : never;

/** An hour of the platform's own life as its journal would hold it, told every minute. */
export function historyUntil(now: number, { troubled }: { troubled: boolean }): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const tell = (receivedAt: number, entry: NewEntry) =>
    entries.push({ ...entry, position: entries.length + 1, receivedAt } as JournalEntry);
  for (const transition of ['opened', 'escalated'])
    tell(now - past, incidentOf('nobody-reached', transition));
  for (const kind of ['device-stale', 'gateway-stale']) tell(now - past, incidentOf(kind, 'opened'));
  for (let at = now - past, count = 0; at <= now; at += minute, count++) {
    const isSilent = troubled && at > now - silence;
    if (!isSilent) tell(at, heartbeatOf('gw-old', count, 0));
    tell(at, heartbeatOf('gw-held', count, troubled ? 3 : 0));
    tell(at, metricsOf('ingest', ingestValues(count, troubled)));
    tell(at, metricsOf('broker', brokerValues(count, troubled)));
    tell(at, metricsOf('dashboard', dashboardValues(count, troubled)));
    if (!isSilent) tell(at, metricsOf('dispatch', dispatchValues(count, troubled)));
  }
  return entries;
}

/** Writes entries into a database by the store writer itself, and ends when all are there. */
export async function writeHistory(url: string, database: string, entries: JournalEntry[]): Promise<void> {
  const db = openSqlite(':memory:');
  migrate(db, 'store', storeMigrations);
  const store = openInfluxStore({ url, database, timeoutMs: 10_000 }, Date.now);
  let progress: StoreProgress | undefined;
  const writer = startStoreWriter({
    journal: {
      read: async (position, limit) => entries.slice(position, position + limit),
      newest: async () => entries.length,
    },
    store,
    db,
    due: openDueSummaries(db),
    batchEntries: 10_000,
    retryMinMs: 50,
    retryMaxMs: 1000,
    now: Date.now,
    log: silentLog(),
    onProgress: (one) => {
      progress = one;
    },
  });
  await vi.waitFor(
    () => {
      if (progress?.position !== entries.length) throw new Error(`stored ${progress?.position ?? 0} entries`);
    },
    { timeout: 30_000, interval: 20 },
  );
  await writer.close();
  await store.close();
  db.close();
}

function incidentOf(kind: string, transition: string): NewEntry {
  return {
    class: 'incident',
    community: demoCommunity,
    incident: `i-${kind}`,
    change: 1,
    transition,
    warnings: [],
    kind,
    level: 'orange',
    drill: false,
    building: 'b2',
  };
}

function heartbeatOf(gateway: string, count: number, alarmsHeld: number): NewEntry {
  return {
    class: 'gateway',
    community: demoCommunity,
    gateway,
    status: 'heartbeat',
    session: '0123456789abcdef',
    heartbeatIntervalMs: minute,
    held: [
      ...(alarmsHeld > 0
        ? [{ epoch: '9f86d081884c7d65', lane: 'alarm' as const, oldest: 5, newest: 4 + alarmsHeld }]
        : []),
      { epoch: '9f86d081884c7d65', lane: 'telemetry', oldest: 11, newest: 17 },
    ],
    clock: { state: 'skewed', offsetMs: 1500 },
    counters: {
      'telemetry-dropped': count * 7,
      'telemetry-resent': count * 2,
      'alarm-resent': count,
      'connection-lost': count,
      'connection-failed': count * 3,
      'flow-editor-refused': alarmsHeld > 0 ? count * 5 : count,
      'adapters-refused': alarmsHeld > 0 ? count * 5 : count,
      'alarm-dead-letters': alarmsHeld > 0 ? count : 0,
      'telemetry-dead-letters': 0,
      'outbox-full': 0,
    },
  };
}

function metricsOf(process: MetricProcess, values: MetricValue[]): NewEntry {
  return { class: 'metrics', process, values };
}

function valuesOfAll(count: number): MetricValue[] {
  return [
    { name: 'process_cpu_seconds_total', value: count * 6 },
    { name: 'process_resident_memory_bytes', value: 100_000_000 },
    { name: 'process_start_time_seconds', value: 1_795_482_900 },
    { name: 'nodejs_eventloop_lag_p99_seconds', value: 0.012 },
  ];
}

function ingestValues(count: number, troubled: boolean): MetricValue[] {
  return [
    ...valuesOfAll(count),
    { name: 'ingest_records_total', labels: 'alarm/journalled', value: count * 60 },
    { name: 'ingest_records_total', labels: 'telemetry/journalled', value: count * 600 },
    { name: 'ingest_records_total', labels: 'alarm/left-queue', value: count * (troubled ? 6 : 1) },
    { name: 'ingest_refused_tokens_total', value: troubled ? count : 0 },
    { name: 'ingest_alarm_dead_letters_dropped', value: troubled ? count : 0 },
    { name: 'ingest_warning_lag', value: troubled ? 9000 : 3 },
    { name: 'ingest_store_lag', value: troubled ? 200_000 : 40 },
    { name: 'ingest_store_failing', value: Number(troubled) },
    { name: 'ingest_store_refused', value: troubled ? 12 : 0 },
    { name: 'ingest_store_refused_summaries', value: 0 },
    { name: 'ingest_dead_letters', value: troubled ? count * 5 : 3 },
    { name: 'ingest_dead_letters_dropped', value: 0 },
    { name: 'ingest_journal_bytes', value: 1_000_000 + count },
    { name: 'ingest_journal_used_ratio', value: troubled ? 0.93 : 0.2 },
    { name: 'ingest_journal_skipped_records', value: 0 },
    { name: 'ingest_disk_free_ratio', value: troubled ? 0.04 : 0.5 },
    { name: 'warning_gateways', labels: `${demoCommunity}/live`, value: 2 },
    { name: 'warning_gateways', labels: `${demoCommunity}/stale`, value: 1 },
    { name: 'warning_devices', labels: `${demoCommunity}/live`, value: 50 },
    { name: 'warning_devices', labels: `${demoCommunity}/stale`, value: 4 },
  ];
}

function dashboardValues(count: number, troubled: boolean): MetricValue[] {
  const refused = (labels: string, value: number) => ({ name: 'dashboard_refusals_total', labels, value });
  return [
    ...valuesOfAll(count),
    { name: 'dashboard_live_pages', value: 2 },
    { name: 'dashboard_access_entries_waiting', value: troubled ? 5000 : 2 },
    refused('DASHBOARD_SIGN_IN_REFUSED', count * (troubled ? 5 : 1)),
    refused('DASHBOARD_WALL_CODE_REFUSED', count),
    refused('DASHBOARD_PAGES_FULL', troubled ? count * 50 : 0),
    refused('DASHBOARD_NOT_SIGNED_IN', count * 20),
    refused('DASHBOARD_HOST_UNKNOWN', troubled ? count * 2 : 0),
  ];
}

function brokerValues(count: number, troubled: boolean): MetricValue[] {
  return [
    ...valuesOfAll(count),
    { name: 'broker_publishes_total', labels: 'alarm', value: count * 60 },
    { name: 'broker_refusals_total', labels: 'wrong-secret', value: troubled ? count * 6 : 3 },
    { name: 'broker_refusals_total', labels: 'taken-over', value: count * 6 },
    { name: 'broker_gateway_connections', value: 2 },
    { name: 'broker_service_connections', value: 5 },
  ];
}

function dispatchValues(count: number, troubled: boolean): MetricValue[] {
  return [
    ...valuesOfAll(count),
    { name: 'dispatch_warning_transitions_total', labels: 'opened', value: count * 6 },
    { name: 'dispatch_actions_total', labels: 'acknowledge/done', value: count * 12 },
    { name: 'dispatch_notifications_total', labels: 'fail', value: troubled ? count * 2 : 2 },
    { name: 'dispatch_refused_tokens_total', value: 0 },
  ];
}
