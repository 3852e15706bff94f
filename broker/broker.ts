import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Aedes, type Client } from 'aedes';
import type { MetricsMessage } from '#contracts/metrics.ts';
import { buildTopic } from '#contracts/topics.ts';
import { followRegistry } from '#registry/open-registry.ts';
import type { Registry } from '#registry/registry.ts';
import type { Health, Metrics } from '#runtime/health.ts';
import type { Logger } from '#runtime/log.ts';
import { startMetricsReport } from '#runtime/metrics-report.ts';
import { PendingConnections } from '#runtime/pending-connections.ts';
import { readTrustedProxies } from '#runtime/trusted-proxies.ts';
import { connectionOf, createAuthentication, truncated } from './authentication.ts';
import { createAuthorization } from './authorization.ts';
import { type BrokerLog, createBrokerLog } from './broker-log.ts';
import { createBrokerMetrics } from './broker-metrics.ts';
import { CleanSessionPersistence } from './clean-session-persistence.ts';
import { ClientConnection } from './client-connection.ts';
import type { BrokerSettings } from './config.ts';
import { Connections } from './connections.ts';
import { BrokerError, type RefusalReason } from './errors.ts';
import { openKnownNetworks } from './known-networks.ts';
import { listenTcp, listenWebSocket } from './listeners.ts';
import { openRetainedMessages } from './open-retained-disk.ts';
import type { PendingConnection } from './pending-connection.ts';
import { SessionTakeover } from './session-takeover.ts';
import { isStillValid } from './sign-in.ts';
import { SubscribeBudget } from './subscribe-budget.ts';
import { TopicCache } from './topic-cache.ts';
import { TopicRates } from './topic-rates.ts';

/** An open broker. */
export interface Broker {
  tcpPort: number;
  wsPort: number;
  health(): Health;
  /** Stops listening, closes every client without publishing its will, and puts what is retained on disk. */
  close(): Promise<void>;
}

/** What a broker is opened with. */
export interface BrokerOptions {
  settings: BrokerSettings;
  log: Logger;
  metrics: Metrics;
  /** Monotonic ms. */
  now: () => number;
}

/** A PUBLISH carries its topic and packet identifier besides its payload. */
const publishOverheadBytes = 512;
/** A gateway has five topics of its own; each that can be connected has them remembered. */
const topicsPerIdentity = 5;
const drainCheckMs = 1000;
const timeCheckMs = 250;

/**
 * Opens the broker of the platform.
 *
 * @throws {RuntimeError} `PORT_TAKEN`, `PORT_NOT_ALLOWED`, `DATABASE_NOT_MIGRATED`; {BrokerError}
 * `BROKER_STORE_LOCKED`.
 */
