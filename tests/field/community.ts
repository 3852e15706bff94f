import { testPlan } from '#dispatch/testing/community.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';

const zigbee = (device: string) => `zigbee2mqtt:${device}`;
const inDwelling = (door: number) => ({ gateway: 'gw1', dwelling: `b3u2-${door}` });

/**
 * The test community with home detectors: a smoke, a gas and a heat detector, a water sensor, two buttons, their bridge;
 * and a smoke detector and a cord behind the webhook.
 */
export const fieldPlan: CommunityPlan = {
  ...testPlan,
  gateways: [...testPlan.gateways, { id: 'gw2', name: '西门网关' }],
  devices: [
    ...testPlan.devices,
    {
      id: 'bridge',
      gateway: 'gw1',
      address: zigbee('00124b0000000000'),
      class: 'zigbee-bridge',
      name: '协调器',
    },
    {
      id: 'smoke',
      ...inDwelling(110),
      address: zigbee('00124b0000000011'),
      class: 'smoke-detector',
      name: '烟感',
    },
    {
      id: 'gas',
      ...inDwelling(111),
      address: zigbee('00124b0000000012'),
      class: 'gas-detector',
      name: '燃气探测器',
    },
    {
      id: 'heat',
      ...inDwelling(112),
      address: zigbee('00124b0000000013'),
      class: 'smoke-detector',
      name: '感温',
    },
    {
      id: 'water',
      ...inDwelling(113),
      address: zigbee('00124b0000000014'),
      class: 'water-sensor',
      name: '水浸',
    },
    {
      id: 'button',
      ...inDwelling(114),
      address: zigbee('00124b0000000015'),
      class: 'sos-button',
      name: '按钮',
    },
    {
      id: 'button-2',
      ...inDwelling(115),
      address: zigbee('00124b0000000016'),
      class: 'sos-button',
      name: '按钮',
    },
    {
      id: 'corridor-smoke',
      ...inDwelling(116),
      address: 'http:corridor-smoke',
      class: 'smoke-detector',
      name: '烟感',
    },
    { id: 'bath-cord', ...inDwelling(117), address: 'http:bath-cord', class: 'sos-button', name: '拉绳' },
  ],
};
