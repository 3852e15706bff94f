import { createMetrics, serveHealth } from '#runtime/health.ts';
import { runProcess } from '#runtime/process.ts';
import { loadSettings } from '#runtime/settings.ts';
import { openBroker } from './broker.ts';
import { brokerSettings } from './config.ts';

await runProcess('broker', process.env.BROKER_LOG_LEVEL, async ({ log, opened, keepPrivate }) => {
  const settings = loadSettings(brokerSettings, process.env);
  keepPrivate(settings.dataDir);
  const metrics = createMetrics();

  const broker = await openBroker({ settings, log, metrics, now: () => performance.now() });
  opened('broker', broker.close);

  const health = await serveHealth({
    host: settings.host,
    port: settings.healthPort,
    setting: 'BROKER_HEALTH_PORT',
    metrics,
    health: broker.health,
  });
  opened('health', health.close);

  return { tcpPort: broker.tcpPort, wsPort: broker.wsPort, healthPort: health.port };
});
