import { join } from 'node:path';
import { anyLevel, buildFilter, buildTopic } from '#contracts/topics.ts';
import { listenTo, openNotifier } from '#eventlog/sqlite/socket-notify.ts';
import { openCommandResultReader } from '#ingest/journal/read-models.ts';
import { serviceUsername } from '#registry/credentials.ts';
import { followRegistry } from '#registry/open-registry.ts';
import { startCheckpoints } from '#runtime/checkpoints.ts';
import { createMetrics, serveHealth } from '#runtime/health.ts';
import { type MetricsReport, startMetricsReport } from '#runtime/metrics-report.ts';
import { openMqttService } from '#runtime/mqtt-service.ts';
import { runProcess } from '#runtime/process.ts';
import { loadSettings } from '#runtime/settings.ts';
import { openWarningLogReader } from '#warning/warning-readers.ts';
import { createChannels } from './channels/all.ts';
import { createGatewaySessions } from './commands/gateway-sessions.ts';
import { dispatchSettings, reopenTimesOf } from './config.ts';
import { openDispatch } from './open-dispatch.ts';

await runProcess('dispatch', process.env.DISPATCH_LOG_LEVEL, async ({ log, opened, keepPrivate }) => {
  const settings = loadSettings(dispatchSettings, process.env);
  keepPrivate(settings.dataDir);
  const metrics = createMetrics();

  const registry = await followRegistry({ file: join(settings.dataDir, 'registry.db'), log });
  opened('registry', registry.close);

  const reader = openWarningLogReader(join(settings.dataDir, 'warning.db'));
  opened('warning log', reader.close);

  const results = openCommandResultReader(join(settings.dataDir, 'journal.db'));
  opened('command results', results.close);

  const sessions = createGatewaySessions(Date.now);
  let report: MetricsReport | undefined;
  const mqtt = openMqttService({
    url: settings.brokerUrl,
    username: serviceUsername('dispatch'),
    password: settings.password,
    name: 'dispatch',
    subscriptions: [buildFilter({ name: 'state', community: anyLevel, gateway: anyLevel })],
    onMessage: sessions.onState,
    onConnected: () => report?.report(),
    // Births and deaths of gateways are not received meanwhile.
    onLost: sessions.clear,
    log,
  });
  opened('broker connection', mqtt.close);

  const notifier = await openNotifier(join(settings.dataDir, 'incidents.db'), log);
  opened('notifier of the incident log', notifier.close);

  const dispatch = await openDispatch({
    ...settings,
    reopenMs: reopenTimesOf(settings),
    channels: createChannels({ settings, registry: registry.current, log }),
    reader,
    registry,
    results,
    commandLink: {
      sessions,
      publish: (to, command) =>
        mqtt.publish(
          buildTopic({ name: 'command', community: to.community, gateway: to.gateway }),
          JSON.stringify(command),
          { qos: 1 },
        ),
    },
    now: Date.now,
    notify: notifier.notify,
    metrics,
    log,
  });
  opened('dispatch', dispatch.close);
  const listener = listenTo(join(settings.dataDir, 'warning.db'), dispatch.wake);
  opened('listener to the warning log', listener.close);

  const checkpoints = startCheckpoints([join(settings.dataDir, 'incidents.db')], {
    log,
    logLevel: settings.logLevel,
    now: Date.now,
  });
  opened('checkpoints', checkpoints.close);

  report = startMetricsReport({
    metrics,
    send: (message) =>
      mqtt.publish(buildTopic({ name: 'metrics', process: 'dispatch' }), JSON.stringify(message)),
    log,
  });
  opened('metrics report', report.close);

  const { health } = dispatch;
  const healthServer = await serveHealth({
    host: settings.host,
    port: settings.healthPort,
    setting: 'DISPATCH_HEALTH_PORT',
    metrics,
    health: () => {
      const { ok, detail } = health();
      return { ok, detail: { ...detail, brokerConnected: mqtt.connected } };
    },
  });
  opened('health', healthServer.close);

  return { port: dispatch.port, healthPort: healthServer.port };
});