export async function openBroker({ settings, log, metrics, now }: BrokerOptions): Promise<Broker> {
  await using stack = new AsyncDisposableStack();
  const connections = new Connections(settings);
  const proxies = readTrustedProxies(settings.trustedProxies, 'BROKER_TRUSTED_PROXIES');
  let closing = false;

  const store = await openRetainedMessages(join(settings.dataDir, 'broker'), settings, log);
  const { retained } = store;
  stack.defer(store.close);
  const networks = await openKnownNetworks(store.disk, { ...settings, log });
  stack.defer(networks.close);
  const waiting = { maxWaiting: settings.maxPendingConnections, maxWaitMs: settings.connectTimeoutMs };
  const room = new PendingConnections(waiting, networks.known, now);

  const registry = await followRegistry({
    file: join(settings.dataDir, 'registry.db'),
    log,
    intervalMs: settings.registryIntervalMs,
    onChange: (changed) => {
      connections.revoke((session) => isStillValid(changed, session));
      retained.clearStatesExcept(gatewaysOf(changed));
    },
  });
  stack.defer(() => registry.close());
  retained.clearStatesExcept(gatewaysOf(registry.current()));

  const counts = () => ({ pending: room.size, ...connections.counts() });
  const brokerMetrics = createBrokerMetrics(metrics, {
    connections: counts,
    retained: () => retained.facts(),
  });
  const brokerLog = createBrokerLog(log, now);
  stack.defer(() => brokerLog.close());
  const budget = new SubscribeBudget({
    ...settings,
    maxRetained: settings.maxRetained + settings.maxConnections,
    maxIdentities: connections.capacity,
  });
  const rates = new TopicRates({ ...settings, maxIdentities: connections.capacity });
  const takeover = new SessionTakeover(log);
  const admission = createAuthentication({
    settings,
    registry,
    connections,
    takeover,
    budget,
    metrics: brokerMetrics,
    log: brokerLog,
    now,
  });
  const authorization = createAuthorization({
    settings,
    retained,
    budget,
    rates,
    topics: new TopicCache(topicsPerIdentity * connections.capacity),
    connections,
    metrics: brokerMetrics,
    log: brokerLog,
    now,
    isClosing: () => closing,
  });
  const persistence = new CleanSessionPersistence(retained);
  const aedes = await Aedes.createBroker({
    ...admission,
    ...authorization.hooks,
    persistence,
    // No limit of messages in delivery: our connections never delay one, and with a limit the messages of one
    // topic would delay those of all others.
    concurrency: 0,
    connectTimeout: settings.connectTimeoutMs,
    drainTimeout: settings.drainTimeoutMs,
    maxTopicLevels: 16,
    maxClientsIdLength: 1024,
  });
  stack.defer(() => new Promise<void>((resolve) => aedes.close(resolve)));
  stack.defer(() => {
    room.closeAll();
    connections.closeAll();
  });
  aedes.on('subscribe', (_filters, client) => {
    const connection = connectionOf(client);
    // Aedes reads the retained messages in this same turn.
    persistence.answerTo(connection);
    connection.requestAnswered();
  });
  aedes.on('unsubscribe', (filters, client) => {
    authorization.forget(client, filters);
    connectionOf(client).requestAnswered();
  });
  aedes.on('clientDisconnect', (client) => takeover.release(connectionOf(client)));
  watchClients(aedes, { connections, metrics: brokerMetrics, brokerLog, log, now });

  const drainCheck = setInterval(() => connections.checkDrains(settings.drainTimeoutMs), drainCheckMs);
  stack.defer(() => clearInterval(drainCheck));
  const timeCheck = setInterval(() => room.checkTime(), timeCheckMs);
  stack.defer(() => clearInterval(timeCheck));

  const onConnect = (inner: Duplex, pending: PendingConnection) => {
    const connection = new ClientConnection(inner, pending.address, {
      packetLimits: {
        publishBytes: settings.maxPayloadBytes + publishOverheadBytes,
        controlBytes: settings.maxControlPacketBytes,
      },
      // The answer to a SUBSCRIBE may be all retained messages at once.
      maxSendBufferBytes: () => settings.maxSendBufferBytes + 2 * retained.facts().bytes,
      maxThrottleMs: settings.maxThrottleMs,
      now,
      onReceived: brokerMetrics.received,
      onSent: brokerMetrics.sent,
      onThrottled: brokerMetrics.throttled,
    });
    pending.handOver((reason) => connection.disconnect(reason));
    connections.add(connection, pending.place);
    aedes.handle(connection as Duplex);
  };
  const listening = {
    host: settings.host,
    proxies,
    pending: {
      room,
      maxConnectBytes: settings.maxControlPacketBytes,
      onConnect,
      onClosed: ({ address }: PendingConnection, reason: RefusalReason) => {
        if (reason === 'broker-closing') return;
        brokerMetrics.refused(reason);
        brokerLog.forAddress(address, reason, {}, 'connection closed');
      },
    },
  };
  const tcp = await listenTcp({ ...listening, port: settings.tcpPort });
  stack.defer(() => tcp.close());
  const ws = await listenWebSocket({
    ...listening,
    port: settings.wsPort,
    maxMessageBytes: Math.max(
      settings.maxWebSocketMessageBytes,
      settings.maxPayloadBytes + publishOverheadBytes,
    ),
  });
  stack.defer(() => ws.close());

  const report = startMetricsReport({ metrics, send: (message) => publishMetrics(aedes, message), log });
  stack.defer(() => report.close());

  const opened = stack.move();
  return {
    tcpPort: tcp.port,
    wsPort: ws.port,
    health: () => ({
      ok: !closing,
      detail: { connections: counts(), retained: retained.facts() },
    }),
    close: async () => {
      closing = true;
      await opened.disposeAsync();
    },
  };
}

/** Says which gateways a registry has, enabled or not. */
function gatewaysOf(registry: Registry): (community: string, gateway: string) => boolean {
  return (community, gateway) => registry.of(community)?.gateways.has(gateway) ?? false;
}

/** Publishes the broker's own metrics, for which no client has the right. */
function publishMetrics(aedes: Aedes, message: MetricsMessage): void {
  const topic = buildTopic({ name: 'metrics', process: 'broker' });
  const payload = Buffer.from(JSON.stringify(message));
  aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, () => undefined);
}

/** Starts the traffic of clients that sign in, and counts and logs once why a client ended. */
function watchClients(
  aedes: Aedes,
  {
    connections,
    metrics,
    brokerLog,
    log,
    now,
  }: {
    connections: Connections;
    metrics: ReturnType<typeof createBrokerMetrics>;
    brokerLog: BrokerLog;
    log: Logger;
    now: () => number;
  },
): void {
  // Aedes reports an error for every message to a client that has gone.
  const ended = new WeakSet<Client>();
  aedes.on('clientReady', (client) => {
    const connection = connectionOf(client);
    connections.startTraffic(connection, now());
    log.debug({ client: client.id, address: connection.address }, 'connected');
  });
  const closed = (client: Client, error: Error) => {
    if (ended.has(client)) return;
    ended.add(client);
    const { address, disconnectReason, brokenClause, session } = connectionOf(client);
    if (disconnectReason) metrics.refused(disconnectReason);
    // A refused sign-in or publish was logged where it was refused.
    if (disconnectReason === 'broker-closing' || (error instanceof BrokerError && !disconnectReason)) return;
    const reason = disconnectReason ?? error.message;
    const line = {
      client: truncated(client.id ?? ''),
      address,
      ...(brokenClause && { clause: brokenClause }),
    };
    if (session) brokerLog.forIdentity(session.username, reason, line, 'connection closed');
    else brokerLog.forAddress(address, reason, line, 'connection closed');
  };
  aedes.on('clientError', closed);
  aedes.on('connectionError', closed);
  aedes.on('clientDisconnect', (client) => {
    if (ended.has(client)) return;
    ended.add(client);
    const { session, address } = connectionOf(client);
    brokerLog.ended(session?.username ?? '', { client: client.id, address });
  });
  // 'error' is missing from the types. It means that the persistence failed, which ours never does.
  (aedes as NodeJS.EventEmitter).on('error', (error) => log.error({ err: error }, 'broker error'));
}
