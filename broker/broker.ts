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
import { connectionOf, createAdmission, truncated } from './admission.ts';
import { createAuthorization } from './authorization.ts';
import { type BrokerLog, createBrokerLog } from './broker-log.ts';
import { createBrokerMetrics } from './broker-metrics.ts';
import { CleanSessionPersistence } from './clean-session-persistence.ts';
import type { BrokerSettings } from './config.ts';
import { Connections } from './connections.ts';
import { BrokerError, type RefusalReason } from './errors.ts';
import { FencedConnection } from './fenced-connection.ts';
import { openKnownNetworks } from './known-networks.ts';
import { LaneRates } from './lane-rates.ts';
import { listenTcp, listenWebSocket } from './listeners.ts';
import { openRetainedMessages } from './open-retained-disk.ts';
import { stillStands } from './sign-in.ts';
import type { Stranger } from './stranger.ts';
import { SubscribeBudget } from './subscribe-budget.ts';
import { Takeover } from './takeover.ts';
import { TopicCache } from './topic-cache.ts';

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
      connections.revoke((session) => stillStands(changed, session));
      retained.keepStatesOf(gatewaysOf(changed));
    },
  });
  stack.defer(() => registry.close());
  retained.keepStatesOf(gatewaysOf(registry.current()));

  const counts = () => ({ pending: room.size, ...connections.counts() });
  const counted = createBrokerMetrics(metrics, {
    connections: counts,
    retained: () => retained.facts(),
  });
  const told = createBrokerLog(log, now);
  stack.defer(() => told.close());
  const budget = new SubscribeBudget({
    ...settings,
    maxRetained: settings.maxRetained + settings.maxConnections,
    maxIdentities: connections.capacity,
  });
  const rates = new LaneRates({ ...settings, maxIdentities: connections.capacity });
  const takeover = new Takeover(log);
  const admission = createAdmission({
    settings,
    registry,
    connections,
    takeover,
    budget,
    metrics: counted,
    log: told,
    now,
  });
  const authorization = createAuthorization({
    settings,
    retained,
    budget,
    rates,
    topics: new TopicCache(topicsPerIdentity * connections.capacity),
    connections,
    metrics: counted,
    log: told,
    now,
    isClosing: () => closing,
  });
  const persistence = new CleanSessionPersistence(retained);
  const aedes = await Aedes.createBroker({
    ...admission,
    ...authorization.hooks,
    persistence,
    // No bound on messages in delivery: a fenced connection never keeps one waiting, and a bound would let
    // the messages of one topic hold up those of all others.
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
    // Aedes asks for the retained messages in this same turn.
    persistence.answering(connection);
    connection.answered();
  });
  aedes.on('unsubscribe', (filters, client) => {
    authorization.forget(client, filters);
    connectionOf(client).answered();
  });
  aedes.on('clientDisconnect', (client) => takeover.release(connectionOf(client)));
  watchClients(aedes, { connections, metrics: counted, told, log, now });

  const drainCheck = setInterval(() => connections.checkDrains(settings.drainTimeoutMs), drainCheckMs);
  stack.defer(() => clearInterval(drainCheck));
  const timeCheck = setInterval(() => room.checkTime(), timeCheckMs);
  stack.defer(() => clearInterval(timeCheck));

  const onConnect = (inner: Duplex, stranger: Stranger) => {
    const connection = new FencedConnection(inner, stranger.address, {
      packetLimits: {
        publishBytes: settings.maxPayloadBytes + publishOverheadBytes,
        controlBytes: settings.maxControlPacketBytes,
      },
      // An answer to a SUBSCRIBE may be all that is retained, at once.
      maxSendBufferBytes: () => settings.maxSendBufferBytes + 2 * retained.facts().bytes,
      maxRateDebtMs: settings.maxRateDebtMs,
      now,
      onReceived: counted.received,
      onSent: counted.sent,
      onThrottled: counted.throttled,
    });
    stranger.handedOn((reason) => connection.cut(reason));
    connections.add(connection, stranger.place);
    aedes.handle(connection as Duplex);
  };
  const listening = {
    host: settings.host,
    proxies,
    strangers: {
      room,
      maxConnectBytes: settings.maxControlPacketBytes,
      onConnect,
      onCut: ({ address }: Stranger, reason: RefusalReason) => {
        if (reason === 'broker-closing') return;
        counted.refused(reason);
        told.ofStranger(address, reason, {}, 'connection closed');
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

/** Tells the broker's own metrics, which no client may. */
function publishMetrics(aedes: Aedes, message: MetricsMessage): void {
  const topic = buildTopic({ name: 'metrics', process: 'broker' });
  const payload = Buffer.from(JSON.stringify(message));
  aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, () => undefined);
}

/** Lets a signed-in client's bytes through, and counts and names, once, what ends a client. */
function watchClients(
  aedes: Aedes,
  {
    connections,
    metrics,
    told,
    log,
    now,
  }: {
    connections: Connections;
    metrics: ReturnType<typeof createBrokerMetrics>;
    told: BrokerLog;
    log: Logger;
    now: () => number;
  },
): void {
  // Aedes reports an error for each message on its way to a client that is gone.
  const ended = new WeakSet<Client>();
  aedes.on('clientReady', (client) => {
    const connection = connectionOf(client);
    connections.release(connection, now());
    log.debug({ client: client.id, address: connection.address }, 'connected');
  });
  const closed = (client: Client, error: Error) => {
    if (ended.has(client)) return;
    ended.add(client);
    const { address, cutReason, cutClause, session } = connectionOf(client);
    if (cutReason) metrics.refused(cutReason);
    // A refused sign-in or publish was logged where it was refused.
    if (cutReason === 'broker-closing' || (error instanceof BrokerError && !cutReason)) return;
    const reason = cutReason ?? error.message;
    const line = { client: truncated(client.id ?? ''), address, ...(cutClause && { clause: cutClause }) };
    if (session) told.ofIdentity(session.username, reason, line, 'connection closed');
    else told.ofStranger(address, reason, line, 'connection closed');
  };
  aedes.on('clientError', closed);
  aedes.on('connectionError', closed);
  aedes.on('clientDisconnect', (client) => {
    if (ended.has(client)) return;
    ended.add(client);
    const { session, address } = connectionOf(client);
    told.ended(session?.username ?? '', { client: client.id, address });
  });
  // 'error' is missing from the types: it is the persistence failing, which ours does not.
  (aedes as NodeJS.EventEmitter).on('error', (error) => log.error({ err: error }, 'broker error'));
}
