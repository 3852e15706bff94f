import { connect } from 'mqtt';
import type { Adapter, AdapterContext } from '../adapter.ts';
import { protocol } from './bridge-devices.ts';
import type { Zigbee2mqttSettings } from './config.ts';
import { createMessageIntake } from './message-intake.ts';

const reconnectMs = 2000;

/**
 * Follows Zigbee2MQTT at the gateway's existing broker, in a session that the broker keeps. PUBACK follows
 * the outbox: where a message is not taken, the connection is opened anew and the broker sends it again.
 */
export async function followGatewayBroker(
  context: AdapterContext,
  settings: Zigbee2mqttSettings & { brokerUrl: string },
): Promise<Adapter> {
  const { brokerUrl, username, password, clientId, baseTopic } = settings;
  const take = createMessageIntake(context, baseTopic);
  const client = connect(brokerUrl, {
    ...(password !== undefined && { username, password }),
    clientId,
    clean: false,
    reconnectPeriod: reconnectMs,
    resubscribe: false,
    manualConnect: true,
  });
  client.handleMessage = (packet, done) => {
    if (packet.cmd !== 'publish') return done();
    try {
      take({ topic: packet.topic, payload: Buffer.from(packet.payload), retain: packet.retain });
    } catch {
      client.stream.destroy();
      return;
    }
    done();
  };
  client.on('connect', () => {
    context.count('connections');
    client.subscribe(`${baseTopic}/#`, { qos: 1 }, (error) => {
      if (error) context.log.error({ err: error, baseTopic }, 'not subscribed');
    });
  });
  client.on('error', (error) =>
    context.log.warn({ reason: error.message, brokerUrl }, 'broker of the gateway'),
  );
  client.connect();
  return {
    name: protocol,
    port: Number(new URL(brokerUrl).port || 1883),
    close: () => client.endAsync(true),
  };
}
