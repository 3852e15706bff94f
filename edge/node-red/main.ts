import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import RED from 'node-red';
import { RuntimeError } from '#runtime/errors.ts';
import { createCounter, createGauge, createMetrics, serveHealth } from '#runtime/health.ts';
import { createLimitedLog } from '#runtime/limited-log.ts';
import { listen } from '#runtime/listen.ts';
import { runProcess } from '#runtime/process.ts';
import { loadSettings } from '#runtime/settings.ts';
import { readTrustedProxies } from '#runtime/trusted-proxies.ts';
import { openGatewayFolder } from '../gateway-folder.ts';
import { nodeRedSettings } from './config.ts';
import { editorPassword, editorSettings } from './editor-settings.ts';
import { openGatewayLink } from './gateway-link.ts';
import { startRefusalReport } from './report-refusals.ts';
import { guardSignIn } from './sign-in-guard.ts';

/** A connection that has not told its whole head by then is closed. */
const headersTimeoutMs = 10_000;

await runProcess('node-red', process.env.EDGE_NODE_RED_LOG_LEVEL, async ({ log, opened, keepPrivate }) => {
  const settings = loadSettings(nodeRedSettings, process.env);
  if (!settings.enabled) {
    throw new RuntimeError('SETTING_INVALID', 'EDGE_NODE_RED_ENABLED=false: the flow editor is not to run');
  }
  // Flows read the environment; what is secret in it is not for them.
  for (const name of Object.keys(process.env)) {
    if (/PASSWORD|SECRET|TOKEN/.test(name)) delete process.env[name];
  }

  const link = openGatewayLink({
    url: settings.feedUrl,
    token: settings.feedToken,
    log: log.child({ component: 'gateway-link' }),
  });
  opened('gateway link', link.close);

  const userDir = join(openGatewayFolder({ ...settings, log }), 'node-red');
  mkdirSync(userDir, { recursive: true });
  keepPrivate(settings.dataDir);
  const metrics = createMetrics();
  const refusals = createCounter(
    metrics,
    'edge_node_red_refused_sign_ins_total',
    'Sign-ins to the editor that were refused.',
    ['reason'],
  );
  const refusalLog = createLimitedLog({ log: log.child({ component: 'refusals' }) });
  opened('refusal log', refusalLog.close);
  const report = startRefusalReport({ report: link.tellRefused, log });
  opened('refusal report', report.close);
  const proxies = readTrustedProxies(settings.trustedProxy, 'EDGE_NODE_RED_TRUSTED_PROXY');
  const server = createServer(
    guardSignIn((request, response) => RED.httpAdmin(request, response), {
      isRight: editorPassword(settings),
      secret: settings.credentialSecret,
      clientOf: proxies.clientOf,
      onRefused: (reason, network) => {
        refusals.inc({ reason });
        report.add();
        refusalLog.warn(`${reason} ${network}`, { reason, network }, 'sign-in refused');
      },
      now: Date.now,
    }),
  );
  server.headersTimeout = headersTimeoutMs;
  RED.init(server, editorSettings(settings, { userDir, link, log }));
  await RED.start();
  opened('flows', () => RED.stop());
  const port = await listen(server, {
    host: settings.host,
    port: settings.port,
    setting: 'EDGE_NODE_RED_PORT',
  });
  opened('editor', () => {
    server.close();
    server.closeAllConnections();
  });

  createGauge(metrics, 'edge_node_red_connected', '1 while copies of records arrive.', () =>
    Number(link.state === 'connected'),
  );
  createGauge(metrics, 'edge_node_red_lost', 'Copies lost because flows were slow.', () => link.lost);
  const health = await serveHealth({
    host: '127.0.0.1',
    port: settings.healthPort,
    setting: 'EDGE_NODE_RED_HEALTH_PORT',
    metrics,
    health: () => ({ ok: true, detail: { feed: link.state, lost: link.lost } }),
  });
  opened('health', health.close);
  return { port, healthPort: health.port };
});
