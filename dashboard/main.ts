import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildTopic } from '#contracts/topics.ts';
import { openCommandReader } from '#dispatch/commands/command-reader.ts';
import { openIncidentReader } from '#dispatch/readers/incident-reader.ts';
import { listenTo } from '#eventlog/sqlite/socket-notify.ts';
import { storeSettings } from '#ingest/config.ts';
import { openDeadLetterReader } from '#ingest/journal/dead-letter-reader.ts';
import { openGateEventReader } from '#ingest/journal/read-models.ts';
import { openStoreHealthReader } from '#ingest/store/store-health-reader.ts';
import { serviceUsername } from '#registry/credentials.ts';
import { followRegistry } from '#registry/open-registry.ts';
import { createMetrics, serveHealth } from '#runtime/health.ts';
import { listenError } from '#runtime/listen.ts';
import { type MetricsReport, startMetricsReport } from '#runtime/metrics-report.ts';
import { openMqttService } from '#runtime/mqtt-service.ts';
import { runProcess } from '#runtime/process.ts';
import { loadSettings } from '#runtime/settings.ts';
import { openLiveStateReader } from '#warning/warning-readers.ts';
import { dashboardSettings } from './config.ts';
import { createApp } from './server/app.ts';
import { createIngestClient } from './server/dead-letters/ingest-client.ts';
import { startReadWorker } from './server/exports/read-worker.ts';
import { createDispatchClient } from './server/incidents/dispatch-client.ts';
import { openDashboardTables } from './server/tables.ts';

await runProcess('dashboard', process.env.DASHBOARD_LOG_LEVEL, async ({ log, opened, keepPrivate }) => {
  const settings = loadSettings(dashboardSettings, process.env);
  keepPrivate(settings.dataDir);
  const file = (name: string) => join(settings.dataDir, name);
  const metrics = createMetrics();

  const db = openDashboardTables(file('registry.db'));
  opened('accounts, sessions and audit', () => db.destroy());
  const registry = await followRegistry({ file: file('registry.db'), log });
  opened('registry', registry.close);
  const incidents = openIncidentReader(file('incidents.db'));
  opened('incidents', incidents.close);
  const commands = openCommandReader(file('incidents.db'));
  opened('commands', commands.close);
  const liveState = openLiveStateReader(file('warning.db'));
  opened('live state', liveState.close);
  const gateEvents = openGateEventReader(file('journal.db'));
  opened('gate events', gateEvents.close);

  const deadLetters = openDeadLetterReader(file('journal.db'));
  opened('dead letters', deadLetters.close);
  const store = loadSettings(storeSettings, process.env);
  const storeHealth = openStoreHealthReader(join(store.dataDir, 'store.db'));
  opened('store health', storeHealth.close);

  // Of its own thread each: a relative's chart waits for no export.
  const reading = { dataDir: settings.dataDir, store, now: Date.now, log };
  const charts = startReadWorker('dashboard-charts', reading);
  opened('charts', charts.close);
  const heavyReads = startReadWorker('dashboard-exports', reading);
  opened('exports', heavyReads.close);

  let report: MetricsReport | undefined;
  const mqtt = openMqttService({
    url: settings.brokerUrl,
    username: serviceUsername('dashboard'),
    password: settings.password,
    name: 'dashboard',
    subscriptions: [],
    onMessage: () => undefined,
    onConnected: () => report?.report(),
    log,
  });
  opened('broker connection', mqtt.close);

  const dashboard = await createApp({
    settings,
    db,
    registry: registry.current,
    readers: { incidents, liveState, gateEvents, commands },
    telemetry: charts.telemetry,
    heavyReads,
    storeHealth,
    deadLetters: {
      reader: deadLetters,
      ingest: createIngestClient({ url: settings.ingestUrl, token: settings.ingestToken }),
    },
    refreshRegistry: registry.refresh,
    dispatch: createDispatchClient({ url: settings.dispatchUrl, token: settings.dispatchToken }),
    isBrokerConnected: () => mqtt.connected,
    metrics,
    log,
    now: Date.now,
  });
  opened('web server', () => dashboard.app.close());
  opened('live rooms', dashboard.live.close);
  const listener = listenTo(file('incidents.db'), dashboard.live.wake);
  opened('listener to the incident log', listener.close);

  const { host, port } = settings;
  await dashboard.app.listen({ host, port }).catch((error) => {
    throw listenError(error, { host, port, setting: 'DASHBOARD_PORT' });
  });

  // Several dashboards may run on one data folder, each on a port of its own.
  const instance = String((dashboard.app.server.address() as AddressInfo).port);
  const ownMetrics = buildTopic({ name: 'metrics', process: 'dashboard', instance });
  report = startMetricsReport({
    metrics,
    send: (message) => mqtt.publish(ownMetrics, JSON.stringify(message)),
    log,
  });
  opened('metrics report', report.close);

  const health = await serveHealth({
    host: '127.0.0.1',
    port: settings.healthPort,
    setting: 'DASHBOARD_HEALTH_PORT',
    metrics,
    health: () => ({
      ok: true,
      detail: { pages: dashboard.live.connections, brokerConnected: mqtt.connected },
    }),
  });
  opened('health', health.close);

  return { port: Number(instance), healthPort: health.port };
});
