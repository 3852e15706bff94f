import { RuntimeError } from '#runtime/errors.ts';
import type { AdapterFactory } from '../adapter.ts';
import type { Zigbee2mqttSettings } from './config.ts';
import { followGatewayBroker } from './gateway-broker.ts';
import { openOwnListener } from './own-listener.ts';

/**
 * Hears Zigbee2MQTT and devices that speak MQTT themselves: at the gateway's existing broker where
 * `brokerUrl` is set, else at a listener of the agent's own.
 *
 * @throws {RuntimeError} `PORT_TAKEN`, or `SETTING_MISSING` for a listener without a password.
 */
export const createZigbee2mqttAdapter: AdapterFactory<Zigbee2mqttSettings> = async (context) => {
  const { settings } = context;
  const { brokerUrl, password } = settings;
  if (brokerUrl !== undefined) return followGatewayBroker(context, { ...settings, brokerUrl });
  if (password === undefined)
    throw new RuntimeError('SETTING_MISSING', 'EDGE_ZIGBEE2MQTT_PASSWORD is not set');
  return openOwnListener(context, { ...settings, password });
};
