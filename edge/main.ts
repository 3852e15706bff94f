import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusalCounters } from '#contracts/gateway-counters.ts';
import { createCounter, createMetrics, serveHealth } from '#runtime/health.ts';
import { runProcess } from '#runtime/process.ts';
import { loadSettings } from '#runtime/settings.ts';
import type { Adapter, AdapterContext } from './adapters/adapter.ts';
import { adapters, createAdapters } from './adapters/all.ts';
import { openKeptFiles } from './adapters/kept-files.ts';
import { isRefusal } from './adapters/refusal-counts.ts';
import { readBootId, sinceBootMs } from './boot.ts';
import { createGatewayClock } from './clock.ts';
import { openCommandJournal } from './commands/command-journal.ts';
import { createCommandRunner } from './commands/command-runner.ts';
import { edgeSettings } from './config.ts';
import { createCounters } from './counters.ts';
import { addGauges, healthOf } from './edge-health.ts';
import { createForeignCalls } from './foreign-calls.ts';
import { openGatewayFolder } from './gateway-folder.ts';
import { serveFeed } from './node-red/feed-server.ts';
import { createFlowCommands, readFlowActions } from './node-red/flow-commands.ts';
import { createFlowFeed } from './node-red/flow-feed.ts';
import { createPublishRate } from './node-red/publish-rate.ts';
import { Outbox } from './outbox/outbox.ts';
import { Uplink } from './uplink/uplink.ts';

const packageFile = new URL('../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

await runProcess('edge', process.env.EDGE_LOG_LEVEL, async ({ log, opened, keepPrivate }) => {
  const adapterParts = adapters.map(({ settings }) => `${settings.part}_`);
  const otherParts = [...adapterParts, 'EDGE_NODE_RED_'];
  const isOthers = (name: string) => otherParts.some((part) => name.startsWith(part));
  const ownNames = Object.entries(process.env).filter(([name]) => !isOthers(name));
  const settings = loadSettings(edgeSettings, Object.fromEntries(ownNames));
  keepPrivate(settings.dataDir);

  const metrics = createMetrics();
  const events = createCounter(metrics, 'edge_events_total', 'What happened at the gateway.', ['event']);
  const counters = createCounters((event, by) => events.inc({ event }, by));
  for (const name of refusalCounters) counters.add(name, 0);
  const clock = createGatewayClock({ system: () => Date.now(), monotonic: sinceBootMs });

  const { password, brokerUrl, ...ownSettings } = settings;
  const directory = openGatewayFolder({ ...settings, log });
  const outbox = new Outbox({
    ...ownSettings,
    directory,
    boot: readBootId(),
    clock,
    counters,
    log: log.child({ component: 'outbox' }),
  });
  opened('outbox', () => outbox.close());

  const flowLog = log.child({ component: 'flow-feed' });
  const feed = createFlowFeed({ now: clock.now, counters, log: flowLog });
  opened('flow feed', feed.close);

  const running = new Map<string, Adapter>();
  const commandJournal = openCommandJournal(join(directory, 'commands.db'));
  opened('command journal', commandJournal.close);
  const commands = createCommandRunner({
    journal: commandJournal,
    clock,
    adapter: (protocol) => running.get(protocol),
    accept: (observations) => outbox.accept(observations),
    counters,
    log: log.child({ component: 'commands' }),
  });
  commands.recover();
  opened('commands', commands.close);

  const foreignCalls = createForeignCalls({ now: clock.now, log: log.child({ component: 'adapters' }) });
  const uplink = new Uplink({
    ...ownSettings,
    url: brokerUrl,
    password,
    outbox,
    clock,
    counters,
    log: log.child({ component: 'uplink' }),
    adapters: () => [...running.keys()],
    foreign: foreignCalls.list,
    version,
    onCommand: (command, session) => void commands.receive(command, session),
    random: Math.random,
  });
  opened('uplink', () => uplink.close());

  const contextOf = (protocol: string): AdapterContext => ({
    accept: (observations) => {
      const accepted = outbox.accept(observations);
      feed.offer(observations, accepted);
      return accepted;
    },
    now: clock.now,
    count: (what, by) => {
      counters.add(`${protocol}.${what}`, by);
      if (isRefusal(what)) counters.add('adapters-refused', by);
    },
    foreign: (call) => foreignCalls.add(protocol, call),
    kept: openKeptFiles(join(directory, protocol), log.child({ component: protocol })),
    log: log.child({ component: protocol }),
  });
  // Adapters are closed before the outbox: a connection that ends may still hold an alarm.
  const ports: Record<string, number> = {};
  for await (const { protocol, portName, adapter } of createAdapters(contextOf, process.env)) {
    opened(protocol, () => adapter.close());
    running.set(protocol, adapter);
    ports[portName] = adapter.port;
  }

  // What flows publish is not offered to flows: one that answers its own word would never end.
  const flows = settings.flowToken
    ? await serveFeed({
        port: settings.flowPort,
        token: settings.flowToken,
        feed,
        accept: (observations) => outbox.accept(observations),
        mayPublish: createPublishRate(settings.flowMaxPerMinute, clock.monotonic),
        command: createFlowCommands({
          runner: commands,
          actions: readFlowActions(settings.flowActions),
          mayActuate: createPublishRate(settings.flowMaxCommandsPerMinute, clock.monotonic),
        }),
        counters,
        log: flowLog,
      })
    : undefined;
  if (flows) opened('flow feed server', flows.close);

  addGauges(metrics, { outbox, uplink, clock, counters });
  const health = await serveHealth({
    host: settings.host,
    port: settings.healthPort,
    setting: 'EDGE_HEALTH_PORT',
    metrics,
    health: () => healthOf({ outbox, uplink, clock, counters }),
  });
  opened('health', health.close);

  return {
    healthPort: health.port,
    ...ports,
    flowPort: flows?.port,
  };
});
