import { randomBytes } from 'node:crypto';
import mqtt from 'mqtt';
import { type GatewayState, schemaVersion } from '#contracts/gateway-messages.ts';
import { toTimestamp } from '#contracts/time.ts';
import { buildTopic } from '#contracts/topics.ts';

/** A gateway's session without outbox and devices. */
export interface BareGateway {
  heartbeat(): Promise<void>;
  /** The line is cut: no farewell, as when power or mobile network goes. */
  cut(): void;
}

/** Connects a gateway, its death as its will, and gives its birth. @throws the broker's refusal. */
export async function connectBareGateway(options: {
  brokerUrl: string;
  community: string;
  gateway: string;
  password: string;
  heartbeatIntervalMs: number;
}): Promise<BareGateway> {
  const { community, gateway, heartbeatIntervalMs } = options;
  const session = randomBytes(8).toString('hex');
  const topic = buildTopic({ name: 'state', community, gateway });
  const state = (status: GatewayState['status']): string => {
    const told: GatewayState = { schemaVersion, status, session, at: toTimestamp(Date.now()) };
    return JSON.stringify(status === 'death' ? told : { ...told, held: [], heartbeatIntervalMs });
  };
  const client = await mqtt.connectAsync(
    options.brokerUrl,
    {
      username: `${community}.${gateway}`,
      password: options.password,
      clean: true,
      reconnectPeriod: 0,
      will: { topic, payload: Buffer.from(state('death')), qos: 1, retain: true },
    },
    false,
  );
  client.on('error', () => undefined);
  const publish = async (status: GatewayState['status']) => {
    await client.publishAsync(topic, state(status), { qos: 1, retain: true });
  };
  await publish('birth');
  return {
    heartbeat: () => publish('heartbeat'),
    cut: () => {
      client.stream.destroy();
      client.end(true);
    },
  };
}
