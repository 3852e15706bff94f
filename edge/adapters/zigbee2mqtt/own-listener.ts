import { timingSafeEqual } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { ConnectionLimit } from '#runtime/connection-limit.ts';
import { listen } from '#runtime/listen.ts';
import type { Adapter, AdapterContext } from '../adapter.ts';
import { createMessageAcceptor } from './accept-message.ts';
import { openButtonFilters, optionsRequest } from './button-filters.ts';
import type { Zigbee2mqttSettings } from './config.ts';
import { createDeviceActuation } from './device-actuation.ts';
import { openKnownDevices } from './known-devices.ts';
import { limitPackets } from './limit-packets.ts';
import { createMessageIntake } from './message-intake.ts';
import { isFilterOf } from './topic-filter.ts';

/** Most topics of which the last message is kept for those who subscribe later. */
const maxRetainedTopics = 5000;
const badCredentials = 4;

/**
 * Opens the agent's own MQTT listener. Aedes answers PUBACK after `authorizePublish`, which accepts the
 * message: what could not be stored is not acknowledged, its connection is closed, and its sender sends again.
 *
 * @throws {RuntimeError} `PORT_TAKEN` naming the setting.
 */
export async function openOwnListener(
  context: AdapterContext,
  settings: Zigbee2mqttSettings & { password: string },
): Promise<Adapter> {
  const { baseTopic, sirenDurationS } = settings;
  const devices = openKnownDevices(context);
  const bridges = createBridges(baseTopic);
  const publish = (topic: string, payload: string) => {
    if (!bridges.isAnyThere()) return false;
    const packet = { cmd: 'publish', qos: 0, dup: false, retain: false } as const;
    aedes.publish({ ...packet, topic: `${baseTopic}/${topic}`, payload }, () => undefined);
    return true;
  };
  const actuations = createDeviceActuation({ context, devices, sirenDurationS, publish });
  const limit = new ConnectionLimit(settings.maxConnections, context.count);
  let aedes: Aedes;
  const buttons = openButtonFilters({ context, devices, isAsking: settings.filterButtonCache, publish });
  const intake = createMessageIntake(context, baseTopic, { devices, onState: actuations.onState, buttons });
  const accept = createMessageAcceptor(context, intake);
  const retained = new Set<string>();
  aedes = await Aedes.createBroker({
    concurrency: settings.maxConnections + 10,
    // A session kept for a client that is away would grow without bound.
    preConnect: (_client, packet, done) => {
      packet.clean = true;
      done(null, true);
    },
    authenticate: (client, username, password, done) => {
      if (username === settings.username && isSame(password, settings.password)) {
        limit.prove(client.conn as Socket);
        return done(null, true);
      }
      context.count('refused-sign-ins');
      done(Object.assign(new Error('wrong user name or password'), { returnCode: badCredentials }), false);
    },
    authorizePublish: (_client, packet, done) => {
      if (packet.topic.startsWith('$SYS')) return done(new Error('$SYS is not written to'));
      const { retain } = packet;
      if (retain && !retained.has(packet.topic)) {
        if (retained.size < maxRetainedTopics) retained.add(packet.topic);
        else packet.retain = false;
      }
      try {
        const payload = Buffer.from(packet.payload);
        accept({ topic: packet.topic, payload, retain });
      } catch (error) {
        return done(error as Error);
      }
      done(null);
    },
  });
  aedes.on('subscribe', (subscriptions, client) => {
    if (bridges.subscribed(client, subscriptions)) intake.bridgeCame();
  });
  aedes.on('clientDisconnect', (client) => bridges.left(client));
  aedes.on('clientError', (_client, error) => context.log.debug({ reason: error.message }, 'client error'));
  aedes.on('connectionError', (_client, error) =>
    context.log.debug({ reason: error.message }, 'no connection'),
  );
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    socket.on('error', (error) => context.log.debug({ reason: error.message }, 'connection error'));
    if (!limit.admit(socket)) return;
    aedes.handle(limitPackets(socket, () => context.count('oversize-frames')));
  });
  const address = { host: settings.host, port: settings.port, setting: 'EDGE_ZIGBEE2MQTT_PORT' };
  const port = await listen(server, address);
  return {
    port,
    actuate: actuations.actuate,
    close: async () => {
      actuations.close();
      buttons.close();
      intake.close();
      const closed = new Promise((resolve) => server.close(resolve));
      limit.closeAll();
      await closed;
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}

/** Who listens for what is asked of devices and of the bridge: without anybody, it reaches nobody. */
function createBridges(baseTopic: string) {
  const listening = new Set<object>();
  const asked = [`${baseTopic}/0x0/set`, `${baseTopic}/${optionsRequest}`];
  const isBridge = (subscriptions: readonly { topic: string }[]) =>
    asked.some((topic) => subscriptions.some((filter) => isFilterOf(topic, filter.topic)));
  return {
    isAnyThere: () => listening.size > 0,
    /** True where the client is one. */
    subscribed: (client: object, subscriptions: readonly { topic: string }[]) => {
      const isOne = isBridge(subscriptions);
      if (isOne) listening.add(client);
      return isOne;
    },
    left: (client: object) => void listening.delete(client),
  };
}

function isSame(given: Readonly<Buffer> | undefined, secret: string): boolean {
  const expected = Buffer.from(secret);
  return given?.length === expected.length && timingSafeEqual(given, expected);
}
