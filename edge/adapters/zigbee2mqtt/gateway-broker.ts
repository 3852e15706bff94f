import { connect } from 'mqtt';
import type { Adapter, AdapterContext } from '../adapter.ts';
import { createMessageAcceptor } from './accept-message.ts';
import { openButtonFilters } from './button-filters.ts';
import type { Zigbee2mqttSettings } from './config.ts';
import { createDeviceActuation } from './device-actuation.ts';
import { openKnownDevices } from './known-devices.ts';
import { createMessageIntake } from './message-intake.ts';

const reconnectMs = 2000;

/**
 * Follows Zigbee2MQTT at the gateway's existing broker, in a session that the broker keeps. PUBACK follows
 * the outbox: where a message is not accepted, the connection is opened anew and the broker sends it again.
 */
export async function followGatewayBroker(
  context: AdapterContext,
  settings: Zigbee2mqttSettings & { brokerUrl: string },
): Promise<Adapter> {
  const { brokerUrl, username, password, clientId, baseTopic } = settings;
  const devices = openKnownDevices(context);
  const client = connect(brokerUrl, {
    ...(password !== undefined && { username, password }),
    clientId,
    clean: false,
    reconnectPeriod: reconnectMs,
    resubscribe: false,
    // What waited for a connection would be done late.
    queueQoSZero: false,
    manualConnect: true,
  });
  const publish = (topic: string, payload: string) => {
    if (!client.connected) return false;
    client.publish(`${baseTopic}/${topic}`, payload, { qos: 0 }, () => undefined);
    return true;
  };
  const actuations = createDeviceActuation({
    context,
    devices,
    sirenDurationS: settings.sirenDurationS,
    publish,
  });
  const buttons = openButtonFilters({ context, devices, isAsking: settings.filterButtonCache, publish });
  const intake = createMessageIntake(context, baseTopic, {
    devices,
    onState: actuations.onState,
    buttons,
    isBrokerOfOthers: true,
  });
  const accept = createMessageAcceptor(context, intake);
  client.handleMessage = (packet, done) => {
    if (packet.cmd !== 'publish') return done();
    try {
      accept({ topic: packet.topic, payload: Buffer.from(packet.payload), retain: packet.retain });
    } catch (error) {
      context.log.error(
        { err: error, topic: packet.topic },
        'message not accepted, the broker is asked for it again',
      );
      client.stream.destroy();
      return;
    }
    done();
  };
  client.on('connect', () => {
    context.count('connections');
    client.subscribe(`${baseTopic}/#`, { qos: 1 }, (error) => {
      if (!error) return buttons.bridgeCame();
      context.log.error({ err: error, baseTopic }, 'not subscribed');
    });
  });
  client.on('error', (error) =>
    context.log.warn({ reason: error.message, brokerUrl }, 'broker of the gateway'),
  );
  client.connect();
  return {
    port: Number(new URL(brokerUrl).port || 1883),
    actuate: actuations.actuate,
    close: async () => {
      actuations.close();
      buttons.close();
      intake.close();
      await client.endAsync(true);
    },
  };
}
