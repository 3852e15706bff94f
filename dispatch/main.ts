import { join } from 'node:path';
import { anyLevel, buildFilter } from '#contracts/topics.ts';
import { serviceUsername } from '#registry/credentials.ts';
import { followRegistry } from '#registry/open-registry.ts';
import { createMetrics, serveHealth } from '#runtime/health.ts';
import { openMqttService } from '#runtime/mqtt-service.ts';
import { runProcess } from '#runtime/process.ts';
import { loadSettings } from '#runtime/settings.ts';
import { openWarningLogReader } from '#warning/warning-readers.ts';
import { dispatchSettings } from './config.ts';
import { createReaderNotifier } from './notify-readers.ts';
import { type Dispatch, openDispatch } from './open-dispatch.ts';

await runProcess('dispatch', process.env.DISPATCH_LOG_LEVEL, async ({ log, opened }) => {
  const settings = loadSettings(dispatchSettings, process.env);
  const metrics = createMetrics();

  const registry = await followRegistry({ file: join(settings.dataDir, 'registry.db'), log });
  opened('registry', registry.close);

  const reader = openWarningLogReader(join(settings.dataDir, 'warning.db'));
  opened('warning log', reader.close);

  let dispatch: Dispatch | undefined;
  const mqtt = openMqttService({
    url: settings.brokerUrl,
    username: serviceUsername('dispatch'),
    password: settings.password,
    name: 'dispatch',
    subscriptions: [buildFilter({ name: 'warning', community: anyLevel, warning: anyLevel })],
    onMessage: () => dispatch?.wake(),
    onConnected: () => dispatch?.wake(),
    log,
  });
  opened('broker connection', mqtt.close);

  dispatch = await openDispatch({
    ...settings,
    reader,
    registry,
    now: Date.now,
    notify: createReaderNotifier(mqtt, log),
    metrics,
    log,
  });
  opened('dispatch', dispatch.close);

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
