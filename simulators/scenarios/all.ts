import { deviceScenarios } from './device-scenarios.ts';
import { gatewayOffline } from './gateway-offline.ts';
import { inactive } from './inactive.ts';
import { playDevice } from './play-device.ts';
import type { Scenario } from './scenario.ts';
import { storm } from './storm.ts';

/** Every scenario by name, in the order that "all" plays them. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  ...Object.fromEntries(
    Object.entries(deviceScenarios).map(([name, scenario]) => [name, playDevice(scenario)]),
  ),
  'gateway-offline': gatewayOffline,
  inactive,
  storm,
};
